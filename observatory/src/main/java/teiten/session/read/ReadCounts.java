package teiten.session.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What became of every line of a log: `lines = accepted + blank + passedOver + bad`, always.
///
/// One thread owns it.
public final class ReadCounts {
    /// So many bad lines are told with their number; all are counted.
    public static final int BAD_LINES_TOLD = 20;

    /// So many names of kinds are kept apart; what is beyond is counted as `(other)`.
    private static final int MOST_KINDS = 256;

    /// @param reason one short sentence without any of the line's own words
    public record BadLine(long number, String reason) {}

    private long lines;
    private long accepted;
    private long blank;
    private long passedOver;
    private long bad;
    private long events;
    private final Map<String, Long> kinds = new TreeMap<>();
    private final Map<String, Long> notes = new TreeMap<>();
    private final List<BadLine> badLines = new ArrayList<>();

    void blankLine() {
        lines++;
        blank++;
    }

    /// A line that gave events.
    void acceptedLine(String kind) {
        lines++;
        accepted++;
        count(kinds, kind);
    }

    /// A line of a known form that tells nothing of a session.
    void passedOverLine(String kind) {
        lines++;
        passedOver++;
        count(kinds, kind);
    }

    void badLine(long number, String reason) {
        lines++;
        bad++;
        count(notes, "bad: " + reason);
        if (badLines.size() < BAD_LINES_TOLD) {
            badLines.add(new BadLine(number, reason));
        }
    }

    void event() {
        events++;
    }

    /// Something worth telling that is not a line's outcome.
    void note(String what) {
        count(notes, what);
    }

    private static void count(Map<String, Long> map, String key) {
        map.merge(map.size() < MOST_KINDS || map.containsKey(key) ? key : "(other)", 1L, Long::sum);
    }

    public long lines() {
        return lines;
    }

    public long accepted() {
        return accepted;
    }

    public long blank() {
        return blank;
    }

    public long passedOver() {
        return passedOver;
    }

    public long bad() {
        return bad;
    }

    /// Events given; a line may give none (a note of the log) or several.
    public long events() {
        return events;
    }

    /// Lines by the log's own name of their kind.
    public Map<String, Long> kinds() {
        return Map.copyOf(kinds);
    }

    public long kind(String name) {
        return kinds.getOrDefault(name, 0L);
    }

    /// Remarks: reasons of bad lines, overflows, lines that could not be assigned without doubt.
    public Map<String, Long> notes() {
        return new TreeMap<>(notes);
    }

    public long note(String what, long otherwise) {
        return notes.getOrDefault(what, otherwise);
    }

    /// The first bad lines.
    public List<BadLine> badLines() {
        return List.copyOf(badLines);
    }

    /// One sentence for the user.
    @Override
    public String toString() {
        return lines
                + " lines: "
                + accepted
                + " accepted, "
                + passedOver
                + " passed over, "
                + blank
                + " blank, "
                + bad
                + " bad; "
                + events
                + " events";
    }
}
