package teiten.session.read;

import org.jspecify.annotations.Nullable;

import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.Payload;
import teiten.session.Recorder;
import teiten.session.Text;
import teiten.session.Visit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The plain log of a home-made Telnet honeypot, as Python's `logging` writes it:
///
/// ```
/// 2017-03-31 00:02:20,393 - __main__ - INFO - Opened connection to 192.0.2.1:42486
/// 2017-03-31 00:02:20,542 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['admin']
/// 2017-03-31 00:02:20,792 - __main__ - INFO - 192.0.2.1:42486 logged in as admin-123456
/// 2017-03-31 00:02:30,000 - __main__ - INFO - Lost connection to 192.0.2.1:42486
/// ```
/// Input names the address alone. With several connections of one address open, a command is given to the newest that
/// is logged in, and that is counted. Other input is kept as words until a login claims two of them; words that no
/// login claims are a `login-try` whose answer is not known.
public final class TelnetLog {
    private static final String OPENED = "Opened connection to ";
    private static final String LOST = "Lost connection to ";
    private static final String INPUT = "RECEIVED INPUT ";
    private static final String SAVING = "Saving file ";
    private static final String LISTENING = "Listening for connections";
    private static final String LOGGED_IN = " logged in as ";

    /// The most connections of one address held open at the same time.
    private static final int MOST_OF_ONE_ADDRESS = 256;

    /// The most unclaimed words of one address.
    private static final int MOST_WORDS = 16;

    /// Single words that are given to a shell when somebody of that address is in.
    private static final Set<String> SHELL_WORDS =
            Set.of("enable", "system", "shell", "sh", "linuxshell", "su", "q", "exit", "bah");

    private final String sensor;
    private final ZoneId zone;
    private final ReadCounts counts = new ReadCounts();
    private final Desk desk;
    private final LinkedHashMap<IpAddress, House> open = new LinkedHashMap<>();
    private Instant now = Instant.EPOCH;

    private record Peer(IpAddress address, int port) {}

    /// @param zone of the log's times, which bear none
    public TelnetLog(String sensor, ZoneId zone, Consumer<Event> sink) {
        this.sensor = sensor;
        this.zone = zone;
        this.desk = new Desk(counts, sink);
    }

    public ReadCounts counts() {
        return counts;
    }

    /// Reads all lines; connections that are still open at the end stay without a `closed`.
    public ReadCounts read(LogLines lines) {
        for (LogLines.Line line = lines.next(); line != null; line = lines.next()) {
            read(line);
        }
        open.values().forEach(house -> house.leftWords(0));
        open.clear();
        String damage = lines.damage();
        if (damage != null) {
            counts.note("the file breaks off: " + damage);
        }
        return counts;
    }

    private void read(LogLines.Line line) {
        if (line.tooLong()) {
            counts.badLine(line.number(), "longer than " + LogLines.LONGEST + " bytes");
            return;
        }
        if (line.text().isBlank()) {
            counts.blankLine();
            return;
        }
        String[] parts = line.text().split(" - ", 4);
        Instant time = parts.length == 4 ? time(parts[0]) : null;
        String trouble;
        if (time == null) {
            trouble = "no time, name and level in front";
        } else {
            now = time;
            desk.at(time);
            trouble = take(parts[3]);
        }
        if (trouble != null) {
            counts.badLine(
                    line.number(),
                    line.ended() ? trouble : trouble + ", and the file ends within it");
        }
    }

    /// @return what is wrong with the message, or null when it was counted
    private @Nullable String take(String message) {
        if (message.startsWith(OPENED)) {
            return opened(message.substring(OPENED.length()));
        }
        if (message.startsWith(LOST)) {
            return lost(message.substring(LOST.length()));
        }
        if (message.startsWith(INPUT)) {
            return input(message.substring(INPUT.length()));
        }
        if (message.startsWith(SAVING)) {
            return saving(message.substring(SAVING.length()));
        }
        if (message.startsWith(LISTENING)) {
            listening();
            return null;
        }
        int login = message.indexOf(LOGGED_IN);
        if (login > 0) {
            return loggedIn(
                    message.substring(0, login), message.substring(login + LOGGED_IN.length()));
        }
        return "no message of a known form";
    }

    private @Nullable String opened(String text) {
        Peer peer = peer(text);
        if (peer == null) {
            return "no address and port";
        }
        open(peer).recorder.connected();
        counts.acceptedLine("opened");
        return null;
    }

    private @Nullable String lost(String text) {
        Peer peer = peer(text);
        if (peer == null) {
            return "no address and port";
        }
        House.Caller caller = find(peer.address(), peer.port());
        if (caller == null) {
            counts.note("ends of connections whose beginning is not in the log");
            caller = open(peer);
        }
        leave(peer.address(), caller, "lost");
        counts.acceptedLine("lost");
        return null;
    }

    private @Nullable String input(String text) {
        int colon = text.indexOf(" : ");
        IpAddress address = colon < 0 ? null : address(text.substring(0, colon));
        if (address == null) {
            return "no address of the input";
        }
        List<Text> lines = PythonList.read(text.substring(colon + 3));
        if (lines == null) {
            return "no list of input lines";
        }
        House house = open.get(address);
        if (house == null) {
            counts.note("input of connections whose beginning is not in the log");
            house = open(new Peer(address, 0)).house;
        } else if (house.callers.size() > 1) {
            counts.note("input given to the newest of several connections of its address");
        }
        for (Text line : lines) {
            typed(house, line);
        }
        counts.acceptedLine("input");
        return null;
    }

