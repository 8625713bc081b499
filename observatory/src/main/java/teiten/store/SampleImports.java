package teiten.store;

import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

import teiten.OperatorMistake;
import teiten.net.Port;
import teiten.sample.Defang;
import teiten.sample.ElfFacts;
import teiten.sample.Fact;
import teiten.sample.FamilyHit;
import teiten.sample.Likeness;
import teiten.sample.Provenance;
import teiten.sample.SampleFacts;
import teiten.sample.SampleJson;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The way in for samples: what was read from their bytes, how they came here, and what they did in the lab.
///
/// The bytes themselves never come here; they stay in the vault.
public final class SampleImports {
    /// A sighting's texts are the attacker's and an attacker can send one file for ever: more are counted in the vault,
    /// not here.
    private static final int MOST_SIGHTINGS = 1_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Store store;

    public SampleImports(Store store) {
        this.store = store;
    }

    /// One sample on its way in.
    ///
    /// @param sightings how it came here, each once
    public record Kept(SampleFacts facts, List<Provenance> sightings) {}

    /// Stores facts in the place of earlier ones, and those sightings that are new, as one transaction.
    ///
    /// @param demo marks the samples as made for the demonstration
    /// @return how many samples are new to the store
    public int store(List<Kept> samples, boolean demo) {
        return store.write(db -> {
            int fresh = 0;
            List<Kept> distinct = new ArrayList<>();
            Set<String> seen = new HashSet<>();
            for (Kept kept : samples) {
                String sha256 = kept.facts().hashes().sha256();
                if (seen.add(sha256)) {
                    long added = added(db, sha256);
                    fresh += added < 0 ? 1 : 0;
                    if (added >= 0) {
                        delete(db, "sample", sha256);
                        delete(db, "sample_text", sha256);
                    }
                    insert(db, kept.facts(), added < 0 ? store.clock().millis() : added, demo);
                    distinct.add(kept);
                }
                for (Provenance sighting : kept.sightings()) {
                    sighting(db, sha256, sighting);
                }
            }
            texts(db, distinct);
            return fresh;
        });
    }

    private static long added(Connection db, String sha256) throws SQLException {
        try (PreparedStatement ask =
                db.prepareStatement("SELECT min(added) FROM sample WHERE sha256 = ?")) {
            ask.setString(1, sha256);
            try (ResultSet row = ask.executeQuery()) {
                row.next();
                long added = row.getLong(1);
                return row.wasNull() ? -1 : added;
            }
        }
    }

    private static void delete(Connection db, String table, String sha256) throws SQLException {
        try (PreparedStatement edit =
                db.prepareStatement("DELETE FROM " + table + " WHERE sha256 = ?")) {
            edit.setString(1, sha256);
            edit.execute();
        }
    }

