package teiten.session.read;

import teiten.session.Event;
import teiten.session.EventJson;

import java.util.function.Consumer;

/// Teiten's own events as JSON lines ([EventJson]), as a sensor that runs apart writes them.
public final class EventLog {
    private final ReadCounts counts = new ReadCounts();
    private final Consumer<Event> sink;

    public EventLog(Consumer<Event> sink) {
        this.sink = sink;
    }

    public ReadCounts read(LogLines lines) {
        for (LogLines.Line line = lines.next(); line != null; line = lines.next()) {
            if (line.tooLong()) {
                counts.badLine(line.number(), "longer than " + LogLines.LONGEST + " bytes");
            } else if (line.text().isBlank()) {
                counts.blankLine();
            } else {
                take(line);
            }
        }
        String damage = lines.damage();
        if (damage != null) {
            counts.note("the file breaks off: " + damage);
        }
        return counts;
    }

    private void take(LogLines.Line line) {
        Event event;
        try {
            event = EventJson.read(line.text());
        } catch (IllegalArgumentException _) {
            counts.badLine(
                    line.number(),
                    line.ended() ? "no event" : "no event, and the file ends within it");
            return;
        }
        counts.event();
        counts.acceptedLine(event.kind());
        sink.accept(event);
    }
}
