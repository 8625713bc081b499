package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.OperatorMistake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

final class VaultTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final Provenance SEEN =
            new Provenance("s-1", "http://192.0.2.1/x\u001b[2J\n", "decoy", NOW);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Vault vault(long sample, long total) {
        return Vault.open(folder.resolve("vault"), new Vault.Bounds(sample, total), CLOCK);
    }

    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(folder.resolve("vault"))) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void a_sample_is_kept_once_by_its_content_read_only_with_every_sighting_beside_it()
            throws IOException {
        Vault vault = vault(1000, 10_000);
        // when the same bytes come twice
        Vault.Kept first = vault.add(in("sample"), SEEN);
        Vault.Kept second = vault.add(in("sample"), new Provenance("s-2", "", "decoy", NOW));
        // then (the hash is sha256sum's)
        String sha256 = "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf";
        assertThat(first).isEqualTo(new Vault.Kept(Vault.Outcome.ADDED, sha256, 6, true));
        assertThat(second.outcome()).isEqualTo(Vault.Outcome.KNOWN);
        Path home = folder.resolve("vault/af/" + sha256);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                .isEqualTo("r--------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.resolve("vault"))))
                .isEqualTo("rwx------");
        assertThat(vault.provenance(sha256))
                .containsExactly(SEEN, new Provenance("s-2", "", "decoy", NOW));
        assertThat(vault.bytes(sha256)).isEqualTo("sample".getBytes(StandardCharsets.UTF_8));
        assertThat(vault.resolve("AF2BDBE1")).isEqualTo(sha256);
        assertThat(vault.damaged()).isEmpty();
        assertThatThrownBy(() -> vault.resolve("00000000")).isInstanceOf(OperatorMistake.class);
        assertThatThrownBy(() -> vault.resolve("../etc")).isInstanceOf(OperatorMistake.class);
        assertThat(files())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder(sha256, sha256 + ".provenance", "lock");
    }

    @Test
    void bounds_on_a_sample_and_on_all_refuse_and_leave_nothing_behind() throws IOException {
        Vault vault = vault(10, 15);
        assertThat(vault.add(in("0123456789A"), SEEN).outcome()).isEqualTo(Vault.Outcome.TOO_LARGE);
        assertThat(vault.add(in(""), SEEN).outcome()).isEqualTo(Vault.Outcome.EMPTY);
        assertThat(vault.add(in("0123456789"), SEEN).outcome()).isEqualTo(Vault.Outcome.ADDED);
        assertThat(vault.add(in("abcdef"), SEEN).outcome()).isEqualTo(Vault.Outcome.VAULT_FULL);
        assertThat(vault.total()).isEqualTo(10);
        assertThat(files().stream().filter(file -> file.toString().contains("incoming"))).isEmpty();
    }

    @Test
    void a_stream_that_breaks_leaves_the_vault_as_it_was() throws IOException {
        Vault vault = vault(1000, 10_000);
        InputStream broken =
                new InputStream() {
                    private int left = 100;

                    @Override
                    public int read() throws IOException {
                        if (left-- <= 0) {
                            throw new IOException("the connection broke");
                        }
                        return 'x';
                    }
                };
        assertThatThrownBy(() -> vault.add(broken, SEEN)).isInstanceOf(IOException.class);
        assertThat(vault.list()).isEmpty();
        assertThat(files().stream().filter(file -> file.toString().contains("incoming"))).isEmpty();
    }

    @Test
    void a_process_killed_while_adding_leaves_whole_samples_only() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        for (int round = 0; round < 3; round++) {
            // given another process that adds samples without end
            Process process =
                    new ProcessBuilder(
                                    java.toString(),
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Adder.class.getName(),
                                    folder.resolve("vault").toString(),
                                    Integer.toString(round))
                            .redirectErrorStream(true)
                            .start();
            // when it is killed at some moment after its first sample
            assertThat(process.getInputStream().read()).isEqualTo('+');
            Thread.sleep(20 + 37L * round);
            process.destroyForcibly().waitFor();
            // then
            Vault vault = vault(1 << 20, 1 << 30);
            assertThat(vault.list()).isNotEmpty();
            assertThat(vault.damaged()).isEmpty();
            for (Vault.Sample sample : vault.list()) {
                Path home =
                        folder.resolve("vault")
                                .resolve(sample.sha256().substring(0, 2))
                                .resolve(sample.sha256());
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home)))
                        .isEqualTo("r--------");
            }
        }
        // and what was being written goes once it is an hour old
        Vault.open(
                folder.resolve("vault"),
                Vault.Bounds.USUAL,
                InstantSource.fixed(Instant.now().plusSeconds(7200)));
        assertThat(files().stream().filter(file -> file.toString().contains("incoming"))).isEmpty();
    }

    /// The process that is killed.
    static final class Adder {
        public static void main(String[] args) throws IOException {
            Vault vault = Vault.open(Path.of(args[0]), Vault.Bounds.USUAL, InstantSource.system());
            for (int i = 0; ; i++) {
                byte[] bytes = new byte[50_000];
                new java.util.Random(i + 1_000_000L * Integer.parseInt(args[1])).nextBytes(bytes);
                vault.add(new ByteArrayInputStream(bytes), SEEN);
                System.out.write('+');
                System.out.flush();
            }
        }
    }

    @Test
    void many_threads_and_two_vault_objects_keep_each_sample_once() throws Exception {
        Vault one = vault(1000, 1 << 20);
        Vault two = vault(1000, 1 << 20);
        List<Future<Vault.Kept>> kept = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                int n = i;
                kept.add(
                        threads.submit(
                                () -> (n % 2 == 0 ? one : two).add(in("sample " + n / 4), SEEN)));
            }
        }
        int added = 0;
        for (Future<Vault.Kept> future : kept) {
            added += future.get().outcome() == Vault.Outcome.ADDED ? 1 : 0;
        }
        assertThat(added).isEqualTo(10);
        assertThat(one.list()).hasSize(10);
    }

    @Test
    void the_export_opens_with_unzip_and_the_password_of_the_field() throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/unzip"))) {
            Assumptions.abort("skipped: needs unzip");
        }
        byte[] large = new byte[70_000];
        new java.util.Random(5).nextBytes(large);
        Path zip = folder.resolve("out.zip");
        try (OutputStream out = Files.newOutputStream(zip)) {
            PasswordZip archive = new PasswordZip(out);
            archive.add("one", "first sample".getBytes(StandardCharsets.UTF_8));
            archive.add("two", large);
            archive.add("none", new byte[0]);
            archive.finish();
        }
        // when unzip opens it with the right password, and with a wrong one
        Path target = Files.createDirectory(folder.resolve("out"));
        Process right =
                new ProcessBuilder(
                                "unzip", "-P", "infected", zip.toString(), "-d", target.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(right.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // then
        assertThat(right.waitFor()).as(said).isZero();
        assertThat(target.resolve("one")).hasContent("first sample");
        assertThat(Files.readAllBytes(target.resolve("two"))).isEqualTo(large);
        Process wrong =
                new ProcessBuilder("unzip", "-t", "-P", "wrong", zip.toString())
                        .redirectErrorStream(true)
                        .start();
        wrong.getInputStream().readAllBytes();
        assertThat(wrong.waitFor()).isNotZero();
        assertThat(new String(Files.readAllBytes(zip), StandardCharsets.ISO_8859_1))
                .doesNotContain("first sample");
    }
}
