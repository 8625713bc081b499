package teiten.decoy;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.decoy.device.Device;
import teiten.net.IpAddress;
import teiten.session.Door;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/// One listening TCP port and the conversations behind it, each on a virtual thread.
public final class TcpDoor implements AutoCloseable {
    private static final int BACKLOG = 4096;

    private final House house;
    private final Door door;
    private final String name;
    private final boolean proxied;
    private final Conversation conversation;
    private final ServerSocket listener;
    private final Thread accepting;

    /// How a door talks to one visitor.
    @FunctionalInterface
    public interface Conversation {
        /// Talks until the end, and gives how it ended.
        Counter hold(House.Caller caller) throws IOException;
    }

    /// Opens a port.
    ///
    /// @param name of the option that opened it, for complaints
    /// @param proxied whether each connection begins with a PROXY protocol v2 header that names the real visitor
    public TcpDoor(
            House house,
            Door door,
            String name,
            InetSocketAddress address,
            boolean proxied,
            Conversation conversation) {
        this.house = house;
        this.door = door;
        this.name = name;
        this.proxied = proxied;
        this.conversation = conversation;
        try {
            this.listener = new ServerSocket();
            listener.setReuseAddress(true);
            listener.bind(address, BACKLOG);
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "--"
                            + name
                            + " "
                            + address.getHostString()
                            + ":"
                            + address.getPort()
                            + " cannot be opened: "
                            + fault.getMessage()
                            + "; choose another address or port, or grant CAP_NET_BIND_SERVICE for"
                            + " ports below 1024.",
                    fault);
        }
        this.accepting = Thread.ofPlatform().daemon().name("door-" + name).start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> receive(socket));
            } catch (IOException _) {
                if (listener.isClosed()) {
                    return;
                }
                // Out of descriptors, most likely: breathe, then go on. Those who wait stay in the
                // backlog.
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(20));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    static IpAddress address(InetAddress address) {
        byte[] bytes = address.getAddress();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return bytes.length == 4
                ? IpAddress.v4(buffer.getInt())
                : new IpAddress(buffer.getLong(), buffer.getLong());
    }

    private void receive(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            House.Peer peer =
                    new House.Peer(
                            address(socket.getInetAddress()),
                            socket.getPort(),
                            address(socket.getLocalAddress()),
                            socket.getLocalPort());
            if (proxied) {
                House.Peer real = proxiedPeer(socket, in, peer);
                if (real == null) {
                    house.counters().add(Counter.REFUSED_PROXY);
                    return;
                }
                peer = real;
            }
            Gate.Pass pass = house.gate().admit(peer.source(), socket);
            if (pass == null) {
                return;
            }
            talk(socket, in, peer, pass);
        } catch (IOException _) {
            // the connection broke before anything was said
        }
    }

    private static House.@Nullable Peer proxiedPeer(Socket socket, InputStream in, House.Peer peer)
            throws IOException {
        socket.setSoTimeout(5000);
        House.Peer real = ProxyHeader.read(in, peer);
        socket.setSoTimeout(0);
        return real;
    }

    private void talk(Socket socket, InputStream in, House.Peer peer, Gate.Pass pass) {
        Device device = house.meets(peer.source());
        VisitLog log = house.visit(door, device, peer);
        Counter how = Counter.CLOSED_BY_VISITOR;
        try {
            socket.setTcpNoDelay(true);
            how =
                    conversation.hold(
                            new House.Caller(
                                    house, log, device, pass, in, socket.getOutputStream()));
        } catch (IOException _) {
            // the visitor is gone, or the gate closed the connection; the pass knows which
        } catch (RuntimeException | StackOverflowError fault) {
            house.counters().add(Counter.FAULTS);
            house.fault(name, fault);
        } finally {
            log.close(pass.leave(how).reason());
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            accepting.join(Duration.ofSeconds(1));
        } catch (IOException _) {
            // closing a listener that is closed
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
