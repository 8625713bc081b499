package teiten.session.replay;

import teiten.session.Event;
import teiten.session.EventJson;
import teiten.session.Session;
import teiten.session.replay.Transcript.Chunk;
import teiten.session.understand.RecordJson;
import teiten.session.understand.SessionRecord;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;

/// Everything about one session as JSON, for `teiten show session ID --json` and for a session's page: the members of
/// its row ([RecordJson]), then `events` (without the visit, which the row tells) and `transcript`:
///
/// ```
/// "transcript": [{"after": 0.512, "side": "visitor", "text": "enable\r\n", "echoed": true}, …]
/// ```
/// `after` is in seconds since the start; `text` is the visitor's or the device's own words, **not** made safe: whoever
/// shows it must escape it. `echoed` input is repeated by the device's next words.
public final class SessionDetail {
    private SessionDetail() {}

    public static ObjectNode tree(Session session, SessionRecord record) {
        ObjectNode node = RecordJson.tree(record);
        ArrayNode events = node.putArray("events");
        for (Event event : session.events()) {
            EventJson.putEvent(events.addObject(), event);
        }
        ArrayNode transcript = node.putArray("transcript");
        for (Chunk chunk : Transcript.of(session).chunks()) {
            ObjectNode one = transcript.addObject();
            one.put("after", BigDecimal.valueOf(chunk.after().toMillis(), 3));
            one.put("side", chunk.side().label());
            one.put("text", chunk.payload().text().value());
            if (chunk.payload().truncated()) {
                one.put("length", chunk.payload().length());
            }
            one.put("echoed", chunk.echoed());
        }
        return node;
    }
}
