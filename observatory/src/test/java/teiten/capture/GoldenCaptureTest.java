package teiten.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Packets, first and last time of real files against tshark 4.0.17's answers (`golden/summary.tsv`). Every difference
/// is named below with its reason.
class GoldenCaptureTest {
    private static final Path DATA =
            Path.of(System.getProperty("teiten.root", ".."))
                    .toAbsolutePath()
                    .normalize()
                    .resolveSibling("shared")
                    .resolve("data");

    /// tshark counts pcapng's custom blocks as packets. They hold no packet of a network.
    private static final Map<String, Integer> CUSTOM_BLOCKS =
            Map.of(
                    "pcap-format/ng-le-test017.pcapng", 4,
                    "pcap-format/ng-le-test018.pcapng", 4,
                    "pcap-format/ng-le-test102.pcapng", 3,
                    "pcap-format/ng-le-test202.pcapng", 3);

    /// tshark refuses the whole file because of its link type (182 FRF.16, 164 Juniper monitor). The container is
    /// sound: we count its packets, as of a link type that is not understood.
    private static final Map<String, Integer> LINK_TYPE_UNKNOWN_TO_TSHARK =
            Map.of(
                    "pcap-corrupt/td-frf16_magic_ie-oobr.pcap", 1,
                    "pcap-corrupt/td-juniper_monitor_invalid_cookie_length.pcap", 1,
                    "pcap-corrupt/td-kday6.pcap", 1,
                    "pcap-corrupt/td-vtp_asan-2.pcap", 1,
                    "pcap-corrupt/td-vtp_asan-3.pcap", 1,
                    "pcap-corrupt/td-vtp_asan.pcap", 5);

    /// The second record claims 1,409,179,648 captured bytes. tshark guesses at other layouts of the record header
    /// until one fits (its time is then negative) and stops at the record behind; we stop where the claim stands.
    private static final String SECOND_RECORD_GARBLED = "pcap-corrupt/cut-short-bug-6875.pcap";

    /// The last record's fraction of a second is 2³¹ ns. tshark shows a negative time; any fraction of a second or
    /// more is taken as the last nanosecond of its second, as tshark does elsewhere.
    private static final String FRACTION_BEYOND_SECOND =
            "pcap-corrupt/td-timestamp_invalid_nano.pcap";

    private record Golden(String file, int packets, int status, String first, String last) {
        static Golden of(String line) {
            String[] column = line.split("\t", -1);
            return new Golden(
                    column[0],
                    Integer.parseInt(column[4]),
                    Integer.parseInt(column[5]),
                    column[7],
                    column[8]);
        }
    }

    @TestFactory
    Stream<DynamicTest> packets_and_times_are_those_of_tshark() throws IOException {
        Path summary = DATA.resolve("golden/summary.tsv");
        if (!Files.exists(summary)) {
            Assumptions.abort("skipped: needs ../shared/data");
        }
        List<Golden> all = Files.readAllLines(summary).stream().skip(1).map(Golden::of).toList();
        assertThat(all).hasSizeGreaterThan(200);
        assertThat(all.stream().filter(g -> g.file.startsWith("pcap-corrupt/"))).hasSize(133);
        return all.stream().map(g -> DynamicTest.dynamicTest(g.file, () -> holds(g)));
    }

    private static void holds(Golden golden) {
        Reading reading =
                Assertions.assertTimeout(
                        Duration.ofSeconds(1),
                        () -> {
                            try (Capture capture = Capture.open(DATA.resolve(golden.file))) {
                                return Reading.of(capture);
                            }
                        });
        if (golden.file.equals(SECOND_RECORD_GARBLED)) {
            assertThat(golden.packets).isEqualTo(2);
            assertThat(reading.packets()).hasSize(1);
            assertThat(reading.damage())
                    .isEqualTo(new Damage(228, "a record claims 1,409,179,648 captured bytes"));
            return;
        }
        Integer refused = LINK_TYPE_UNKNOWN_TO_TSHARK.get(golden.file);
        if (refused != null) {
            assertThat(golden.packets).isZero();
            assertThat(reading.packets()).hasSize(refused);
            assertThat(reading.packets()).allMatch(packet -> packet.link() == -1);
            assertThat(reading.damage()).isNull();
            return;
        }
        assertThat(reading.packets())
                .hasSize(golden.packets - CUSTOM_BLOCKS.getOrDefault(golden.file, 0));
        assertThat(golden.status == 0).isEqualTo(reading.damage() == null);
        if (!reading.packets().isEmpty() && !CUSTOM_BLOCKS.containsKey(golden.file)) {
            isTime(golden, golden.first, reading.packets().getFirst().time());
            isTime(golden, golden.last, reading.packets().getLast().time());
        }
    }

    private static void isTime(Golden golden, String epoch, long time) {
        if (epoch.isEmpty()) {
            assertThat(time).isEqualTo(Batch.NO_TIME);
        } else if (golden.file.equals(FRACTION_BEYOND_SECOND) && epoch.startsWith("-")) {
            assertThat(time).isEqualTo(1_418_145_370_999_999_999L);
        } else if (epoch.startsWith("18446744073204.")) {
            // The writer's clock stood before 1970, which pcapng cannot say.
            assertThat(time).isEqualTo(Batch.BAD_TIME);
        } else {
            int point = epoch.indexOf('.');
            long seconds = Long.parseLong(epoch.substring(0, point));
            assertThat(time)
                    .isEqualTo(
                            seconds * 1_000_000_000L + Long.parseLong(epoch.substring(point + 1)));
        }
    }

    @TestFactory
    Stream<DynamicTest> a_stream_gives_what_the_mapped_file_gives() throws IOException {
        if (!Files.isDirectory(DATA)) {
            Assumptions.abort("skipped: needs ../shared/data");
        }
        return Stream.of("pcap-format", "pcap-iot", "pcap-scan", "pcap-telnet", "pcap-corrupt")
                .flatMap(folder -> files(DATA.resolve(folder)))
                .map(file ->
                        DynamicTest.dynamicTest(
                                file.getFileName().toString(), () -> sameAsStream(file)));
    }

    private static void sameAsStream(Path file) throws IOException {
        try (Capture mapped = Capture.open(file);
                Capture stream = Capture.of(Files.newInputStream(file), "a stream")) {
            PacketReader first = mapped.reader();
            PacketReader second = stream.reader();
            assertThat(Reading.rest(second)).isEqualTo(Reading.rest(first));
            assertThat(second.tailSha256()).isEqualTo(first.tailSha256());
            assertThat(stream.fingerprint()).isEqualTo(mapped.fingerprint());
        }
    }

    private static Stream<Path> files(Path folder) {
        return Stream.of(Objects.requireNonNull(folder.toFile().listFiles())).map(f -> f.toPath());
    }
}
