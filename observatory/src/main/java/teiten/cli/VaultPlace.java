package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import teiten.run.Settings;
import teiten.sample.Vault;

import java.nio.file.Path;
import java.time.InstantSource;

/// Where the vault is: the same directory for every command, `vault` in the data directory unless told otherwise.
final class VaultPlace {
    @Option(
            names = "--vault",
            paramLabel = "DIR",
            description = "The vault (default: vault in the data directory).")
    private @Nullable Path vault;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory (or TEITEN_DATA; otherwise%n~/.local/share/teiten).")
    private @Nullable Path data;

    Vault open() {
        Path place = vault != null ? vault : in(Settings.read(data, null, System.getenv()).data());
        return Vault.open(place, Vault.Bounds.USUAL, InstantSource.system());
    }

    static Path in(Path data) {
        return data.resolve("vault");
    }
}
