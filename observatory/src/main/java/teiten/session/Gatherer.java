package teiten.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Gathers events into sessions and hands each over when it is over: some time after its `closed` (logs tell things
/// late), after long silence, or when there is no room.
///
/// Time is that of the events. One thread owns it. A session handed over early comes again with the rest of its
/// events; [Session#merge] makes one of the two.
public final class Gatherer implements Consumer<Event> {
    private final long mostBytes;
    private final Duration linger;
    private final Duration silence;
    private final Consumer<Session> sink;
    private final Map<String, Open> open = new LinkedHashMap<>(1024, 0.75f, true);
    private Instant newest = Instant.MIN;
    private long held;
    private long pushedOut;

    private static final class Open {
        final List<Event> events = new ArrayList<>();
        Instant last = Instant.MIN;
        long weight;
        boolean closed;
    }

    public Gatherer(Consumer<Session> sink) {
        this(128L << 20, Duration.ofMinutes(1), Duration.ofHours(1), sink);
    }

    /// @param mostBytes of the events of all open sessions together, roughly; beyond it the one silent the longest is
    ///     handed over
    /// @param linger after `closed`
    /// @param silence without `closed`
    public Gatherer(long mostBytes, Duration linger, Duration silence, Consumer<Session> sink) {
        this.mostBytes = mostBytes;
        this.linger = linger;
        this.silence = silence;
        this.sink = sink;
    }

    @Override
    public void accept(Event event) {
        String key = event.visit().sensor() + '\n' + event.visit().session();
        Open session = open.computeIfAbsent(key, _ -> new Open());
        session.events.add(event);
        session.closed |= event instanceof Event.Closed;
        long weight = weight(event);
        session.weight += weight;
        held += weight;
        if (event.at().isAfter(session.last)) {
            session.last = event.at();
        }
        if (event.at().isAfter(newest)) {
            newest = event.at();
        }
        handOver();
    }

    /// About what an event takes in memory: a record, and what the visitor could choose of it.
    static long weight(Event event) {
        long words =
                switch (event) {
                    case Event.Connected _, Event.Closed _, Event.Limited _ -> 0;
                    case Event.Negotiated e -> e.words().value().length();
                    case Event.ClientTrait e ->
                            e.name().value().length() + e.value().value().length();
                    case Event.LoginTry e ->
                            e.user().value().length() + e.password().value().length();
                    case Event.LoggedIn e ->
                            e.user().value().length() + e.password().value().length();
                    case Event.Command e -> e.line().value().length();
                    case Event.CommandAnswer e -> e.command().value().length();
                    case Event.Download e -> e.url().value().length() + e.path().value().length();
                    case Event.FileCaptured e -> e.path().value().length() + e.head().kept();
                    case Event.Request e ->
                            e.target().value().length()
                                    + e.head().value().length()
                                    + e.body().kept();
                    case Event.Probe e -> e.payload().kept();
                    case Event.Forward e -> e.host().value().length() + e.payload().kept();
                    case Event.Input e -> e.payload().kept();
                    case Event.Output e -> e.payload().kept();
                    case Event.Recording e -> e.file().value().length();
                };
        return 200 + words;
    }

    /// Looks at the sessions that were silent the longest only, so an event costs next to nothing.
    private void handOver() {
        Iterator<Open> eldest = open.values().iterator();
        while (eldest.hasNext()) {
            Open session = eldest.next();
            boolean full = held > mostBytes;
            Duration patience = session.closed ? linger : silence;
            if (!full && session.last.plus(patience).isAfter(newest)) {
                return;
            }
            if (full) {
                pushedOut++;
            }
            eldest.remove();
            held -= session.weight;
            sink.accept(Session.of(session.events));
        }
    }

    /// Hands over all that is open.
    public void finish() {
        for (Open session : open.values()) {
            sink.accept(Session.of(session.events));
        }
        open.clear();
        held = 0;
    }

    /// Sessions that are open now.
    public int open() {
        return open.size();
    }

    /// Sessions that were handed over early for want of room.
    public long pushedOut() {
        return pushedOut;
    }
}
