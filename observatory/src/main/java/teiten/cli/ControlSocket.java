package teiten.cli;

import teiten.store.Store;
import teiten.web.LiveFeed;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;

/// Lets the other commands work while `teiten serve` holds the data directory: they hand their command line over a Unix
/// socket in that directory, which only its owner may open, and print what comes back.
///
/// ```
/// request   count of words (4), each length (4) and UTF-8; then the client's folder, likewise
/// answer    frames: kind (1: 1 standard output, 2 standard error, 0 end), length or exit status (4), bytes
/// ```
final class ControlSocket implements AutoCloseable {
    private static final int MOST_WORDS = 4_096;
    private static final int MOST_BYTES = 1 << 20;
    private static final int AT_ONCE = 8;

    private final Path path;
    private final ServerSocketChannel server;
    private final Store store;
    private final LiveFeed live;
    private final Semaphore places = new Semaphore(AT_ONCE);

    private ControlSocket(Path path, ServerSocketChannel server, Store store, LiveFeed live) {
        this.path = path;
        this.server = server;
        this.store = store;
        this.live = live;
    }

    private static Path path(Path data) {
        return data.resolve("control.sock");
    }

    /// Begins to serve; the caller holds the directory's lock, so a socket that is there is a dead one.
    static ControlSocket open(Store store, LiveFeed live) throws IOException {
        Path path = path(store.directory());
        Files.deleteIfExists(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        ControlSocket control = new ControlSocket(path, server, store, live);
        Thread.ofVirtual().name("teiten-control").start(control::accept);
        return control;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().start(() -> answer(client));
                } else {
                    client.close();
                }
            }
        } catch (IOException _) {
            // closed: the serving process ends
        }
    }

    private void answer(SocketChannel client) {
        try (client) {
            DataInputStream in = new DataInputStream(Channels.newInputStream(client));
            int count = in.readInt();
            if (count < 0 || count > MOST_WORDS) {
                return;
            }
            String[] words = new String[count];
            for (int i = 0; i < count; i++) {
                words[i] = text(in);
            }
            Path folder = Path.of(text(in));
            DataOutputStream out = new DataOutputStream(Channels.newOutputStream(client));
            int status;
            try (PrintStream toOut =
                            new PrintStream(new Frames(out, 1), true, StandardCharsets.UTF_8);
                    PrintStream toErr =
                            new PrintStream(new Frames(out, 2), true, StandardCharsets.UTF_8)) {
                status = new Desk(toOut, toErr, folder, store, live).run(words);
            }
            synchronized (out) {
                out.writeByte(0);
                out.writeInt(status);
                out.flush();
            }
        } catch (IOException _) {
            // the client went away; what it had asked for is done or undone as a whole
        } finally {
            places.release();
        }
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new EOFException("a word of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /// Everything written becomes a frame.
    private static final class Frames extends OutputStream {
        private final DataOutputStream out;
        private final int kind;

        Frames(DataOutputStream out, int kind) {
            this.out = out;
            this.kind = kind;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (out) {
                out.writeByte(kind);
                out.writeInt(length);
                out.write(bytes, offset, length);
                out.flush();
            }
        }
    }

    /// Hands the command line to the process that serves the directory.
    ///
    /// @return its exit status; empty when nobody serves there
    static OptionalInt hand(Path data, String[] args) {
        Path path = path(data);
        if (!Files.exists(path)) {
            return OptionalInt.empty();
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            DataOutputStream words = new DataOutputStream(request);
            words.writeInt(args.length);
            for (String arg : args) {
                put(words, arg);
            }
            put(words, Path.of("").toAbsolutePath().toString());
            OutputStream out = Channels.newOutputStream(channel);
            out.write(request.toByteArray());
            out.flush();
            DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
            while (true) {
                int kind = in.readByte();
                int value = in.readInt();
                if (kind == 0) {
                    return OptionalInt.of(value);
                }
                byte[] bytes = in.readNBytes(value);
                PrintStream to = kind == 1 ? System.out : System.err;
                to.write(bytes, 0, bytes.length);
                to.flush();
            }
        } catch (IOException _) {
            return OptionalInt.empty();
        }
    }

    private static void put(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // a dead socket is taken away by the next one to serve
        }
    }
}
