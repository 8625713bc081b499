package teiten.store;

import teiten.net.Port;
import teiten.telescope.Distinct;
import teiten.telescope.Mark;
import teiten.telescope.PortFigures;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// How rows become the words of the answers.
final class Rows {
    private static final String REST =
            ", sum(syn)::BIGINT, sum(backscatter)::BIGINT, sum(mirai)::BIGINT,"
                    + " sum(masscan)::BIGINT, sum(zmap)::BIGINT, sum(zmap4)::BIGINT";

    /// Sums over `hour` or `day` in the order that [#tally] reads: packets, bytes, accesses, syn, backscatter, marks.
    static final String SUMS =
            "sum(packets)::BIGINT, sum(bytes)::BIGINT, sum(accesses)::BIGINT" + REST;

    /// What counts as an access in a row of `source`.
    static final String ACCESSES =
            "(CASE WHEN port >> 16 = 0 THEN syn ELSE packets - backscatter END)";

    /// The same over `source`.
    static final String SOURCE_SUMS =
            "sum(packets)::BIGINT, sum(bytes)::BIGINT, sum(" + ACCESSES + ")::BIGINT" + REST;

    /// How many columns [#SUMS] has.
    static final int COLUMNS = 9;

    private Rows() {}

    static Tally tally(ResultSet row, int column) throws SQLException {
        EnumMap<Mark, Long> marks = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            marks.put(mark, row.getLong(column + 5 + mark.ordinal()));
        }
        return new Tally(
                row.getLong(column),
                row.getLong(column + 1),
                row.getLong(column + 2),
                row.getLong(column + 3),
                row.getLong(column + 4),
                marks);
    }

    static Tally tally(PortFigures f) {
        Map<Mark, Long> marks = new EnumMap<>(Mark.class);
        for (Mark mark : Mark.values()) {
            marks.put(mark, f.marks[mark.ordinal()]);
        }
        return new Tally(f.packets, f.bytes, f.accesses, f.syn, f.backscatter, marks);
    }

    static Estimate estimate(Distinct set) {
        return new Estimate(set.estimate(), set.relativeError());
    }

    static Instant second(long second) {
        return Instant.ofEpochSecond(second);
    }

    /// `sensor IN (…)` for the sensors of the coverage; false when there are none.
    static String sensors(Coverage coverage) {
        List<Coverage.SensorSpan> sensors = coverage.sensors();
        if (sensors.isEmpty()) {
            return "false";
        }
        StringBuilder in = new StringBuilder("sensor IN (");
        for (int i = 0; i < sensors.size(); i++) {
            in.append(i > 0 ? "," : "").append(sensors.get(i).id());
        }
        return in.append(')').toString();
    }

    static String code(Port port) {
        return String.valueOf(port.code());
    }
}
