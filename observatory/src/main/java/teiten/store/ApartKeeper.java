package teiten.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Adds up, behind, what known investigators did in each day that is rolled up, and what all others did ([ApartRows]).
///
/// Who is an investigator changes with every list that is loaded and every hitter that is found. Each change has a number,
/// noted with the sources that it concerns (`investigator`); a roll-up's files have the number `upto` which they are up to
/// date. When a later change concerns no source of the roll-up, only that number moves on; otherwise its files are
/// made anew. A question uses files that know of all investigators it knows, and reads single sources where there
/// are none yet: the figures are the same.
final class ApartKeeper {
    /// Whoever is an investigator at any time and for any sensor.
    private static final String EVER =
            "SELECT high, low FROM listed_source UNION SELECT high, low FROM hitter WHERE mirai *"
                    + " 10 < packets";

    /// Rows of the busiest sources: enough for a page of them when all investigators are left out.
    static final int BUSIEST = 20_480;

    private final Store store;
    private final RollUpKeeper rollUps;
    private final LeftFiles left;

    ApartKeeper(Store store, RollUpKeeper rollUps, LeftFiles left) {
        this.store = store;
        this.rollUps = rollUps;
        this.left = left;
    }

    /// Brings the files of every roll-up up to date.
    void catchUp() {
        note();
        moveOn();
        for (RollUps.RollUp rollUp : store.readBehind(ApartKeeper::plan)) {
            if (rollUps.closing()) {
                return;
            }
            one(rollUp);
        }
        forget();
    }

    /// Notes who became an investigator, and who is none any more.
    private void note() {
        String noted = "SELECT high, low FROM investigator WHERE NOT gone";
        String changed =
                "SELECT count(*) FROM (((%1$s) EXCEPT (%2$s)) UNION ALL ((%2$s) EXCEPT (%1$s)))"
                        .formatted(EVER, noted);
        if (store.readBehind(db -> EventKeeper.count(db, changed)) == 0) {
            return;
        }
        store.write(db -> {
            long number = EventKeeper.count(db, "SELECT nextval('ids')");
            try (Statement change = db.createStatement()) {
                change.execute("CREATE OR REPLACE TEMP TABLE ever AS " + EVER);
                change.execute(
                        "UPDATE investigator SET gone = NOT gone, number = "
                                + number
                                + " WHERE gone = ((high, low) IN (SELECT (high, low) FROM ever))");
                change.execute(
                        "INSERT INTO investigator SELECT high, low, "
                                + number
                                + ", false FROM ever ANTI JOIN investigator USING (high, low)");
                change.execute("DROP TABLE ever");
            }
            return number;
        });
    }

