package teiten.lab;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.lab.inside.Warden;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The lab's working folder and the way into the namespaces: every run is one `unshare` with a warden as its first
/// process.
///
/// As root the warden becomes an ordinary user that owns nothing, because a process that is root outside keeps the
/// rights of root's files even without capabilities. That user may not be able to read the folder the program was
/// installed in, so the warden's few classes are copied beside the runs; nothing else of the house is in its reach.
final class Enclosure implements AutoCloseable {
    /// Nobody's user and group, taken when the caller is root (Debian policy leaves 64000 to local use).
    static final int STRANGER = 64_000;

    private final Path folder;
    private final boolean root;

    private final FileChannel claim;

    private Enclosure(Path folder, boolean root, FileChannel claim) {
        this.folder = folder;
        this.root = root;
        this.claim = claim;
    }

    static Enclosure open() throws IOException {
        boolean root = "root".equals(System.getProperty("user.name")) && isRoot();
        Path folder = Files.createTempDirectory(Leftovers.PREFIX);
        Leftovers.sweep(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
        Enclosure enclosure = new Enclosure(folder, root, Leftovers.claim(folder));
        enclosure.give(folder);
        enclosure.stage();
        return enclosure;
    }

    private static boolean isRoot() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(l -> l.matches("Uid:\\s+0\\s+0.*"));
    }

    private void give(Path path) throws IOException {
        if (root) {
            Files.setAttribute(path, "unix:uid", STRANGER);
            Files.setAttribute(path, "unix:gid", STRANGER);
        }
    }

    private void stage() throws IOException {
        String name = Warden.class.getPackageName().replace('.', '/');
        Path classes = Files.createDirectories(folder.resolve("classes").resolve(name));
        try {
            Path home =
                    Path.of(
                            Warden.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            if (Files.isDirectory(home)) {
                copy(home.resolve(name), classes);
            } else {
                try (FileSystem jar =
                        FileSystems.newFileSystem(URI.create("jar:" + home.toUri()), Map.of())) {
                    copy(jar.getPath(name), classes);
                }
            }
        } catch (URISyntaxException impossible) {
            throw new IOException(impossible);
        }
        give(folder.resolve("classes"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Path copy = Files.copy(file, to.resolve(file.getFileName().toString()));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
            }
        }
    }

    /// A new folder for one run, with its `job` written.
    Path newRun(String name, List<String> job) throws IOException {
        Path run = Files.createDirectory(folder.resolve(name));
        give(run);
        write(
                run.resolve("job"),
                String.join("\n", job).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return run;
    }

    void write(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        give(file);
    }

    /// Starts a warden; returns when its seal is proved. The calling thread must live as long as the warden: the
    /// kernel ends the child with the *thread* that started it.
    Inmate start(Path run) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(run));
        builder.directory(run.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", Tools.SEARCH);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.redirectError(run.resolve("warden.err").toFile());
        return new Inmate(builder.start(), run);
    }

    private List<String> command(Path run) {
        List<String> line = new ArrayList<>();
        line.addAll(List.of(tool("setpriv"), "--pdeathsig", "KILL", "--no-new-privs"));
        if (root) {
            String stranger = Integer.toString(STRANGER);
            line.addAll(List.of("--reuid", stranger, "--regid", stranger, "--clear-groups"));
            line.addAll(List.of("--inh-caps=-all", "--bounding-set=-all"));
        }
        line.addAll(
                List.of(
                        tool("unshare"),
                        "--user",
                        "--map-root-user",
                        "--net",
                        "--mount",
                        "--ipc",
                        "--uts"));
        line.addAll(List.of("--cgroup", "--pid", "--fork", "--kill-child", "--mount-proc", "--"));
        line.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto"));
        line.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-Xmx64m"));
        line.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        folder.resolve("classes").toString()));
        line.addAll(List.of(Warden.class.getName(), run.toString()));
        return line;
    }

    private static String tool(String name) {
        Path found = Tools.find(name);
        if (found == null) {
            throw new OperatorMistake(
                    name + " was not found; install it: apt-get install util-linux.");
        }
        return found.toString();
    }

    /// Removes the working folder; whatever is to be kept was copied out before.
    @Override
    public void close() throws IOException {
        claim.close();
        if (Files.exists(folder) && !Leftovers.delete(folder)) {
            throw new IOException("the lab's working folder " + folder + " cannot be removed");
        }
    }

    /// A warden at work.
    static final class Inmate implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;
        private final Path run;

        Inmate(Process process, Path run) {
            this.process = process;
            this.run = run;
            said = process.inputReader();
        }

        /// Waits for a word of the warden; what else it says is the reason why it gave up.
        ///
        /// @return null when the word came, otherwise the reason
        @Nullable String await(String word, long seconds) throws IOException {
            // A reader cannot be told to hurry; the end of the process can.
            CompletableFuture<Void> alarm =
                    CompletableFuture.runAsync(
                            process::destroyForcibly,
                            CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS));
            try {
                String line = said.readLine();
                if (word.equals(line)) {
                    return null;
                }
                if (line != null && line.startsWith("broken\t")) {
                    return line.substring(7);
                }
                String complaint = Files.readString(run.resolve("warden.err")).strip();
                return "namespaces: "
                        + (complaint.isEmpty() ? "the warden ended without a word" : complaint);
            } finally {
                alarm.cancel(false);
            }
        }

        void go() throws IOException {
            Writer in = process.outputWriter();
            in.write("go\n");
            in.flush();
        }

        /// The numbers of all its processes as the host counts them.
        List<Long> processes() {
            return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                    .map(ProcessHandle::pid)
                    .toList();
        }

        /// Ends the warden and with it everything in its namespaces.
        @Override
        public void close() throws IOException {
            try {
                process.outputWriter().close();
            } catch (IOException _) {
                // It has gone already.
            }
            try {
                if (!process.waitFor(3, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor(3, TimeUnit.SECONDS);
                }
            } catch (InterruptedException _) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
            said.close();
        }
    }
}
