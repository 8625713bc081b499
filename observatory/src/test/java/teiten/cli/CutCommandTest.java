package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// What is cut out is what tshark finds with the same question: packet by packet, time, length and bytes.
class CutCommandTest {
    @TempDir Path folder;

    private static Path data() {
        Path data =
                Path.of(System.getProperty("teiten.root", ".."))
                        .toAbsolutePath()
                        .normalize()
                        .resolveSibling("shared")
                        .resolve("data");
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: needs ../shared/data");
        return data;
    }

    /// Times, lengths and a hash of the bytes of the packets that match, as tshark sees them. It is told not to
    /// reassemble fragments, which we do not.
    private static List<String> tshark(Path file, String filter) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "tshark",
                                "-n",
                                "-r",
                                file.toString(),
                                "-o",
                                "ip.defragment:FALSE",
                                "-o",
                                "ipv6.defragment:FALSE",
                                "-o",
                                "frame.generate_md5_hash:TRUE",
                                "-T",
                                "fields",
                                "-e",
                                "frame.time_epoch",
                                "-e",
                                "frame.cap_len",
                                "-e",
                                "frame.len",
                                "-e",
                                "frame.md5_hash"));
        if (!filter.isEmpty()) {
            words.addAll(List.of("-Y", filter));
        }
        Process process;
        try {
            process =
                    new ProcessBuilder(words)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException _) {
            Assumptions.abort("skipped: needs tshark");
            throw new IllegalStateException();
        }
        try (var out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /// Only the outermost IP header counts with us: `#1` asks tshark for the same.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    pcap-iot/iot-infected-pi-2018-03-09.pcap | --port=23/tcp | tcp.port#1 == 23 && !icmp
                    pcap-iot/iot-infected-pi-2018-03-09.pcap | --ip=192.168.2.16,--port=23/tcp,--port=2323/tcp | ip.addr#1 == 192.168.2.16 && (tcp.port == 23 or tcp.port == 2323) && !icmp
                    pcap-iot/iot-infected-pi-2018-03-09.pcap | --port=53/udp | udp.port == 53 && !icmp
                    pcap-iot/iot-infected-pi-2018-03-09.pcap | --port=17/ip | ip.proto == 200
                    pcap-iot/iot-infected-pi-2018-03-09.pcap | --from=2018-03-09T20:49:30Z,--to=2018-03-09T20:50:00Z | frame.time_epoch >= 1520628570 and frame.time_epoch < 1520628600
                    pcap-scan/zmap-lab-2021.pcap | --ip=10.0.0.0/8 | ip.addr#1 == 10.0.0.0/8
                    pcap-scan/masscan-lab-2021.pcap | --port=80/tcp | tcp.port == 80 && !icmp
                    pcap-scan/nmap-synscan-2011-vertical.pcapng | --port=22 | tcp.port == 22 && !icmp
                    pcap-scan/honeypot-aws-2017-02-01.pcapng | --port=23/tcp | tcp.port == 23 && !icmp
                    pcap-scan/honeypot-aws-2017-02-01.pcapng | --port=8.0/icmp | icmp.type#1 == 8 && icmp.code#1 == 0
                    pcap-telnet/telnet-in-mpls.pcap | --port=23 | tcp.port == 23
                    pcap-telnet/telnet-rawip-named-pcap.pcapng | --port=23 | tcp.port == 23
                    pcap-format/zeek-vlan-qinqinq.pcap | --port=80 | tcp.port == 80
                    pcap-format/zeek-pppoe-over-qinq.pcap | --ip=0.0.0.0/0 | ip
                    pcap-format/zeek-linux_dlt_sll2.pcap | --port=22 | tcp.port == 22
                    pcap-format/pcpp-null_loopback.pcap | --ip=127.0.0.1 | ip.addr#1 == 127.0.0.1
                    pcap-format/zeek-ipv6-http-atomic-frag.pcap | --ip=2001::/16 | ipv6.addr#1 == 2001::/16
                    pcap-format/pcpp-solaris.snoop | --port=80 | tcp.port == 80
                    pcap-format/zeek-ipv4_fragmented-1.pcap | --port=53/udp | udp.port == 53
                    pcap-format/pcpp-pcapng-example.pcapng.zst | --port=53/udp | udp.port == 53
                    """)
    void gives_exactly_the_packets_that_tshark_finds(String file, String asked, String filter)
            throws IOException {
        Path in = data().resolve(file);
        Path plain = in;
        if (file.endsWith(".zst")) {
            plain = Path.of(in.toString().replace(".zst", ""));
        }
        Path out = folder.resolve("out.pcap");
        List<Object> words = new ArrayList<>(List.of("cut", in, "-w", out));
        words.addAll(List.of((Object[]) asked.split(",")));

        Cli cut = Cli.run(words.toArray());

        assertThat(cut.status()).as(cut.err()).isZero();
        assertThat(tshark(out, "")).isEqualTo(tshark(plain, filter));
    }

    @Test
    void cuts_from_several_files_and_gzip_into_one_in_the_order_named() throws IOException {
        Path file = data().resolve("pcap-iot/iot-infected-pi-2018-03-09.pcap");
        Path packed = folder.resolve("packed");
        try (OutputStream to = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(file, to);
        }
        Path out = folder.resolve("out.pcap");

        Cli cut = Cli.run("cut", file, packed, "--port", "23", "-w", out);

        assertThat(cut.status()).as(cut.err()).isZero();
        List<String> once = tshark(file, "tcp.port == 23 && !icmp");
        List<String> twice = new ArrayList<>(once);
        twice.addAll(once);
        assertThat(tshark(out, "")).isEqualTo(twice);
    }

    @Test
    void two_link_types_cannot_share_a_file_and_nothing_is_left_behind() throws IOException {
        Path data = data();
        Path out = folder.resolve("out.pcap");
        Cli cut =
                Cli.run(
                        "cut",
                        data.resolve("pcap-scan/zmap-lab-2021.pcap"),
                        data.resolve("pcap-format/suri-sll2-01.pcap"),
                        "-w",
                        out);
        assertThat(cut.status()).isEqualTo(Main.MISTAKE);
        assertThat(cut.err().lines()).hasSize(1);
        assertThat(cut.err()).contains("ETHERNET").contains("LINUX_COOKED_V2");
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void what_matches_nothing_is_an_empty_capture() throws IOException {
        Path out = folder.resolve("out.pcap");
        Cli cut =
                Cli.run(
                        "cut",
                        data().resolve("pcap-scan/zmap-lab-2021.pcap"),
                        "--ip",
                        "203.0.113.7",
                        "-w",
                        out);
        assertThat(cut.status()).isZero();
        assertThat(Files.size(out)).isEqualTo(24);
    }

    @Test
    void damage_is_told_and_the_packets_before_it_are_cut() throws IOException {
        byte[] whole = Files.readAllBytes(data().resolve("pcap-scan/zmap-lab-2021.pcap"));
        Path in = folder.resolve("in.pcap");
        Files.write(in, java.util.Arrays.copyOf(whole, 10_000));
        Path out = folder.resolve("out.pcap");
        Cli cut = Cli.run("cut", in, "-q", "-w", out);
        assertThat(cut.status()).isEqualTo(Main.DAMAGE);
        assertThat(cut.err()).contains("damaged at offset");
        assertThat(tshark(out, "")).isNotEmpty();
    }
}