    /// Files in which no later change is to be seen are as good as new.
    private void moveOn() {
        long newest = store.readBehind(ApartKeeper::newest);
        List<Integer> untouched =
                store.readBehind(db -> {
                    Map<Integer, Integer> late = late(db, newest);
                    for (Map.Entry<Integer, Integer> each : Map.copyOf(late).entrySet()) {
                        String touched =
                                "SELECT count(*) FROM "
                                        + Parts.parquet(List.of(origins(each.getKey())))
                                        + " SEMI JOIN (SELECT high, low FROM investigator WHERE"
                                        + " number > "
                                        + each.getValue()
                                        + ") USING (high, low)";
                        if (EventKeeper.count(db, touched) > 0) {
                            late.remove(each.getKey());
                        }
                    }
                    return List.copyOf(late.keySet());
                });
        if (!untouched.isEmpty()) {
            store.write(db -> {
                try (Statement change = db.createStatement()) {
                    return change.execute(
                            "UPDATE rollup_apart SET upto = "
                                    + newest
                                    + " WHERE rollup IN "
                                    + untouched.stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(",", "(", ")")));
                }
            });
        }
    }

    /// Roll-ups whose files do not know of the newest change, and of which they do.
    private static Map<Integer, Integer> late(Connection db, long newest) throws SQLException {
        Map<Integer, Integer> late = new HashMap<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT rollup, upto FROM rollup_apart WHERE upto < " + newest)) {
            while (row.next()) {
                late.put(row.getInt(1), row.getInt(2));
            }
        }
        return late;
    }

    private static long newest(Connection db) throws SQLException {
        return EventKeeper.count(db, "SELECT coalesce(max(number), 0) FROM investigator");
    }

    private Path origins(int rollUp) {
        return RollUps.Kind.ORIGIN.file(store.parts, rollUp);
    }

    /// Roll-ups that have no files, or files that are out of date; the newest days first.
    private static List<RollUps.RollUp> plan(Connection db) throws SQLException {
        List<RollUps.RollUp> found = new ArrayList<>();
        try (Statement ask = db.createStatement();
                ResultSet row =
                        ask.executeQuery(
                                "SELECT r.id, r.bits FROM rollup r LEFT JOIN rollup_apart a ON"
                                        + " a.rollup = r.id WHERE coalesce(a.upto, -1) < "
                                        + newest(db)
                                        + " AND NOT EXISTS (SELECT 1 FROM rollup_dirty d WHERE"
                                        + " d.sensor = r.sensor AND r.day BETWEEN d.first_day AND"
                                        + " d.last_day) ORDER BY r.day DESC, r.id")) {
            while (row.next()) {
                found.add(new RollUps.RollUp(row.getInt(1), row.getInt(2)));
            }
        }
        return found;
    }

    private void one(RollUps.RollUp rollUp) {
        int id = store.readBehind(db -> (int) EventKeeper.count(db, "SELECT nextval('ids')"));
        Parts spool = Parts.in(store.spool());
        BusySets busy = new BusySets();
        try {
            long upto =
                    store.readBehind(db -> {
                        write(db, rollUp, spool, id);
                        try (Statement ask = rollUps.statement(db)) {
                            busy.unite(
                                    ask,
                                    quiet(spool, rollUp, id),
                                    Parts.parquet(rollUp.pairs(store.parts)));
                        }
                        return newest(db);
                    });
            left.add(
                    store.write(db -> {
                        List<Path> old = drop(db, rollUp.id());
                        name(db, rollUp.id(), id, upto, spool);
                        busy.store(db, rollUp.id());
                        return old;
                    }));
        } finally {
            rollUps.ended();
            ApartRows.files(spool, id).forEach(LeftFiles::delete);
        }
    }

    /// The busiest of those who are no investigators, whose sets are not kept yet.
    private static String quiet(Parts spool, RollUps.RollUp rollUp, int id) {
        return "SELECT hash, high, low FROM (SELECT * FROM "
                + Parts.parquet(List.of(ApartRows.busiest(spool, id)))
                + " ANTI JOIN (SELECT high, low FROM investigator WHERE NOT gone) USING (high,"
                + " low) ORDER BY packets DESC, high, low LIMIT "
                + BusySets.MOST
                + ") ANTI JOIN (SELECT high, low FROM rollup_busy WHERE rollup = "
                + rollUp.id()
                + ") USING (high, low)";
    }

    private void write(Connection db, RollUps.RollUp rollUp, Parts spool, int id)
            throws SQLException {
        String pairs = Parts.parquet(rollUp.pairs(store.parts));
        String origins = Parts.parquet(List.of(origins(rollUp.id())));
        String known = "(high, low) IN (SELECT (high, low) FROM investigator WHERE NOT gone)";
        String sums = RollUpKeeper.SUMS.formatted("sum(accesses)::BIGINT AS accesses, ");
        String added = sums + ", count(*) FILTER (accesses > 0) AS sources FROM (SELECT *";
        rollUps.copy(
                db,
                "SELECT * FROM (SELECT sensor, day, port, known, "
                        + added
                        + ", "
                        + Rows.ACCESSES
                        + " AS accesses, "
                        + known
                        + " AS known FROM "
                        + pairs
                        + ") GROUP BY ALL UNION ALL SELECT sensor, day, "
                        + Imports.ALL_PORTS
                        + " AS port, known, "
                        + added
                        + ", "
                        + known
                        + " AS known FROM "
                        + origins
                        + ") GROUP BY ALL) ORDER BY known, port",
                ApartRows.apart(spool, id),
                RollUpKeeper.GROUP);
        String one =
                "SELECT sensor, day, hash, high, low, %s AS port, packets, bytes, %s AS accesses,"
                        + " syn, backscatter, mirai, masscan, zmap, zmap4, (%2$s > 0)::BIGINT AS"
                        + " sources FROM %s WHERE "
                        + known;
        rollUps.copy(
                db,
                "SELECT * FROM ("
                        + one.formatted("port", Rows.ACCESSES, pairs)
                        + " UNION ALL "
                        + one.formatted(Imports.ALL_PORTS, "accesses", origins)
                        + ") ORDER BY hash, high, low, port",
                ApartRows.known(spool, id),
                RollUpKeeper.GROUP);
        rollUps.copy(
                db,
                "SELECT * REPLACE (len(ports) AS ports) FROM "
                        + origins
                        + " ORDER BY packets DESC, high, low LIMIT "
                        + BUSIEST,
                ApartRows.busiest(spool, id),
                RollUpKeeper.GROUP);
    }

    private void name(Connection db, int rollUp, int id, long upto, Parts spool)
            throws SQLException, IOException {
        List<Path> from = ApartRows.files(spool, id);
        List<Path> to = ApartRows.files(store.parts, id);
        for (int i = 0; i < from.size(); i++) {
            Files.move(from.get(i), to.get(i), StandardCopyOption.ATOMIC_MOVE);
        }
        try (Statement insert = db.createStatement()) {
            insert.execute(
                    "INSERT INTO rollup_apart VALUES (" + rollUp + ", " + id + ", " + upto + ")");
        }
    }

    /// Forgets the roll-up's files, within the caller's transaction.
    ///
    /// @return files that are read no more once it is committed
    List<Path> drop(Connection db, int rollUp) throws SQLException {
        List<Path> files = new ArrayList<>();
        try (Statement change = db.createStatement();
                ResultSet row =
                        change.executeQuery(
                                "DELETE FROM rollup_apart WHERE rollup = "
                                        + rollUp
                                        + " RETURNING id")) {
            while (row.next()) {
                files.addAll(ApartRows.files(store.parts, row.getInt(1)));
            }
        }
        return files;
    }

    /// Forgets former investigators whom no file takes for one.
    private void forget() {
        String gone =
                " FROM investigator WHERE gone AND number <= (SELECT coalesce(min(upto),"
                        + " 2147483647) FROM rollup_apart)";
        if (store.readBehind(db -> EventKeeper.count(db, "SELECT count(*)" + gone)) > 0) {
            store.write(db -> {
                try (Statement change = db.createStatement()) {
                    return change.execute("DELETE" + gone);
                }
            });
        }
    }
}
