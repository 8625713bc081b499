package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.capture.Capture;
import teiten.capture.ContentStream;
import teiten.session.Event;
import teiten.session.Gatherer;
import teiten.session.read.LogFormat;
import teiten.session.read.LogLines;
import teiten.session.read.ReadCounts;
import teiten.session.understand.FamilyRules;
import teiten.store.SessionImports;
import teiten.store.SessionImports.Entry;
import teiten.store.SessionWriter;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Reads one log of sessions into the store: Cowrie's JSON, a Telnet honeypot's text, a segment of Teiten's decoys.
///
/// A log is known by its content. One that was read to its end adds nothing. One that has grown, or whose reading was
/// cut off, is read from its first line again, because what a line means depends on those before it; its sessions then
/// take the place of what they were ([teiten.store.SessionWriter]).
public final class LogImport {
    private static final int HEAD = 64 << 10;
    private static final int BUFFER = 64 << 10;

    private final SessionImports imports;
    private final boolean demo;
    private final BooleanSupplier stop;

    /// What came of a log.
    ///
    /// @param counters what became of each line, over the whole log; see [#counters]
    /// @param known true when it was read before and has nothing new
    /// @param fresh sessions that the store did not know
    /// @param changed sessions that grew
    /// @param damage why the log could not be read to its end; null when it could
    public record Result(
            String file,
            LogFormat format,
            ObjectNode counters,
            boolean known,
            long fresh,
            long changed,
            @Nullable String damage) {}

    /// The reading was asked to stop.
    public static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    /// @param demo marks the sessions as simulated
    /// @param stop asked now and then; true ends the reading with [Stopped], and the same command begins it again
    public LogImport(SessionImports imports, boolean demo, BooleanSupplier stop) {
        this.imports = imports;
        this.demo = demo;
        this.stop = stop;
    }

    /// @param sensor the vantage point's name; empty takes the log's own
    /// @param zone of times that bear none
    /// @throws OperatorMistake when the file cannot be read, or holds no line of that format
    public Result run(Path file, LogFormat format, String sensor, ZoneId zone) {
        String given = format == LogFormat.EVENTS ? "" : sensor;
        List<Entry> ledger = imports.ledger(format.label(), given);
        Content content = Content.read(file, ledger);
        for (Entry known : ledger) {
            boolean same =
                    known.whole()
                            && known.length() > 0
                            && known.length() == content.length
                            && known.sha256().equals(content.sha256);
            if (same) {
                return new Result(
                        file.toString(),
                        format,
                        (ObjectNode) JsonMapper.shared().readTree(known.counters()),
                        true,
                        0,
                        0,
                        content.damage);
            }
        }
        Entry before = content.continued;
        Entry entry =
                new Entry(
                        before == null ? 0 : before.id(),
                        given,
                        format.label(),
                        file.toString(),
                        null,
                        content.headLength,
                        content.headSha256,
                        content.length,
                        content.sha256,
                        false,
                        "{}");
        return read(file, format, given, zone, entry, content);
    }

    private Result read(
            Path file, LogFormat format, String sensor, ZoneId zone, Entry entry, Content content) {
        SessionWriter[] writer = {null};
        Instant[] span = {null, null};
        long[] sessions = {0};
        Gatherer gatherer =
                new Gatherer(session -> {
                    if (writer[0] == null) {
                        writer[0] = imports.begin(entry, demo, FamilyRules.builtIn());
                    }
                    sessions[0]++;
                    writer[0].accept(session);
                    if (stop.getAsBoolean()) {
                        throw new Stopped();
                    }
                });
        ReadCounts counts =
                format.read(
                        file,
                        sensor,
                        zone,
                        event -> {
                            note(span, event);
                            gatherer.accept(event);
                        });
        gatherer.finish();
        if (counts.accepted() == 0 && counts.bad() > 0) {
            throw new OperatorMistake(
                    file
                            + " holds no line of the format "
                            + format.label()
                            + " (line "
                            + counts.badLines().getFirst().number()
                            + ": "
                            + counts.badLines().getFirst().reason()
                            + "); name its format with --format, or another file");
        }
        ObjectNode counters = counters(counts, sessions[0], span, content.damage);
        SessionWriter used =
                writer[0] == null ? imports.begin(entry, demo, FamilyRules.builtIn()) : writer[0];
        used.finish(content.length, content.sha256, counters.toString());
        return new Result(
                file.toString(),
                format,
                counters,
                false,
                used.fresh(),
                used.changed(),
                content.damage);
    }

    private static void note(Instant[] span, Event event) {
        if (span[0] == null || event.at().isBefore(span[0])) {
            span[0] = event.at();
        }
        if (span[1] == null || event.at().isAfter(span[1])) {
            span[1] = event.at();
        }
    }

