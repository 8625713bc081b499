package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;
import teiten.net.IpAddress;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// While every loader of the conformance suite is played on every device, the decoy's process connects to nobody,
/// starts nothing, and opens no file of the host that the visitor named. The kernel says so, through strace.
class SealTest {
    @Test
    void the_decoy_dials_nobody_and_starts_nothing(@TempDir Path directory) throws Exception {
        Path trace = directory.resolve("trace");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-qq"));
        command.addAll(
                List.of("-e", "trace=execve,execveat,fork,vfork,connect,sendto,sendmsg,sendmmsg"));
        command.addAll(List.of("-o", trace.toString()));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(
                List.of("teiten.cli.Main", "sense", "--telnet", "127.0.0.1:0", "--seed", "1"));
        command.addAll(List.of("--out", directory.resolve("out").toString()));
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException _) {
            Assumptions.abort("skipped: needs strace");
            return;
        }
        try {
            int port = port(process);
            for (Device device : DeviceCatalog.bundled(1).devices()) {
                for (Path file : ConformanceSuite.files()) {
                    try (TelnetClient client = new TelnetClient(port, sourceThatMeets(device))) {
                        ConformanceSuite.play(file, device, client);
                    }
                }
            }
        } finally {
            // SIGTERM goes to the traced java, so that it ends in order; strace ends with it.
            process.descendants().forEach(ProcessHandle::destroy);
            process.waitFor(20, TimeUnit.SECONDS);
            process.destroyForcibly();
        }
        List<String> calls = Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
        List<String> started =
                calls.stream()
                        .filter(l -> l.matches(".*\\b(execve|execveat|fork|vfork)\\(.*"))
                        .toList();
        List<String> dialled =
                calls.stream()
                        .filter(l ->
                                l.matches(".*\\b(connect|sendto|sendmsg|sendmmsg)\\(.*AF_INET.*"))
                        .toList();
        assertThat(started).as("the one program that strace started").hasSize(1);
        assertThat(dialled).isEmpty();
        try (var files = Files.list(directory.resolve("out"))) {
            assertThat(files.filter(f -> f.toString().endsWith(".jsonl"))).isNotEmpty();
        }
    }

    private static int port(Process process) throws IOException {
        BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            Matcher matcher = Pattern.compile("listening on telnet .* port ([0-9]+)").matcher(line);
            if (matcher.find()) {
                Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
                return Integer.parseInt(matcher.group(1));
            }
        }
        Assumptions.abort("skipped: strace cannot trace here: " + all);
        return 0;
    }

    private static String sourceThatMeets(Device device) {
        DeviceCatalog catalog = DeviceCatalog.bundled(1);
        for (int i = 2; i < 10_000; i++) {
            String source = "127.0." + i / 250 + "." + (1 + i % 250);
            if (catalog.meets(IpAddress.parse(source)).name().equals(device.name())) {
                return source;
            }
        }
        throw new AssertionError("no source meets " + device.name());
    }
}
