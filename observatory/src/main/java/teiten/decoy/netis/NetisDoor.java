package teiten.decoy.netis;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.decoy.Counter;
import teiten.decoy.House;
import teiten.decoy.VisitLog;
import teiten.decoy.device.Device;
import teiten.decoy.shell.Terminal;
import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The back door of Netis/Netcore routers on 53413/UDP: an 8-byte header, a fixed password, then shell commands.
///
/// Adversary: spoofed sources that want us to shoot at somebody. So a reply is never longer than what it answers
/// ([#answer] cuts it), and one source gets at most [#REPLIES] replies in [#WINDOW_SECONDS] seconds. Conversations live
/// in a bounded table; the oldest leaves when it is full. One thread owns everything here.
public final class NetisDoor implements AutoCloseable {
    static final int REPLIES = 8;
    static final int WINDOW_SECONDS = 60;
    private static final int MOST_TALKS = 1024;
    private static final int LARGEST = 2048;
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final byte[] LOGIN_WANTED = ascii("\u00d0\u00a5Login:");
    private static final byte[] LOGGED_IN = {0, 0, 0, 5, 0, 1, 0, 0, 0, 0, 1, 0, 0};

    private final House house;
    private final DatagramSocket socket;
    private final Thread thread;
    private final LinkedHashMap<Key, Talk> talks = new LinkedHashMap<>(64, 0.75f, true);
    private final LinkedHashMap<IpAddress, Rate> rates = new LinkedHashMap<>(64, 0.75f, true);

    private record Key(IpAddress source, int port) {}

    /// What one sender did so far.
    private static final class Talk {
        private final VisitLog log;
        private final House.@Nullable Room room;
        private final Printer printer;
        private long last;

        Talk(VisitLog log, House.@Nullable Room room, Printer printer) {
            this.log = log;
            this.room = room;
            this.printer = printer;
        }
    }

    private static final class Rate {
        private long windowStart;
        private int replies;
    }

