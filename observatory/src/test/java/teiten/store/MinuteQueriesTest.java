package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import teiten.net.Port;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Minutes do not depend on how their images are read.
class MinuteQueriesTest {
    @TempDir Path folder;

    /// @param days 0: all packets within a minute
    private void captures(int packets, int days, int seed) throws IOException {
        for (int sensor = 0; sensor < 2; sensor++) {
            Path capture = folder.resolve(sensor + ".pcap");
            RollUpLawTest.write(capture, packets, days, seed + sensor);
            RollUpLawTest.read(folder.resolve("data"), capture, "s" + sensor);
        }
    }

    private <T> T ask(Store.Work<T> question) {
        try (Store store =
                Store.open(folder.resolve("data"), "test", 128 << 20, InstantSource.system())) {
            return store.read(question);
        }
    }

    @Test
    void minutes_are_the_same_however_many_are_read_at_once() throws IOException {
        // given three days of two sensors
        captures(4_000, 3, 0);
        for (int code : List.of(Imports.ALL_PORTS, Port.parse("23/tcp").code())) {
            List<Map<Instant, String>> answers = new ArrayList<>();
            for (long most : new long[] {Long.MAX_VALUE / 8, 1, 40, 1_000}) {
                answers.add(minutes(code, most, MinuteQueries.BEGINNING));
            }
            assertThat(answers.getFirst()).hasSizeGreaterThan(10);
            assertThat(answers).containsOnly(answers.getFirst());
        }
    }

    @Test
    void minutes_are_the_same_however_much_of_an_image_is_read_first() throws IOException {
        // given a minute that two sensors saw, with many ports
        captures(500, 0, 7);
        ask(db -> {
            long length = EventKeeper.count(db, "SELECT max(octet_length(image)) FROM minute");
            assertThat(length).isGreaterThan(300);
            for (String port : List.of("23/tcp", "2323/tcp")) {
                int code = Port.parse(port).code();
                Map<Instant, String> whole = minutes(db, code, 1_000, 60_000);
                assertThat(whole).hasSize(1);

                // when images are cut at any byte
                for (int least = 16; least < length; least += least < 300 ? 1 : 7) {
                    // then those that were cut too early are read again
                    int asked = least - MinuteQueries.A_PORT * code;
                    assertThat(minutes(db, code, 1_000, asked))
                            .as(port + ", " + least + " bytes")
                            .isEqualTo(whole);
                }
            }
            return 0;
        });
    }

    private Map<Instant, String> minutes(int code, long most, int least) {
        return ask(db -> minutes(db, code, most, least));
    }

    private static Map<Instant, String> minutes(Connection db, int code, long most, int least)
            throws SQLException {
        Scope scope = RollUpLawTest.scope(0, 24, Set.of(), Scanners.ALL);
        Map<Instant, String> told = new TreeMap<>();
        new MinuteQueries(db, Coverage.read(db), scope, most, least)
                .sums(code)
                .forEach((minute, sum) ->
                        told.put(minute, sum.tally + " " + sum.sources.estimate()));
        return told;
    }
}
