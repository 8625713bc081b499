package teiten.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import teiten.OperatorMistake;
import teiten.sample.PasswordZip;
import teiten.sample.Vault;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/// `teiten vault export`: the one way out for samples, on explicit request.
@Command(
        name = "export",
        description = "Writes samples as a zip with the password \"" + PasswordZip.PASSWORD + "\".",
        mixinStandardHelpOptions = true)
final class VaultExport implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private VaultPlace place = new VaultPlace();

    @Parameters(
            arity = "1..*",
            paramLabel = "SHA256",
            description = "At least the first 8 digits of each.")
    private List<String> names = List.of();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "ZIP",
            description = "A file that is not there.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Override
    public Integer call() {
        Vault vault = place.open();
        List<String> samples = names.stream().map(vault::resolve).distinct().toList();
        try (OutputStream out = new BufferedOutputStream(fresh(output))) {
            PasswordZip zip = new PasswordZip(out);
            for (String sha256 : samples) {
                zip.add(sha256, VaultCommand.bytes(vault, sha256));
            }
            zip.finish();
        } catch (FileAlreadyExistsException there) {
            throw new OperatorMistake(output + " exists; give a new name with -o", there);
        } catch (IOException cannot) {
            throw new OperatorMistake(
                    output + " cannot be written (" + cannot.getMessage() + ")", cannot);
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println(
                samples.size()
                        + " samples in "
                        + output
                        + ", password "
                        + PasswordZip.PASSWORD
                        + ": hostile programs, handle with care");
        return Main.DONE;
    }

    /// Only for its owner, and never over a file that is there.
    private static OutputStream fresh(Path path) throws IOException {
        Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.newOutputStream(
                path, Set.of(StandardOpenOption.WRITE).toArray(StandardOpenOption[]::new));
    }
}
