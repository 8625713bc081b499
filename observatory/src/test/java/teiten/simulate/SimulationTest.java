package teiten.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import teiten.OperatorMistake;
import teiten.net.IpAddress;
import teiten.net.Port;
import teiten.net.Prefix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Each scenario's defining figures are those of field facts §1.
class SimulationTest {
    private static final List<Prefix> RESERVED =
            List.of(Prefix.parse("240.0.0.0/4"), Prefix.parse("100.64.0.0/10"));

    @TempDir Path directory;

    private Truth write(Scenario scenario, long packets) {
        return Simulation.write(scenario, scenario.defaults().withPackets(packets), directory)
                .getFirst();
    }

    private static Truth.PortCount port(Truth truth, String port) {
        return truth.port(Port.parse(port)).orElseThrow();
    }

    private static double overlap(Truth truth, String a, String b) {
        return truth.overlap(Port.parse(a), Port.parse(b)).orElseThrow().share();
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void the_same_arguments_give_the_same_bytes(Scenario scenario) throws IOException {
        Settings settings = scenario.defaults().withPackets(8_000);

        Truth first = Simulation.write(scenario, settings, directory.resolve("a")).getFirst();
        Truth second = Simulation.write(scenario, settings, directory.resolve("b")).getFirst();
        Truth other =
                Simulation.write(scenario, settings.withSeed(2), directory.resolve("c")).getFirst();

        assertThat(Files.mismatch(first.capture(), second.capture())).isEqualTo(-1);
        assertThat(Files.mismatch(first.file(), second.file())).isEqualTo(-1);
        assertThat(Files.mismatch(first.capture(), other.capture())).isNotEqualTo(-1);
        assertThat((double) first.totals().packets()).isCloseTo(8_000, within(1_200.0));
        try (var files = Files.list(directory.resolve("a"))) {
            assertThat(files).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void nobody_is_accused_and_only_the_sensor_is_addressed(Scenario scenario) throws IOException {
        Truth truth = write(scenario, 8_000);

        long before = 0;
        for (PcapWalk.Packet packet : PcapWalk.read(truth.capture())) {
            assertThat(packet.micros()).isGreaterThanOrEqualTo(before);
            before = packet.micros();
            if (packet.v4()) {
                IpAddress source = IpAddress.v4(packet.source());
                assertThat(RESERVED).anyMatch(range -> range.contains(source));
                assertThat(packet.source() >>> 24).isNotEqualTo(255);
                assertThat(truth.prefix().contains(IpAddress.v4(packet.target()))).isTrue();
            }
        }
        assertThat(Instant.ofEpochMilli(before / 1000)).isBetween(truth.start(), truth.end());
    }

    @Test
    void in_2015_telnet_is_high_and_rises_and_its_linux_sources_search_53413_without_a_mark() {
        Truth truth = write(Scenario.NPA_2015, 60_000);

        long first = monthOfTelnet(truth, 0);
        long last = monthOfTelnet(truth, truth.days().size() - 30);
        assertThat((double) last / first).isBetween(1.6, 2.6);
        assertThat(truth.ports().getFirst().port()).isEqualTo(Port.TELNET);
        assertThat(truth.totals().marks().mirai()).isZero();
        assertThat(overlap(truth, "53413/udp", "23/tcp")).isGreaterThan(0.85);
        Truth.Systems telnet = truth.systems().getFirst();
        assertThat((double) telnet.linux() / port(truth, "23/tcp").sources()).isGreaterThan(0.95);
    }

    private static long monthOfTelnet(Truth truth, int from) {
        return truth.days().subList(from, from + 30).stream()
                .mapToLong(day -> day.ports().getFirst().packets())
                .sum();
    }

    @Test
    void in_2016_telnet_stands_ten_to_one_to_2323_and_bears_the_mark() {
        Truth truth = write(Scenario.MIRAI_2016, 80_000);

        Truth.PortCount telnet = port(truth, "23/tcp");
        Truth.PortCount second = port(truth, "2323/tcp");
        assertThat((double) telnet.packets() / second.packets()).isCloseTo(10, within(0.7));
        assertThat((double) telnet.marks().mirai() / telnet.syn()).isGreaterThan(0.97);
        assertThat((double) second.marks().mirai() / second.syn()).isGreaterThan(0.97);
    }

    @Test
    void of_5358_s_sources_52_percent_also_access_telnet_and_none_is_marked() {
        Truth truth = write(Scenario.HAJIME_2017, 80_000);

        assertThat(overlap(truth, "5358/tcp", "23/tcp")).isCloseTo(0.52, within(0.02));
        assertThat(port(truth, "5358/tcp").marks().mirai()).isZero();
    }

    @Test
    void over_99_percent_of_32_and_3232_bear_the_mark() {
        Truth truth = write(Scenario.PORT_32_2017, 80_000);

        Truth.PortCount a = port(truth, "32/tcp");
        Truth.PortCount b = port(truth, "3232/tcp");
        double share = (double) (a.marks().mirai() + b.marks().mirai()) / (a.syn() + b.syn());
        assertThat(share).isBetween(0.99, 0.998);
    }

    @Test
    void investigation_scans_bear_each_tool_s_mark_and_some_reach_a_tenth_of_all_addresses() {
        Truth truth = write(Scenario.INVESTIGATION_SCANS, 80_000);

        double all = truth.totals().packets();
        assertThat(truth.totals().marks().zmap() / all).isBetween(0.2, 0.4);
        assertThat(truth.totals().marks().masscan() / all).isBetween(0.2, 0.4);
        assertThat(truth.totals().marks().zmap4() / all).isBetween(0.03, 0.12);
        assertThat(truth.aggressive()).hasSizeGreaterThan(10);
        assertThat(truth.aggressive()).allMatch(hitter -> hitter.mostTargets() >= 26);
    }

    @Test
    void each_victim_s_replies_lie_between_its_start_and_end() throws IOException {
        Truth truth = write(Scenario.DOS_BACKSCATTER, 60_000);

        assertThat(truth.victims()).hasSize(12);
        Map<IpAddress, Long> seen = new HashMap<>();
        Map<IpAddress, Instant> first = new HashMap<>();
        Map<IpAddress, Instant> last = new HashMap<>();
        for (PcapWalk.Packet packet : PcapWalk.read(truth.capture())) {
            if (packet.v4()) {
                IpAddress source = IpAddress.v4(packet.source());
                Instant at = Instant.EPOCH.plusNanos(packet.micros() * 1000);
                seen.merge(source, 1L, Long::sum);
                first.putIfAbsent(source, at);
                last.put(source, at);
            }
        }
        for (Truth.Victim victim : truth.victims()) {
            assertThat(seen).containsEntry(victim.address(), victim.packets());
            assertThat(first).containsEntry(victim.address(), victim.start());
            assertThat(last).containsEntry(victim.address(), victim.end());
            assertThat(victim.start()).isBefore(victim.end());
        }
    }

    @Test
    void nothing_is_recorded_during_an_outage_and_traffic_stands_before_and_after() {
        Truth truth = write(Scenario.SENSOR_OUTAGE, 60_000);

        List<Instant> times = times(truth);
        assertThat(truth.outages()).hasSize(2);
        for (Truth.Outage outage : truth.outages()) {
            assertThat(times)
                    .noneMatch(at -> !at.isBefore(outage.start()) && at.isBefore(outage.end()));
            assertThat(times)
                    .anyMatch(at ->
                            at.isAfter(outage.start().minusSeconds(600))
                                    && at.isBefore(outage.start()))
                    .anyMatch(at ->
                            !at.isBefore(outage.end())
                                    && at.isBefore(outage.end().plusSeconds(600)));
        }
    }

    private static List<Instant> times(Truth truth) {
        try {
            return PcapWalk.read(truth.capture()).stream()
                    .map(packet -> Instant.EPOCH.plusNanos(packet.micros() * 1000))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void several_sensors_see_the_same_sources_and_only_the_first_one_fails() throws IOException {
        List<Prefix> prefixes =
                List.of(Prefix.parse("192.0.2.0/24"), Prefix.parse("198.51.100.0/25"));
        Settings settings = Scenario.DEMO.defaults().withPackets(60_000).withPrefixes(prefixes);

        List<Truth> truths = Simulation.write(Scenario.DEMO, settings, directory);

        assertThat(truths).extracting(Truth::sensor).containsExactly("demo-1", "demo-2");
        assertThat(truths).extracting(Truth::prefix).containsExactlyElementsOf(prefixes);
        assertThat(truths.getFirst().outages()).hasSize(2);
        assertThat(truths.getLast().outages()).isEmpty();
        double ratio =
                (double) truths.getFirst().totals().packets() / truths.getLast().totals().packets();
        assertThat(ratio).isCloseTo(2, within(0.2));
        Set<Integer> first = sources(truths.getFirst());
        Set<Integer> both = sources(truths.getLast());
        int all = both.size();
        both.retainAll(first);
        assertThat((double) both.size() / all).isGreaterThan(0.3);
    }

    private static Set<Integer> sources(Truth truth) throws IOException {
        Set<Integer> sources = new HashSet<>();
        for (PcapWalk.Packet packet : PcapWalk.read(truth.capture())) {
            if (packet.v4()) {
                sources.add(packet.source());
            }
        }
        return sources;
    }

    @Test
    void the_operator_s_mistakes_are_told_in_one_sentence() throws IOException {
        Settings settings = Scenario.NPA_2015.defaults();
        Path file = Files.writeString(directory.resolve("file"), "in the way");

        assertThatThrownBy(() -> settings.withDays(0))
                .isInstanceOf(OperatorMistake.class)
                .hasMessage("--days 0 is outside 1..3660");
        assertThatThrownBy(() -> settings.withPackets(0)).isInstanceOf(OperatorMistake.class);
        assertThatThrownBy(() -> settings.withPrefixes(List.of(Prefix.parse("2001:db8::/64"))))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("IPv6");
        assertThatThrownBy(() -> Simulation.write(Scenario.NPA_2015, settings, file))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("a file of that name is in the way");
    }
}
