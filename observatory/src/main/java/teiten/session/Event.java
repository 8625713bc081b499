package teiten.session;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Locale;

/// One thing that happened in a conversation: the catalogue. Decoys, captures and imported logs give the same events.
///
/// Identity is bound at creation: `visit` (who, where), `at` and `number` (the place within the session, from 0). The
/// id is derived from the content, so that importing twice changes nothing. Everything the visitor chose is bounded
/// ([Text], [Payload]). `docs/reference/events.md` documents the catalogue; a test holds the three together.
///
/// To add a kind: add a record here; the compiler then names every switch that must learn of it.
public sealed interface Event {
    Visit visit();

    Instant at();

    int number();

    /// 32 hexadecimal digits of the content's SHA-256.
    default String id() {
        return Visit.digest(EventJson.content(this)).substring(0, 32);
    }

    /// The word of this kind in JSON.
    default String kind() {
        return switch (this) {
            case Connected _ -> "connected";
            case Negotiated _ -> "negotiated";
            case ClientTrait _ -> "client-trait";
            case LoginTry _ -> "login-try";
            case LoggedIn _ -> "logged-in";
            case Command _ -> "command";
            case CommandAnswer _ -> "command-answer";
            case Download _ -> "download";
            case FileCaptured _ -> "file-captured";
            case Request _ -> "request";
            case Probe _ -> "probe";
            case Forward _ -> "forward";
            case Input _ -> "input";
            case Output _ -> "output";
            case Recording _ -> "recording";
            case Limited _ -> "limited";
            case Closed _ -> "closed";
        };
    }

    /// Who sent something.
    enum Side {
        VISITOR,
        SENSOR;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The conversation opened.
    record Connected(Visit visit, Instant at, int number) implements Event {}

    /// Telnet options that were taken out of a stream, in order.
    ///
    /// @param words such as `DO ECHO, WILL SGA, SB NAWS 80 24`
    record Negotiated(Visit visit, Instant at, int number, Side side, Text words)
            implements Event {}

    /// Something the client told of itself: SSH version, key exchange hash, terminal size, user agent.
    ///
    /// @param name `version`, `hassh`, `terminal`, `variable`, `arch` …
    record ClientTrait(Visit visit, Instant at, int number, Text name, Text value)
            implements Event {}

    /// A login that was refused, or whose answer is not known.
    ///
    /// @param refused false when the answer is not known
    record LoginTry(Visit visit, Instant at, int number, Text user, Text password, boolean refused)
            implements Event {}

    /// A login that was accepted; also an open door without login, with both words empty.
    record LoggedIn(Visit visit, Instant at, int number, Text user, Text password)
            implements Event {}

    /// One line given to the shell, as it was typed.
    record Command(Visit visit, Instant at, int number, Text line) implements Event {}

    /// What became of one simple command of a line.
    ///
    /// @param found whether the shell knew the command
    record CommandAnswer(Visit visit, Instant at, int number, Text command, boolean found)
            implements Event {}

    /// The visitor asked the device to fetch something. It was recorded, and not fetched by the decoy.
    ///
    /// @param tool `wget`, `curl`, `tftp`, `ftpget`, `nc` …; empty when a log does not tell
    /// @param path where it should be written; empty when unknown
    /// @param sha256 of what a log says was fetched; null when nothing was
    /// @param fetched whether the (other) sensor fetched it
    record Download(
            Visit visit,
            Instant at,
            int number,
            Text url,
            Text tool,
            Text path,
            @Nullable String sha256,
            boolean fetched)
            implements Event {}

    /// A file that the visitor assembled or uploaded, captured by its hash.
    ///
    /// @param how `echo`, `dd`, `sftp`, `here-input` …
    /// @param sha256 64 hexadecimal digits of the whole content
    /// @param size in bytes
    /// @param head the first bytes, enough for an ELF header
    record FileCaptured(
            Visit visit,
            Instant at,
            int number,
            Text path,
            Text how,
            String sha256,
            long size,
            Payload head)
            implements Event {}

    /// One HTTP or SOAP request.
    ///
    /// @param head the header lines as sent, without the request line
    /// @param rule the id of the rule that names it; empty when none does
    record Request(
            Visit visit,
            Instant at,
            int number,
            Text method,
            Text target,
            Text head,
            Payload body,
            String rule)
            implements Event {}

    /// One datagram, or the first bytes on a port where nothing answers.
    ///
    /// @param reading what it is: `netis-scan`, `netis-login`, `netis-command` …; empty when unknown
    record Probe(Visit visit, Instant at, int number, Side side, Payload payload, String reading)
            implements Event {}

    /// A tunnel the visitor asked for. Nothing was dialled.
    ///
    /// @param payload what was to be sent through it; empty for the request itself
    record Forward(Visit visit, Instant at, int number, Text host, int port, Payload payload)
            implements Event {}

    /// Bytes from the visitor, Telnet options removed; the transcript's one side.
    record Input(Visit visit, Instant at, int number, Payload payload) implements Event {}

    /// Bytes to the visitor; the transcript's other side.
    record Output(Visit visit, Instant at, int number, Payload payload) implements Event {}

    /// A transcript that another program keeps beside its log.
    ///
    /// @param size in bytes; -1 when it was only opened
    record Recording(Visit visit, Instant at, int number, Text file, long size) implements Event {}

    /// A bound was met, and what came after it was counted and left out.
    ///
    /// @param limit the bound's name, as its counter is called
    /// @param dropped how many (events, bytes) were left out
    record Limited(Visit visit, Instant at, int number, String limit, long dropped)
            implements Event {}

    /// The conversation ended.
    ///
    /// @param reason `closed`, `reset`, `timeout`, `lost`, `limit` …
    record Closed(Visit visit, Instant at, int number, String reason) implements Event {}
}