    public NetisDoor(House house, InetSocketAddress address) {
        this.house = house;
        try {
            this.socket = new DatagramSocket(address);
        } catch (SocketException fault) {
            throw new OperatorMistake(
                    "--netis "
                            + address.getHostString()
                            + ":"
                            + address.getPort()
                            + " cannot be opened: "
                            + fault.getMessage()
                            + "; choose another address or port.",
                    fault);
        }
        this.thread = Thread.ofPlatform().daemon().name("door-netis").start(this::receive);
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void receive() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            socket.setSoTimeout(1000);
        } catch (SocketException _) {
            return;
        }
        while (!socket.isClosed()) {
            try {
                packet.setLength(LARGEST);
                socket.receive(packet);
                house.counters().add(Counter.DATAGRAMS);
                handle(packet);
            } catch (java.net.SocketTimeoutException _) {
                // nobody came; the silent ones are shown out below
            } catch (IOException _) {
                if (socket.isClosed()) {
                    break;
                }
            } catch (RuntimeException fault) {
                house.counters().add(Counter.FAULTS);
                house.fault("netis", fault);
            }
            expire(false);
        }
        expire(true);
    }

    private void expire(boolean all) {
        long now = System.nanoTime();
        var oldest = talks.entrySet().iterator();
        while (oldest.hasNext()) {
            Talk talk = oldest.next().getValue();
            if (!all && now - talk.last < SILENCE_NANOS) {
                return;
            }
            oldest.remove();
            end(talk, all ? "shutdown" : "timeout");
        }
    }

    private static void end(Talk talk, String reason) {
        if (talk.room != null) {
            talk.room.close();
        }
        talk.log.close(reason);
    }

    private void handle(DatagramPacket packet) throws IOException {
        ByteBuffer raw = ByteBuffer.wrap(packet.getAddress().getAddress());
        IpAddress source =
                raw.remaining() == 4
                        ? IpAddress.v4(raw.getInt())
                        : new IpAddress(raw.getLong(), raw.getLong());
        byte[] bytes = packet.getData();
        int length = packet.getLength();
        Talk talk = talk(source, packet.getPort());
        talk.last = System.nanoTime();
        NetisMessage message = NetisMessage.read(bytes, length);
        talk.log.probe(Event.Side.VISITOR, bytes, length, message.reading());
        byte[] reply =
                switch (message) {
                    case NetisMessage.Knock _ -> LOGIN_WANTED;
                    case NetisMessage.Password _ -> LOGGED_IN;
                    case NetisMessage.Command command -> run(talk, command.line());
                    case NetisMessage.Unknown _ -> null;
                };
        answer(packet, talk, source, reply);
    }

    private Talk talk(IpAddress source, int port) {
        Key key = new Key(source, port);
        Talk known = talks.get(key);
        if (known != null) {
            return known;
        }
        if (talks.size() >= MOST_TALKS) {
            house.counters().add(Counter.SOURCES_OVERFLOW);
            var oldest = talks.entrySet().iterator();
            end(oldest.next().getValue(), "limit");
            oldest.remove();
        }
        Device device = house.meets(source);
        IpAddress any = IpAddress.v4(0);
        VisitLog log =
                house.visit(
                        Door.NETIS,
                        device,
                        new House.Peer(source, port, any, socket.getLocalPort()));
        Printer printer = new Printer();
        Talk fresh = new Talk(log, house.room(device, log, printer), printer);
        talks.put(key, fresh);
        return fresh;
    }

    private static byte[] run(Talk talk, String line) {
        if (talk.room == null) {
            return new byte[0];
        }
        talk.log.command(line);
        talk.printer.out.setLength(0);
        teiten.decoy.shell.Shell shell = talk.room.shell();
        if (!shell.budget().spent()) {
            shell.runCommand(line);
        }
        return ascii("\0\0\0\0\0\0\0\0" + talk.printer.out);
    }

    /// Sends a reply that is never longer than the request, and not too often.
    private void answer(
            DatagramPacket request, Talk talk, IpAddress source, byte @Nullable [] reply)
            throws IOException {
        if (reply == null || reply.length == 0) {
            house.counters().add(Counter.DATAGRAMS_UNANSWERED);
            return;
        }
        if (!allowed(source)) {
            house.counters().add(Counter.DATAGRAMS_RATE_LIMITED);
            return;
        }
        int length = Math.min(reply.length, request.getLength());
        socket.send(new DatagramPacket(reply, length, request.getSocketAddress()));
        talk.log.probe(Event.Side.SENSOR, reply, length, "netis-answer");
    }

    private boolean allowed(IpAddress source) {
        IpAddress key = source.isV4() ? source : new IpAddress(source.high(), 0);
        long now = System.nanoTime();
        Rate rate = rates.computeIfAbsent(key, _ -> new Rate());
        if (rates.size() > 4 * MOST_TALKS) {
            Map.Entry<IpAddress, Rate> oldest = rates.entrySet().iterator().next();
            rates.remove(oldest.getKey());
        }
        if (rate.replies == 0
                || now - rate.windowStart > TimeUnit.SECONDS.toNanos(WINDOW_SECONDS)) {
            rate.windowStart = now;
            rate.replies = 0;
        }
        return ++rate.replies <= REPLIES;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Catches what a command prints.
    private static final class Printer implements Terminal {
        private static final int MOST = LARGEST;
        private final StringBuilder out = new StringBuilder();

        @Override
        public void write(byte[] bytes, int offset, int count) {
            int room = Math.min(count, MOST - out.length());
            if (room > 0) {
                out.append(new String(bytes, offset, room, StandardCharsets.ISO_8859_1));
            }
        }

        @Override
        public @Nullable String readLine() {
            return null;
        }

        @Override
        public boolean closed() {
            return true;
        }

        @Override
        public boolean interactive() {
            return false;
        }

        @Override
        public void pause(long millis) {
            // this thread serves everybody: it never waits
        }
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join(2000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