    private void typed(House house, Text line) {
        boolean command = isCommand(line.value());
        if (command && house.callers.getLast().port == 0) {
            // It was in before the log began to tell of it.
            house.callers.getLast().inside = true;
        }
        boolean someIn = house.has(true);
        boolean someOut = house.has(false);
        if (someIn && (!someOut || command || SHELL_WORDS.contains(line.value()))) {
            Recorder recorder = house.newest(true).recorder;
            if (line.isEmpty()) {
                recorder.input(Payload.ofText("\n"));
            } else {
                recorder.command(line);
            }
        } else {
            house.words.add(line);
            house.leftWords(MOST_WORDS);
        }
    }

    /// Whether a line can only be meant for a shell; single words may be a name, a password or a command.
    private static boolean isCommand(String line) {
        return line.indexOf('/') >= 0 && line.indexOf(' ') > 0
                || line.indexOf(';') > 0
                || line.startsWith("cd ")
                || line.startsWith(">")
                || line.startsWith("./");
    }

    private @Nullable String loggedIn(String who, String joined) {
        Peer peer = peer(who);
        if (peer == null) {
            return "no address and port";
        }
        House.Caller caller = find(peer.address(), peer.port());
        if (caller == null) {
            counts.note("logins of connections whose beginning is not in the log");
            caller = open(peer);
        }
        if (!caller.house.claim(caller, joined)) {
            int dash = joined.indexOf('-');
            counts.note("logins whose words were not seen as input");
            caller.recorder.loggedIn(
                    dash < 0 ? joined : joined.substring(0, dash),
                    dash < 0 ? "" : joined.substring(dash + 1));
        }
        caller.inside = true;
        counts.acceptedLine("login");
        return null;
    }

    /// `PATH with md5sum HEX from ADDRESS`
    private @Nullable String saving(String text) {
        int from = text.lastIndexOf(" from ");
        int sum = text.lastIndexOf(" with md5sum ", Math.max(from, 0));
        IpAddress address = from < 0 ? null : address(text.substring(from + 6));
        if (sum < 0 || address == null) {
            return "no file, hash and address";
        }
        House house = open.get(address);
        if (house == null) {
            counts.note("files of connections whose beginning is not in the log");
        }
        House.Caller caller = house == null ? open(new Peer(address, 0)) : house.newest(true);
        caller.recorder.fileCaptured(
                text.substring(0, sum),
                "md5 " + text.substring(sum + 13, from),
                "",
                -1,
                Payload.EMPTY);
        counts.acceptedLine("file");
        return null;
    }

    /// The honeypot started again: whoever was connected is not any more.
    private void listening() {
        List<Map.Entry<IpAddress, House>> all = new ArrayList<>(open.entrySet());
        for (Map.Entry<IpAddress, House> entry : all) {
            for (House.Caller caller : new ArrayList<>(entry.getValue().callers)) {
                counts.note("connections that a restart of the honeypot ended");
                leave(entry.getKey(), caller, "restart");
            }
        }
        counts.passedOverLine("listening");
    }

    private House.Caller open(Peer peer) {
        Visit visit =
                Visit.open(sensor, peer.address(), peer.port(), Door.TELNET, null, 23, "", now);
        House house = open.get(peer.address());
        if (house != null && house.callers.size() >= MOST_OF_ONE_ADDRESS) {
            counts.note("sessions forgotten because too many were open");
            leave(peer.address(), house.callers.getFirst(), "forgotten");
            house = open.get(peer.address());
        }
        if (house == null) {
            if (open.size() >= Desk.MOST_SESSIONS) {
                open.pollFirstEntry().getValue().leftWords(0);
                counts.note("sessions forgotten because too many were open");
            }
            house = new House();
            open.put(peer.address(), house);
        }
        Recorder recorder = desk.open(visit.session(), () -> visit);
        House.Caller caller = new House.Caller(house, peer.port(), visit.session(), recorder);
        house.callers.addLast(caller);
        return caller;
    }

    private House.@Nullable Caller find(IpAddress address, int port) {
        House house = open.get(address);
        if (house == null) {
            return null;
        }
        House.Caller unknownPort = null;
        for (House.Caller caller : house.callers) {
            if (caller.port == port) {
                return caller;
            }
            if (caller.port == 0) {
                unknownPort = caller;
            }
        }
        return unknownPort;
    }

    private void leave(IpAddress address, House.Caller caller, String reason) {
        House house = caller.house;
        boolean lastOutside = !caller.inside;
        for (House.Caller other : house.callers) {
            lastOutside &= other == caller || other.inside;
        }
        if (lastOutside || house.callers.size() == 1) {
            house.leftWords(0);
        }
        caller.recorder.closed(reason);
        desk.forget(caller.key);
        house.callers.remove(caller);
        if (house.callers.isEmpty()) {
            open.remove(address);
        }
    }

    private static @Nullable Peer peer(String text) {
        int colon = text.lastIndexOf(':');
        IpAddress address = colon < 0 ? null : address(text.substring(0, colon));
        if (address == null || text.length() - colon > 6) {
            return null;
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return port < 0 || port > 65535 ? null : new Peer(address, port);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    private static @Nullable IpAddress address(String text) {
        try {
            return text.length() > 64 ? null : IpAddress.parse(text.strip());
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private @Nullable Instant time(String text) {
        if (text.length() < 19 || text.length() > 30) {
            return null;
        }
        try {
            return LocalDateTime.parse(text.replace(' ', 'T').replace(',', '.'))
                    .atZone(zone)
                    .toInstant();
        } catch (DateTimeException _) {
            return null;
        }
    }
}
