package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.run.DemoSessions;
import teiten.store.Readings;
import teiten.store.Scope;
import teiten.store.SessionFilter;
import teiten.store.SessionReadings;
import teiten.store.Store;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What the made-up attackers did is found again: the truth was written down before anything was read.
class DemoSessionsTest {
    @TempDir private Path folder = Path.of("");

    @Test
    void families_steps_pairs_and_cpus_are_those_that_were_acted() throws IOException {
        DemoSessions.write(folder.resolve("decoy"), 7, LocalDate.parse("2026-07-01"), 28);
        JsonNode truth =
                JsonMapper.builder()
                        .build()
                        .readTree(Files.readString(folder.resolve("decoy/events-demo.truth.json")));
        Path data = folder.resolve("data");

        Cli run = Cli.run("import", "--demo", "--data", data, folder.resolve("decoy"));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains(" 0 bad;");
        try (Store store = Store.open(data, "a test", 256 << 20, InstantSource.system())) {
            SessionReadings readings = new Readings(store).sessions();
            Scope span = requireNonNull(readings.span(Set.of()));
            SessionFilter all = SessionFilter.of(span);
            assertThat(readings.counted(all).sessions()).isEqualTo(truth.get("sessions").asLong());
            Map<String, Long> families = new TreeMap<>();
            Map<String, Long> steps = new TreeMap<>();
            String[] names = {"knock", "login-try", "login", "shell", "download", "sample"};
            for (SessionReadings.FamilyLine line : readings.families(all)) {
                long sum = 0;
                for (int i = 0; i < names.length; i++) {
                    long n = line.furthest().get(i);
                    sum += n;
                    if (n > 0) {
                        steps.merge(names[i], n, Long::sum);
                    }
                }
                families.put(line.family(), sum);
            }
            assertThat(families).isEqualTo(map(truth.get("families")));
            assertThat(steps).isEqualTo(map(truth.get("furthest")));
            Map<String, Long> tries = new TreeMap<>();
            readings.credentials(all, 0)
                    .forEach(line -> tries.put(line.user() + ":" + line.password(), line.tries()));
            assertThat(tries).isEqualTo(map(truth.get("tries")));
            Map<String, Long> cpus = new TreeMap<>();
            readings.cpus(all, ZoneOffset.UTC)
                    .forEach(week -> cpus.merge(week.cpu(), week.sessions(), Long::sum));
            assertThat(cpus).isEqualTo(map(truth.get("cpus")));
            assertThat(readings.newest(all, 0, 0)).allMatch(SessionReadings.Line::demo);
            // every loader of Mirai's comes after the bot that found its password
            assertThat(readings.links(all, 0).stream().filter(l -> l.scanner() != null))
                    .isNotEmpty();
        }
    }

    private static Map<String, Long> map(JsonNode node) {
        Map<String, Long> map = new TreeMap<>();
        node.properties().forEach(e -> map.put(e.getKey(), e.getValue().asLong()));
        return map;
    }
}
