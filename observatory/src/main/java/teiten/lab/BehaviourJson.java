package teiten.lab;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

import java.io.StringWriter;

/// A behaviour as one line of JSON, the form that users' scripts rely on. Addresses and names are defanged.
public final class BehaviourJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private BehaviourJson() {}

    public static String of(Behaviour one) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json =
                FACTORY.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), line)) {
            json.writeStartObject();
            json.writeStringProperty("sha256", one.sha256());
            json.writeStringProperty("cpu", one.cpu());
            json.writeStringProperty("reading", one.reading());
            json.writeStringProperty("emulator", one.emulator());
            json.writeStringProperty("ended", one.ended());
            json.writeNumberProperty("wall_ms", one.wallMillis());
            json.writeArrayPropertyStart("dns");
            one.dns().forEach(name -> json.writeString(Escape.defang(name)));
            json.writeEndArray();
            json.writeArrayPropertyStart("controllers");
            one.controllers().forEach(c -> controller(json, c));
            json.writeEndArray();
            json.writeObjectPropertyStart("targets");
            one.targets().forEach(t -> json.writeNumberProperty(t.service(), t.attempts()));
            json.writeEndObject();
            json.writeArrayPropertyStart("searches");
            one.targets().forEach(t -> search(json, t));
            json.writeEndArray();
            json.writeArrayPropertyStart("avoided");
            one.spread().stream()
                    .filter(a -> a.attempts() == 0)
                    .forEach(a -> json.writeString(a.block()));
            json.writeEndArray();
            json.writeArrayPropertyStart("logins");
            one.logins().forEach(l -> json.writeString(l.name() + "/" + l.password()));
            json.writeEndArray();
            json.writeArrayPropertyStart("files");
            one.files().forEach(a -> act(json, "path", a));
            one.left().forEach(l -> left(json, l));
            json.writeEndArray();
            json.writeArrayPropertyStart("processes");
            one.processes().forEach(a -> act(json, "object", a));
            json.writeEndArray();
            json.writeArrayPropertyStart("limits");
            one.limits().forEach(json::writeString);
            json.writeEndArray();
            json.writeArrayPropertyStart("hidden");
            one.hidden()
                    .forEach(h -> json.writeString(h.name().toLowerCase(java.util.Locale.ROOT)));
            json.writeEndArray();
            json.writeEndObject();
        }
        return line.toString();
    }

    private static void controller(JsonGenerator json, Behaviour.Controller one) {
        json.writeStartObject();
        json.writeStringProperty("address", Escape.defang(one.address()));
        json.writeNumberProperty("port", one.port());
        json.writeStringProperty("name", Escape.defang(one.name()));
        json.writeStringProperty("first_sent", one.firstSent());
        json.writeStringProperty("first_received", one.firstReceived());
        json.writeNumberProperty("at_ms", one.atMillis());
        json.writeEndObject();
    }

    private static void search(JsonGenerator json, Behaviour.Target one) {
        json.writeStartObject();
        json.writeStringProperty("service", one.service());
        json.writeNumberProperty("attempts", one.attempts());
        json.writeNumberProperty("addresses", one.addresses());
        json.writeNumberProperty("mirai", one.mirai());
        json.writeNumberProperty("per_second", Math.round(one.perSecond() * 10) / 10.0);
        json.writeNumberProperty("at_ms", one.atMillis());
        json.writeNumberProperty("until_ms", one.untilMillis());
        json.writeEndObject();
    }

    private static void act(JsonGenerator json, String object, Behaviour.Act one) {
        json.writeStartObject();
        json.writeStringProperty("act", one.what());
        json.writeStringProperty(object, one.object());
        json.writeBooleanProperty("done", one.done());
        json.writeNumberProperty("times", one.times());
        json.writeNumberProperty("at_ms", one.atMillis());
        json.writeEndObject();
    }

    private static void left(JsonGenerator json, Behaviour.Left one) {
        json.writeStartObject();
        json.writeStringProperty("act", "left behind");
        json.writeStringProperty("path", one.path());
        json.writeNumberProperty("bytes", one.bytes());
        json.writeStringProperty("sha256", one.sha256());
        json.writeEndObject();
    }
}
