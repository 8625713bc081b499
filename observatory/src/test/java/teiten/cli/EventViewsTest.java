package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.Iterator;

/// The user's own SQL sees the same events, victims, hitters and campaigns as the commands, and waits until they are joined.
class EventViewsTest {
    @TempDir static Path folder;

    private static JsonNode ask(Object... words) {
        Object[] all = new Object[words.length + 3];
        System.arraycopy(words, 0, all, 0, words.length);
        all[words.length] = "--json";
        all[words.length + 1] = "--data";
        all[words.length + 2] = folder.resolve("store");
        Cli run = Cli.run(all);
        assertThat(run.status()).as(run.err()).isZero();
        return run.json();
    }

    @Test
    void a_query_right_after_an_import_gives_what_the_commands_give() {
        assertThat(
                        Cli.run("simulate", "demo", "-o", folder, "--packets", 60_000, "--quiet")
                                .status())
                .isZero();
        Cli imported =
                Cli.run(
                        "import",
                        "--quiet",
                        "--demo",
                        "--addresses",
                        "192.0.2.0/24",
                        "--data",
                        folder.resolve("store"),
                        folder.resolve("demo.pcap"));
        assertThat(imported.status()).as(imported.err()).isZero();

        JsonNode victims =
                ask("query", "SELECT * FROM victim ORDER BY packets DESC, start", "--limit", 0);
        JsonNode told = ask("top", "victims", "--limit", 0, "--from", "2000-01-01");
        assertThat(victims).isNotEmpty().hasSameSizeAs(told);
        Iterator<JsonNode> other = told.iterator();
        for (JsonNode victim : victims) {
            JsonNode same = other.next();
            assertThat(victim.get("victim")).isEqualTo(same.get("victim"));
            assertThat(victim.get("packets").asLong()).isEqualTo(same.get("packets").asLong());
            assertThat(same.get("detection_limit_pps").asDouble()).isEqualTo(8_388_608.0);
            assertThat(victim.get("services").asString()).matches("(\\d+(\\.\\d+)?/[a-z0-9]+ ?)+");
            assertThat(victim.get("rate_ipv4_pps").asDouble()).isPositive();
        }

        assertThat(ask("query", "SELECT count(*) AS n FROM event").get(0).get("n").asInt())
                .isEqualTo(ask("top", "events", "--limit", 0, "--from", "2000-01-01").size())
                .isPositive();
        assertThat(ask("query", "SELECT * FROM scanner WHERE reason = 'event'")).isNotEmpty();

        JsonNode campaigns = ask("query", "SELECT * FROM campaign ORDER BY sources DESC, campaign");
        JsonNode groups = ask("top", "campaigns", "--limit", 0, "--from", "2000-01-01");
        assertThat(campaigns).isNotEmpty().hasSameSizeAs(groups);
        JsonNode most = campaigns.get(0);
        assertThat(most.get("sources").asLong()).isEqualTo(groups.get(0).get("sources").asLong());
        assertThat(most.get("ports").asString()).contains("23/tcp");
        assertThat(most.get("mark").asString()).isEqualTo("mirai");
        assertThat(
                        ask(
                                        "query",
                                        "SELECT count(DISTINCT source) AS n FROM campaign_source"
                                                + " WHERE campaign = '"
                                                + most.get("campaign").asString()
                                                + "'")
                                .get(0)
                                .get("n")
                                .asLong())
                .isEqualTo(most.get("sources").asLong());
    }
}
