package teiten.decoy.adb;

import org.jspecify.annotations.Nullable;

import teiten.decoy.Counter;
import teiten.decoy.House;
import teiten.decoy.device.Device;
import teiten.decoy.shell.Terminal;
import teiten.session.Event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The Android Debug Bridge: what bots do there is connect, open `shell:COMMAND`, and go; some push a file by `sync:`.
///
/// ```
/// 0       4      8      12       16          20      24
/// | command | arg0 | arg1 | length | checksum | ~command | data …   (all little-endian)
/// ```
/// Adversary: lengths that lie, streams without end. A message holds at most [#LARGEST]; one connection opens at most
/// [#MOST_STREAMS] streams.
public final class AdbConversation {
    private static final int CONNECT = 0x4e584e43;
    private static final int OPEN = 0x4e45504f;
    private static final int OKAY = 0x59414b4f;
    private static final int WRITE = 0x45545257;
    private static final int CLOSE = 0x45534c43;
    private static final int VERSION = 0x01000000;
    private static final int HEADER = 24;
    private static final int LARGEST = 1 << 18;
    private static final int LARGEST_PUSH = 4 << 20;
    private static final int MOST_STREAMS = 64;
    private static final int CHUNK = 4096;

    private final House.Caller caller;
    private final Device device;
    private House.@Nullable Room room;
    private final Printer printer = new Printer();
    private long received;

    private AdbConversation(House.Caller caller) {
        this.caller = caller;
        this.device = caller.device();
    }

    public static Counter hold(House.Caller caller) throws IOException {
        AdbConversation conversation = new AdbConversation(caller);
        try {
            return conversation.run();
        } finally {
            House.Room room = conversation.room;
            if (room != null) {
                room.close();
            }
        }
    }

    private record Message(int command, int arg0, int arg1, Data data) {}

    /// Bytes, with identity, because a record must not hold an array.
    private static final class Data {
        private final byte[] bytes;

        Data(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private Counter run() throws IOException {
        int streams = 0;
        while (true) {
            Message message = read();
            if (message == null) {
                return Counter.CLOSED_BY_VISITOR;
            }
            if (received > caller.house().limits().input()) {
                return Counter.CLOSED_INPUT;
            }
            caller.pass().alive();
            switch (message.command()) {
                case CONNECT -> {
                    caller.log().trait("banner", latin(message.data().bytes));
                    String banner =
                            "device::ro.product.name="
                                    + device.hostname()
                                    + ";ro.product.model="
                                    + device.hostname()
                                    + ";ro.product.device="
                                    + device.machine().label()
                                    + ";\0";
                    send(CONNECT, VERSION, CHUNK, bytes(banner));
                }
                case OPEN -> {
                    if (++streams > MOST_STREAMS) {
                        return Counter.CLOSED_SPENT;
                    }
                    if (open(
                            message.arg0(),
                            latin(message.data().bytes).replace("\0", ""),
                            streams)) {
                        return Counter.CLOSED_BY_VISITOR;
                    }
                }
                case OKAY, CLOSE, WRITE -> {
                    // answers to what we sent, or to a stream that is already closed
                }
                default -> {
                    caller.log().counters().add(Counter.REQUESTS_MALFORMED);
                    return Counter.CLOSED_BY_LOGOUT;
                }
            }
        }
    }

    private @Nullable Message read() throws IOException {
        InputStream in = caller.in();
        byte[] head = in.readNBytes(HEADER);
        received += head.length;
        if (head.length < HEADER) {
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int command = fields.getInt(0);
        int length = fields.getInt(12);
        if (fields.getInt(20) != ~command || length < 0 || length > LARGEST) {
            caller.log().probe(Event.Side.VISITOR, head, HEADER, "");
            caller.log().counters().add(Counter.REQUESTS_MALFORMED);
            return null;
        }
        byte[] data = in.readNBytes(length);
        received += data.length;
        return data.length < length
                ? null
                : new Message(command, fields.getInt(4), fields.getInt(8), new Data(data));
    }

    /// Serves one stream to its end; true when the visitor is gone.
    private boolean open(int theirs, String service, int ours) throws IOException {
        if (service.startsWith("shell:") || service.startsWith("exec:")) {
            send(OKAY, ours, theirs, new byte[0]);
            String line = service.substring(service.indexOf(':') + 1);
            House.Room mine =
                    room == null ? caller.house().room(device, caller.log(), printer) : room;
            if (room == null) {
                caller.log().login("", "", true);
            }
            room = mine;
            if (!line.isBlank()) {
                caller.log().command(line);
                printer.out.reset();
                mine.shell().runCommand(line);
                byte[] output = printer.out.toByteArray();
                for (int at = 0; at < output.length; at += CHUNK) {
                    send(
                            WRITE,
                            ours,
                            theirs,
                            java.util.Arrays.copyOfRange(
                                    output, at, Math.min(output.length, at + CHUNK)));
                }
            }
            send(CLOSE, ours, theirs, new byte[0]);
            return false;
        }
        if (service.startsWith("sync:")) {
            send(OKAY, ours, theirs, new byte[0]);
            return push(ours, theirs);
        }
        byte[] asked = bytes(service);
        caller.log().probe(Event.Side.VISITOR, asked, asked.length, "adb-service");
        send(CLOSE, 0, theirs, new byte[0]);
        return false;
    }

    /// Takes a pushed file: `SEND path,mode`, `DATA bytes`…, `DONE`. It is captured and not stored anywhere else.
    private boolean push(int ours, int theirs) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        while (true) {
            Message message = read();
            if (message == null) {
                return true;
            }
            caller.pass().alive();
            if (message.command() == CLOSE) {
                return false;
            }
            if (message.command() != WRITE) {
                continue;
            }
            if (stream.size() + message.data().bytes.length > LARGEST_PUSH) {
                caller.log().counters().add(Counter.FILES_TOO_LARGE);
                send(CLOSE, ours, theirs, new byte[0]);
                return false;
            }
            stream.writeBytes(message.data().bytes);
            send(OKAY, ours, theirs, new byte[0]);
            if (taken(stream.toByteArray())) {
                send(WRITE, ours, theirs, bytes("OKAY\0\0\0\0"));
                stream.reset();
            }
        }
    }

    private boolean taken(byte[] stream) {
        ByteBuffer in = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        String path = "";
        while (in.remaining() >= 8) {
            byte[] id = new byte[4];
            in.get(id);
            int length = in.getInt();
            String word = latin(id);
            if (word.equals("DONE")) {
                caller.log().captured(path, "sync", file.toByteArray());
                return true;
            }
            if (length < 0 || length > in.remaining()) {
                return false;
            }
            byte[] part = new byte[length];
            in.get(part);
            if (word.equals("SEND")) {
                path = latin(part).replaceFirst(",[0-9]+$", "");
            } else if (word.equals("DATA")) {
                file.writeBytes(part);
            }
        }
        return false;
    }

    private void send(int command, int arg0, int arg1, byte[] data) throws IOException {
        int sum = 0;
        for (byte b : data) {
            sum += b & 0xFF;
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER + data.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(command)
                .putInt(arg0)
                .putInt(arg1)
                .putInt(data.length)
                .putInt(sum)
                .putInt(~command)
                .put(data);
        caller.out().write(out.array());
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Collects what one command prints.
    private static final class Printer implements Terminal {
        private static final int MOST = 1 << 20;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(0);

        @Override
        public void write(byte[] bytes, int offset, int count) {
            out.write(bytes, offset, Math.min(count, Math.max(0, MOST - out.size())));
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
            try {
                Thread.sleep(Math.clamp(millis, 0, 5000));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
