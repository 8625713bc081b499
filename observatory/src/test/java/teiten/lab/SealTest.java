package teiten.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The seal from outside: what leans on a wall ends at it, and nothing is left behind.
final class SealTest {
    @TempDir Path folder;
    private Set<String> before = Set.of();

    @BeforeEach
    void look() throws IOException {
        Programs.needLab();
        before = inside();
    }

    @AfterEach
    void nothing_is_left_behind() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
        Set<String> left = inside();
        while (!before.containsAll(left) && System.nanoTime() < end) {
            Thread.sleep(50);
            left = inside();
        }
        assertThat(before).containsAll(left);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("teiten-lab-");
    }

    @Test
    void Every_part_of_the_seal_is_proved_from_inside() throws Exception {
        List<Part> parts = Lab.check();

        assertThat(parts).filteredOn(part -> !part.holds()).isEmpty();
        assertThat(parts)
                .extracting(Part::name)
                .contains(
                        "socket(AF_VSOCK) is refused",
                        "a new user namespace is refused",
                        "a new network namespace is refused",
                        "a clone into a new namespace is refused",
                        "no descriptor leaks in",
                        "the host's files are not there",
                        "the interface cannot be changed",
                        "the sinkhole answers for the Internet",
                        "x32 system calls end the process",
                        "int 0x80 ends the process");
        if (!Gateways.addresses().isEmpty()) {
            assertThat(parts)
                    .extracting(Part::name)
                    .contains("the sinkhole answers for the host's gateway");
        }
    }

    @Test
    void A_missing_part_is_named_with_the_package_that_brings_it() {
        assertThat(Lab.refusal(Part.missing("bwrap", "not found in /usr/bin", "bubblewrap")))
                .isEqualTo(
                        "The lab stays closed: bwrap: not found in /usr/bin. Install the Debian"
                                + " package bubblewrap.");
    }

    @ParameterizedTest
    @CsvSource({
        "SLEEPER, time, time",
        "FORK_BOMB, time, processes",
        "FULL_DISK, exit 0, disk 32 MB",
        "ENDLESS_LOG, output, output",
        "MEMORY_HOG, memory, memory",
        "FLOOD, flood, flood",
        "MANY_FILES, exit 5, disk 32 MB",
    })
    void What_leans_on_a_wall_ends_at_its_bound(String act, String ended, String limit)
            throws Exception {
        byte[] program = Programs.act(folder, act);
        try (Lab lab = Lab.open()) {
            Behaviour seen =
                    lab.run(program, ended.equals("time") || ended.equals("flood") ? 3 : 15, null);

            assertThat(seen.ended()).isEqualTo(ended);
            assertThat(seen.limits()).contains(limit);
            assertThat(seen.wallMillis()).isLessThan(16_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {150, 600, 1_100, 1_700})
    void When_the_controller_is_killed_no_process_and_no_mount_stays(int millis) throws Exception {
        Path sample = Files.write(folder.resolve("sleeper"), Programs.act(folder, "FORK_BOMB"));
        // Not in JUnit's folder: the unprivileged user that the lab becomes under root could not
        // enter it.
        Path work = Files.createTempDirectory("teiten-lab-test-");
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwx--x--x"));
        Process controller =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Djava.io.tmpdir=" + work,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Keeper.class.getName(),
                                sample.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();

        controller.waitFor(millis + new java.util.Random().nextInt(300), TimeUnit.MILLISECONDS);
        controller.destroyForcibly().waitFor();
        Thread.sleep(500);
        try (Stream<Path> all = Files.walk(work)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
        // The check that nothing is left is made after every test of this class.
    }

    /// The process that is killed: runs one sample for a minute.
    static final class Keeper {
        private Keeper() {}

        public static void main(String[] args) throws Exception {
            try (Lab lab = Lab.open()) {
                lab.run(Files.readAllBytes(Path.of(args[0])), 60, null);
            }
        }
    }

    /// Processes of any lab on this machine: wardens, launchers and emulators behind the seal.
    private static Set<String> inside() throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process :
                    all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
                try {
                    String line =
                            new String(
                                    Files.readAllBytes(process.resolve("cmdline")),
                                    StandardCharsets.ISO_8859_1);
                    if (line.startsWith("/q\0-r\0") || line.contains("teiten.lab.inside.Warden")) {
                        found.add(process.getFileName().toString());
                    }
                } catch (IOException _) {
                    // It ended while we looked.
                }
            }
        }
        return found;
    }
}
