package teiten.decoy.http;

import teiten.OperatorMistake;
import teiten.decoy.Counter;
import teiten.decoy.House;
import teiten.decoy.TcpDoor;
import teiten.decoy.VisitLog;
import teiten.decoy.device.Device;
import teiten.session.Door;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/// The web doors: each request is written down with the rule that knows it, and gets the answer that the rule names.
/// A login page is all that is ever shown.
public final class HttpConversation implements TcpDoor.Conversation {
    private static final int MOST_REQUESTS = 64;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

    private final Door door;
    private final List<HttpRule> rules;

    /// @param door HTTP, TR069 or UPNP
    public HttpConversation(Door door) {
        this.door = door;
        String file = "http-rules.toml";
        try (InputStream in = HttpConversation.class.getResourceAsStream("/teiten/decoy/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the program's own file " + file + " is missing");
            }
            this.rules = HttpRule.read(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the rule file " + file + " cannot be read: " + fault.getMessage() + ".",
                    fault);
        }
    }

    @Override
    public Counter hold(House.Caller caller) throws IOException {
        InputStream in = new BufferedInputStream(caller.in(), 1024);
        VisitLog log = caller.log();
        for (int i = 0; i < MOST_REQUESTS; i++) {
            switch (HttpRequest.read(in)) {
                case HttpRequest.Read.Ended _ -> {
                    return Counter.CLOSED_BY_VISITOR;
                }
                case HttpRequest.Read.TooLong tooLong -> {
                    log.counters().add(Counter.REQUESTS_TOO_LONG);
                    log.request("", "", tooLong.start(), new byte[0], "too-long");
                    send(caller, "413 Request Entity Too Large", "", "", true);
                    return Counter.CLOSED_INPUT;
                }
                case HttpRequest.Read.Malformed malformed -> {
                    log.counters().add(Counter.REQUESTS_MALFORMED);
                    byte[] start = malformed.start().getBytes(StandardCharsets.ISO_8859_1);
                    log.probe(teiten.session.Event.Side.VISITOR, start, start.length, "");
                    send(
                            caller,
                            "400 Bad Request",
                            "",
                            "<html><body><h1>400 Bad Request</h1></body></html>\n",
                            true);
                    return Counter.CLOSED_BY_LOGOUT;
                }
                case HttpRequest.Read.Whole whole -> {
                    caller.pass().alive();
                    answer(caller, whole.request());
                    if (isLast(caller, whole.request())) {
                        return Counter.CLOSED_BY_LOGOUT;
                    }
                }
            }
        }
        return Counter.CLOSED_SPENT;
    }

    /// A server that speaks HTTP/1.0 closes after each answer.
    private static boolean isLast(House.Caller caller, HttpRequest request) {
        return request.last() || caller.device().http().protocol().equals("HTTP/1.0");
    }

    private void answer(House.Caller caller, HttpRequest request) throws IOException {
        HttpRule.Answer answer = HttpRule.Answer.MISSING;
        String id = "";
        for (HttpRule rule : rules) {
            if (rule.matches(door, request)) {
                id = rule.id();
                answer = rule.answer();
                break;
            }
        }
        caller.log()
                .request(
                        request.method(),
                        request.target(),
                        request.head(),
                        request.body().bytes(),
                        id);
        credentials(caller, request);
        Device device = caller.device();
        boolean last = isLast(caller, request);
        switch (answer) {
            case PAGE -> send(caller, "200 OK", "", page(device), last);
            case DENIED ->
                    send(
                            caller,
                            "401 Unauthorized",
                            "WWW-Authenticate: Basic realm=\"" + device.http().realm() + "\"\r\n",
                            "<html><body><h1>401 Unauthorized</h1></body></html>\n",
                            last);
            case MISSING ->
                    send(
                            caller,
                            "404 Not Found",
                            "",
                            "<html><body><h1>404 Not Found</h1></body></html>\n",
                            last);
            case EMPTY -> send(caller, "200 OK", "", "", last);
            case FAULT ->
                    send(
                            caller,
                            "500 Internal Server Error",
                            "",
                            soap(
                                    "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring></s:Fault>"),
                            last);
            case SOAP -> send(caller, "200 OK", "", soap("<u:Response/>"), last);
            case DESCRIPTION -> send(caller, "200 OK", "", description(device), last);
        }
    }

    /// Words that a visitor gave at a web login are login tries; no web login ever opens.
    private static void credentials(House.Caller caller, HttpRequest request) {
        String basic = request.header("Authorization");
        if (basic.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                String pair =
                        new String(
                                Base64.getDecoder().decode(basic.substring(6).strip()),
                                StandardCharsets.ISO_8859_1);
                int colon = pair.indexOf(':');
                if (colon >= 0) {
                    caller.log().login(pair.substring(0, colon), pair.substring(colon + 1), false);
                }
            } catch (IllegalArgumentException _) {
                caller.log().counters().add(Counter.REQUESTS_MALFORMED);
            }
        }
    }

    private static String page(Device device) {
        String title = device.http().title();
        return "<html>\n<head><title>"
                + title
                + "</title></head>\n<body>\n<h2>"
                + title
                + "</h2>\n"
                + "<form method=\"post\" action=\"/login.cgi\">\n"
                + "User: <input name=\"username\">\n"
                + "Password: <input type=\"password\" name=\"password\">\n"
                + "<input type=\"submit\" value=\"Login\">\n"
                + "</form>\n"
                + "</body>\n"
                + "</html>\n";
    }

    private static String soap(String inside) {
        return "<?xml version=\"1.0\"?>\n"
                + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>"
                + inside
                + "</s:Body></s:Envelope>\n";
    }

    private static String description(Device device) {
        return "<?xml version=\"1.0\"?>\n"
                   + "<root"
                   + " xmlns=\"urn:schemas-upnp-org:device-1-0\"><specVersion><major>1</major><minor>0</minor></specVersion>"
                   + "<device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><friendlyName>"
                + device.hostname()
                + "</friendlyName><modelName>"
                + device.http().title()
                + "</modelName></device></root>\n";
    }

    private void send(House.Caller caller, String status, String headers, String body, boolean last)
            throws IOException {
        Device.HttpFace face = caller.device().http();
        String server = door == Door.UPNP ? face.upnp() : face.server();
        String type = body.startsWith("<?xml") ? "text/xml; charset=\"utf-8\"" : "text/html";
        String date =
                DATE.format(caller.house().clock().instant().atOffset(ZoneOffset.UTC))
                        .replace("Z", "GMT");
        String response =
                face.protocol()
                        + " "
                        + status
                        + "\r\nServer: "
                        + server
                        + "\r\nDate: "
                        + date
                        + "\r\nContent-Type: "
                        + type
                        + "\r\nContent-Length: "
                        + body.length()
                        + "\r\n"
                        + headers
                        + (last ? "Connection: close\r\n" : "")
                        + "\r\n"
                        + body;
        byte[] bytes = response.getBytes(StandardCharsets.ISO_8859_1);
        caller.out().write(bytes);
        caller.log().output(bytes, bytes.length);
    }
}