    private static void insert(Connection db, SampleFacts facts, long added, boolean demo)
            throws SQLException {
        try (PreparedStatement insert =
                db.prepareStatement(
                        "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                                + " ?)")) {
            insert.setString(1, facts.hashes().sha256());
            insert.setBoolean(2, demo);
            insert.setLong(3, added);
            insert.setLong(4, facts.size());
            insert.setString(5, facts.content().kind());
            switch (facts.content()) {
                case SampleFacts.Elf(ElfFacts elf) -> {
                    insert.setString(6, elf.cpu().family().label());
                    insert.setString(7, elf.elfClass().value());
                    insert.setString(8, elf.endianness().value());
                    insert.setString(9, elf.cpu().isa().value());
                    insert.setString(10, elf.staticallyLinked().value());
                    insert.setString(11, elf.stripped().value());
                    insert.setString(12, elf.packing().answer().value());
                    insert.setBoolean(13, elf.headerLies());
                }
                case SampleFacts.Script(_), SampleFacts.Archive(_), SampleFacts.Other(_) -> {
                    for (int column = 6; column <= 12; column++) {
                        insert.setString(column, Fact.UNKNOWN);
                    }
                    insert.setBoolean(13, false);
                }
            }
            insert.setString(
                    14,
                    facts.families().stream()
                            .map(FamilyHit::family)
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(",")));
            insert.setString(15, facts.hashes().tlsh().value());
            insert.setString(
                    16, JSON.writeValueAsString(SampleJson.of(facts.hashes().sha256(), facts)));
            insert.execute();
        }
    }

    private static void texts(Connection db, List<Kept> samples) throws SQLException {
        DuckDBConnection duck = db.unwrap(DuckDBConnection.class);
        try (DuckDBAppender rows = duck.createAppender("main", "sample_text")) {
            for (Kept kept : samples) {
                String sha256 = kept.facts().hashes().sha256();
                for (String text : Likeness.controllers(kept.facts())) {
                    rows.beginRow().append(sha256).append("controller").append(text).endRow();
                }
                for (String text : Likeness.texts(kept.facts())) {
                    rows.beginRow().append(sha256).append("text").append(text).endRow();
                }
            }
        }
    }

    private static void sighting(Connection db, String sha256, Provenance seen)
            throws SQLException {
        try (PreparedStatement insert =
                db.prepareStatement(
                        "INSERT INTO sample_sighting SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (FROM"
                                + " sample_sighting WHERE sha256 = ? AND session = ? AND url = ?"
                                + " AND sensor = ? AND time = ?) AND (SELECT count(*) FROM"
                                + " sample_sighting WHERE sha256 = ?) < "
                                + MOST_SIGHTINGS)) {
            for (int at : new int[] {1, 6, 11}) {
                insert.setString(at, sha256);
                if (at < 11) {
                    insert.setString(at + 1, seen.session());
                    insert.setString(at + 2, seen.url());
                    insert.setString(at + 3, seen.sensor());
                    insert.setLong(at + 4, seen.time().toEpochMilli());
                }
            }
            insert.execute();
        }
    }

    /// Stores one run by its report, the line that `teiten lab run --json` prints. A report that is there already
    /// changes nothing.
    ///
    /// @param atMillis when the run was, milliseconds since 1970
    /// @return whether the run is new to the store
    /// @throws OperatorMistake when the text is no such report
    public boolean storeRun(String report, long atMillis, boolean demo) {
        JsonNode run = parse(report);
        String sha256 = run.path("sha256").asString("");
        String id = id(report);
        return store.write(db -> {
            try (PreparedStatement ask =
                    db.prepareStatement("SELECT count(*) FROM lab_run WHERE id = ?")) {
                ask.setString(1, id);
                try (ResultSet row = ask.executeQuery()) {
                    row.next();
                    if (row.getInt(1) > 0) {
                        return false;
                    }
                }
            }
            try (PreparedStatement insert =
                    db.prepareStatement("INSERT INTO lab_run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, id);
                insert.setString(2, sha256);
                insert.setBoolean(3, demo);
                insert.setLong(4, atMillis);
                insert.setString(5, run.path("cpu").asString(Fact.UNKNOWN));
                insert.setString(6, run.path("emulator").asString(""));
                insert.setString(7, run.path("ended").asString(""));
                insert.setLong(8, run.path("wall_ms").asLong(0));
                insert.setString(9, report.strip());
                insert.execute();
            }
            searches(db, id, sha256, run.path("searches"));
            peers(db, id, sha256, run.path("controllers"));
            return true;
        });
    }

    private static JsonNode parse(String report) {
        try {
            JsonNode run = JSON.readTree(report);
            if (run.isObject()
                    && run.path("sha256").asString("").matches("[0-9a-f]{64}")
                    && run.path("ended").isString()) {
                return run;
            }
        } catch (JacksonException _) {
            // answered below
        }
        throw new OperatorMistake(
                "the text is no report of teiten lab run --json; give one such line a run");
    }

    private static String id(String report) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(report.strip().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void searches(Connection db, String id, String sha256, JsonNode searches)
            throws SQLException {
        try (PreparedStatement insert =
                db.prepareStatement("INSERT INTO lab_search VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            for (JsonNode search : searches) {
                insert.setString(1, id);
                insert.setString(2, sha256);
                insert.setInt(3, port(search.path("service").asString("")));
                insert.setLong(4, search.path("attempts").asLong(0));
                insert.setLong(5, search.path("addresses").asLong(0));
                insert.setLong(6, search.path("mirai").asLong(0));
                insert.setDouble(7, search.path("per_second").asDouble(0));
                insert.execute();
            }
        }
    }

    private static int port(String service) {
        try {
            return Port.parse(service).code();
        } catch (IllegalArgumentException wrong) {
            throw new OperatorMistake(
                    "the report names a service \""
                            + Defang.line(service.replaceAll("\\p{C}", "?"))
                            + "\" that is no port; give a report of teiten lab run --json",
                    wrong);
        }
    }

    private static void peers(Connection db, String id, String sha256, JsonNode controllers)
            throws SQLException {
        try (PreparedStatement insert =
                db.prepareStatement("INSERT INTO lab_peer VALUES (?, ?, ?, ?)")) {
            for (JsonNode one : controllers) {
                String name = one.path("name").asString("");
                insert.setString(1, id);
                insert.setString(2, sha256);
                insert.setString(3, name.isEmpty() ? one.path("address").asString("") : name);
                insert.setInt(4, one.path("port").asInt(0));
                insert.execute();
            }
        }
    }
}
