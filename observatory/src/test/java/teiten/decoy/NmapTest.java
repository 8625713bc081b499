package teiten.decoy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// nmap's service probe, asked about every door of every device: it names the server that the device models.
class NmapTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// Device → what nmap calls its Telnet, web and SSH servers.
    private static final Map<String, List<String>> NAMES =
            Map.of(
                    "router-mips",
                    List.of("BusyBox telnetd", "Allegro RomPager 4.07", "Dropbear sshd 2012.55"),
                    "camera-mipsel",
                    List.of("BusyBox telnetd", "GoAhead WebServer", "Dropbear sshd 0.52"),
                    "dvr-arm",
                    List.of("BusyBox telnetd", "uc-httpd 1.0.0", "Dropbear sshd 2013.62"),
                    "nas-armv7",
                    List.of("BusyBox telnetd", "lighttpd 1.4.28", "OpenSSH 6.0p1"),
                    "nas-powerpc",
                    List.of("BusyBox telnetd", "Apache httpd 2.2.8", "OpenSSH 5.1p1"),
                    "settop-sh4",
                    List.of("BusyBox telnetd", "TwistedWeb httpd 8.2.0", "Dropbear sshd 0.51"),
                    "server-x86_64",
                    List.of("BusyBox telnetd", "nginx 1.12.2", "OpenSSH 7.5"));

    @Test
    void names_the_modelled_servers_and_no_honeypot(@TempDir Path directory) throws Exception {
        List<Sensor> sensors = new ArrayList<>();
        Map<Integer, String> expected = new TreeMap<>();
        try {
            DeviceCatalog all = DeviceCatalog.bundled(1);
            for (Device device : all.devices()) {
                Sensor sensor =
                        Sensor.open(
                                "test",
                                all.only(device.name()),
                                LoginPolicy.LISTED,
                                Limits.DEFAULT,
                                directory.resolve(device.name()),
                                Duration.ofMinutes(5),
                                null);
                sensors.add(sensor);
                List<String> names = requireNonNull(NAMES.get(device.name()), device.name());
                expected.put(sensor.telnet(ANY, false), names.get(0));
                expected.put(sensor.http(ANY, false), names.get(1));
                expected.put(sensor.ssh(ANY), names.get(2));
            }

            Map<Integer, String> said = ask(expected.keySet());

            expected.forEach(
                    (port, name) -> assertThat(said.get(port)).as("port " + port).contains(name));
            assertThat(said.values()).noneMatch(s -> s.matches("(?i).*(honey|cowrie|kippo).*"));
        } finally {
            sensors.forEach(Sensor::close);
        }
    }

    private static Map<Integer, String> ask(Iterable<Integer> ports) throws Exception {
        List<String> words = new ArrayList<>();
        ports.forEach(port -> words.add(Integer.toString(port)));
        Process nmap;
        try {
            nmap =
                    new ProcessBuilder(
                                    "nmap",
                                    "-n",
                                    "-Pn",
                                    "-sT",
                                    "-sV",
                                    "-oG",
                                    "-",
                                    "-p",
                                    String.join(",", words),
                                    "127.0.0.1")
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException _) {
            Assumptions.abort("skipped: needs nmap");
            throw new AssertionError();
        }
        String text = new String(nmap.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(nmap.waitFor()).as(text).isZero();
        Map<Integer, String> said = new TreeMap<>();
        for (String entry : text.replaceAll("(?s).*Ports: ", "").split(", ")) {
            String[] field = entry.split("/");
            said.put(Integer.parseInt(field[0]), entry);
        }
        return said;
    }
}