    /// What became of a log's lines: `lines` = `accepted` + `passed_over` + `blank` + `bad`; `kinds` by the log's own
    /// names; `notes`; the first bad lines.
    private static ObjectNode counters(
            ReadCounts counts, long sessions, @Nullable Instant[] span, @Nullable String damage) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("lines", counts.lines());
        node.put("accepted", counts.accepted());
        node.put("passed_over", counts.passedOver());
        node.put("blank", counts.blank());
        node.put("bad", counts.bad());
        node.put("events", counts.events());
        node.put("sessions", sessions);
        ObjectNode kinds = node.putObject("kinds");
        new java.util.TreeMap<>(counts.kinds()).forEach(kinds::put);
        ObjectNode notes = node.putObject("notes");
        counts.notes().forEach(notes::put);
        var bad = node.putArray("bad_lines");
        counts.badLines()
                .forEach(b -> bad.addObject().put("line", b.number()).put("reason", b.reason()));
        node.put("first", span[0] == null ? null : span[0].toString());
        node.put("last", span[1] == null ? null : span[1].toString());
        if (damage == null) {
            node.putNull("stopped_at");
        } else {
            node.putObject("stopped_at").put("reason", damage);
        }
        return node;
    }

    /// The format of a file by its content: null when it is none of the logs, perhaps a capture.
    ///
    /// @throws OperatorMistake when the file cannot be read
    public static @Nullable LogFormat sniff(Path file) {
        byte[] head;
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = new ContentStream(raw)) {
            head = in.readNBytes(HEAD);
        } catch (IOException _) {
            // Whoever reads it as what it is says what is wrong with it.
            return null;
        }
        if (Capture.recognises(head)) {
            return null;
        }
        String text = new String(head, java.nio.charset.StandardCharsets.UTF_8);
        return text.lines()
                .limit(20)
                .map(line -> LogFormat.sniff(line.strip()))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /// The content of a log as far as it can be read, hashed in one pass, with the entry of the ledger that it goes on.
    private record Content(
            long length,
            String sha256,
            long headLength,
            String headSha256,
            @Nullable Entry continued,
            @Nullable String damage) {

        static Content read(Path file, List<Entry> ledger) {
            MessageDigest all = sha256Digest();
            byte[] buffer = new byte[BUFFER];
            long length = 0;
            String damage = null;
            byte[] head = new byte[0];
            Entry continued = null;
            List<Entry> candidates = List.of();
            // Made first so that a missing file, a directory or a forbidden one is told as
            // everywhere.
            LogLines.open(file).close();
            try (InputStream raw = Files.newInputStream(file);
                    InputStream in = new ContentStream(raw)) {
                head = in.readNBytes(HEAD);
                byte[] begin = head;
                candidates = ledger.stream().filter(e -> startsLike(e, begin)).toList();
                length = head.length;
                continued = feed(all, head, head.length, 0, candidates, null);
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    continued = feed(all, buffer, n, length, candidates, continued);
                    length += n;
                }
            } catch (IOException broken) {
                String reason = broken.getMessage();
                damage = reason == null ? broken.getClass().getSimpleName() : reason;
            }
            if (continued == null) {
                // A first reading that was cut off noted no length.
                for (Entry candidate : candidates) {
                    continued = candidate.length() == 0 ? candidate : continued;
                }
            }
            return new Content(
                    length,
                    HexFormat.of().formatHex(all.digest()),
                    head.length,
                    hex(head, head.length),
                    continued,
                    damage);
        }

        private static boolean startsLike(Entry entry, byte[] head) {
            return entry.headLength() > 0
                    && entry.headLength() <= head.length
                    && hex(head, (int) entry.headLength()).equals(entry.headSha256());
        }

        /// Hashes on, and looks at each length that a candidate had whether it is that candidate.
        private static @Nullable Entry feed(
                MessageDigest all,
                byte[] bytes,
                int n,
                long before,
                List<Entry> candidates,
                @Nullable Entry found) {
            int done = 0;
            Entry continued = found;
            // The ledger gives the longest first.
            for (Entry candidate : candidates.reversed()) {
                long upTo = candidate.length() - before;
                if (candidate.length() > 0 && upTo >= done && upTo <= n) {
                    all.update(bytes, done, (int) upTo - done);
                    done = (int) upTo;
                    if (HexFormat.of().formatHex(copy(all).digest()).equals(candidate.sha256())) {
                        continued = candidate;
                    }
                }
            }
            all.update(bytes, done, n - done);
            return continued;
        }

        private static MessageDigest copy(MessageDigest digest) {
            try {
                return (MessageDigest) digest.clone();
            } catch (CloneNotSupportedException impossible) {
                throw new IllegalStateException("the JDK's SHA-256 can be cloned", impossible);
            }
        }

        private static String hex(byte[] bytes, int length) {
            MessageDigest digest = sha256Digest();
            digest.update(bytes, 0, length);
            return HexFormat.of().formatHex(digest.digest());
        }

        private static MessageDigest sha256Digest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every JDK has SHA-256", impossible);
            }
        }
    }
}
