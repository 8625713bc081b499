package teiten.cli;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.sample.Provenance;
import teiten.sample.SampleFacts;
import teiten.sample.Vault;
import teiten.store.SampleImports;
import teiten.store.Store;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Keeps samples: the bytes in the vault beside the store, the facts in the store, a batch a transaction.
final class SampleKeeper {
    private static final int BATCH = 64;

    private final Vault vault;
    private final SampleImports imports;
    private final String session;
    private final String url;
    private final List<SampleImports.Kept> held = new ArrayList<>();
    private int taken;
    private int fresh;
    private int refused;

    SampleKeeper(Store store, String session, String url) {
        vault =
                Vault.open(
                        VaultPlace.in(store.directory()),
                        Vault.Bounds.USUAL,
                        InstantSource.system());
        imports = new SampleImports(store);
        this.session = session;
        this.url = url;
    }

    /// Files that the vault did not take.
    int refused() {
        return refused;
    }

    void take(Path file, SampleFacts facts, PrintWriter err) {
        try (InputStream in = Files.newInputStream(file)) {
            Provenance now =
                    new Provenance(session, url, "teiten sample", InstantSource.system().instant());
            Vault.Kept kept = vault.add(in, now);
            switch (kept.outcome()) {
                case ADDED, KNOWN -> hold(facts);
                case TOO_LARGE, VAULT_FULL, EMPTY -> {
                    refused++;
                    err.println(
                            "teiten: "
                                    + Print.safe(file.toString())
                                    + " was not kept: "
                                    + VaultCommand.reason(kept.outcome()));
                }
            }
        } catch (IOException cannot) {
            throw new OperatorMistake(
                    file
                            + " cannot be kept ("
                            + cannot.getClass().getSimpleName()
                            + "); check the file and the space on the vault's disk",
                    cannot);
        }
    }

    private void hold(SampleFacts facts) throws IOException {
        held.add(new SampleImports.Kept(facts, vault.provenance(facts.hashes().sha256())));
        if (held.size() >= BATCH) {
            flush();
        }
    }

    private void flush() {
        fresh += imports.store(held, false);
        taken += held.size();
        held.clear();
    }

    /// @param err hears how many were kept; null when nobody asked
    void finish(@Nullable PrintWriter err) {
        flush();
        if (err == null) {
            return;
        }
        err.println(
                taken
                        + (taken == 1 ? " file" : " files")
                        + " kept, "
                        + fresh
                        + " new to the store");
        err.flush();
    }
}
