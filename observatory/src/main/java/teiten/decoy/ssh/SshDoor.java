package teiten.decoy.ssh;

import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.PasswordAuthenticator;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.apache.sshd.server.session.SessionFactory;
import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.decoy.Counter;
import teiten.decoy.Gate;
import teiten.decoy.House;
import teiten.decoy.VisitLog;
import teiten.decoy.device.Device;
import teiten.net.IpAddress;
import teiten.session.Door;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The SSH door. Apache MINA SSHD speaks the protocol; behind the login stands the same device and shell as behind
/// Telnet. Tunnels are written down and refused; file transfer by subsystem is refused.
///
/// What of an SSH server depends on the device is its version line and its accounts. The host key belongs to the
/// installation and is kept beside the events.
public final class SshDoor implements AutoCloseable {
    private static final AttributeRepository.AttributeKey<Stay> STAY =
            new AttributeRepository.AttributeKey<>();
    private static final int TRIES = 3;

    /// The library writes a line for each session and each odd packet; what attackers cause is counted, not logged.
    private static final List<Logger> QUIET =
            List.of(
                    Logger.getLogger("org.apache.sshd"),
                    // its sessions are named after our own subclass
                    Logger.getLogger("teiten.decoy.ssh"));

    private final House house;
    private final SshServer server;

    /// One connection's record.
    record Stay(House house, Gate.Pass pass, VisitLog log, Device device) {
        static @Nullable Stay of(Session session) {
            return session.getAttribute(STAY);
        }
    }

    /// @param keyFile where the host key is kept; made when it does not exist
    public SshDoor(House house, InetSocketAddress address, Path keyFile) {
        this.house = house;
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        this.server = SshServer.setUpDefaultServer();
        server.setHost(address.getHostString());
        server.setPort(address.getPort());
        SimpleGeneratorHostKeyProvider key = new SimpleGeneratorHostKeyProvider(keyFile);
        key.setAlgorithm("RSA");
        key.setKeySize(2048);
        server.setKeyPairProvider(key);
        server.addSessionListener(new Listener());
        server.setSessionFactory(new Faces(server));
        PasswordAuthenticator authenticator =
                (user, password, session) -> opens(session, user, password);
        server.setPasswordAuthenticator(authenticator);
        // No compression: a packet must not become a thousand times as large.
        server.setCompressionFactories(List.of(BuiltinCompressions.none));
        server.setForwardingFilter(new NoForwarding());
        server.setSubsystemFactories(List.of());
        server.setShellFactory(_ -> new SshCommand(null));
        server.setCommandFactory((_, line) -> new SshCommand(line));
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, TRIES);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, house.limits().login());
        CoreModuleProperties.IDLE_TIMEOUT.set(server, house.limits().idle());
        CoreModuleProperties.WINDOW_SIZE.set(server, 65_536L);
        CoreModuleProperties.SOCKET_BACKLOG.set(server, 1024);
        try {
            server.start();
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "--ssh "
                            + address.getHostString()
                            + ":"
                            + address.getPort()
                            + " cannot be opened: "
                            + fault.getMessage()
                            + "; choose another address or port.",
                    fault);
        }
    }

    public int port() {
        return server.getPort();
    }

    private boolean opens(ServerSession session, String user, String password) {
        Stay stay = Stay.of(session);
        if (stay == null) {
            return false;
        }
        String name = latin(user);
        String word = latin(password);
        boolean opened = house.opens(stay.device(), stay.log().visit().source(), name, word);
        stay.log().login(name, word, opened);
        if (opened) {
            stay.pass().alive();
        }
        return opened;
    }

    /// UTF-16 from the library becomes one char a byte, as all doors have it.
    static String latin(String text) {
        return new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static @Nullable IpAddress address(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            return null;
        }
        InetAddress ip = internet.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(ip.getAddress());
        return bytes.remaining() == 4
                ? IpAddress.v4(bytes.getInt())
                : new IpAddress(bytes.getLong(), bytes.getLong());
    }

    /// Makes sessions that call themselves what the visitor's device would.
    private static final class Faces extends SessionFactory {
        Faces(SshServer server) {
            super(server);
        }

        @Override
        protected ServerSessionImpl doCreateSession(IoSession connection) throws Exception {
            return new ServerSessionImpl(getServer(), connection) {
                @Override
                protected String resolveIdentificationString(String property) {
                    Stay stay = Stay.of(this);
                    return stay == null ? "SSH-2.0-dropbear" : stay.device().sshVersion();
                }
            };
        }
    }

    private final class Listener implements SessionListener {
        @Override
        public void sessionEstablished(Session session) {
            SocketAddress remote = session.getIoSession().getRemoteAddress();
            SocketAddress local = session.getIoSession().getLocalAddress();
            IpAddress source = address(remote);
            IpAddress destination = address(local);
            if (source == null || destination == null) {
                session.close(true);
                return;
            }
            Gate.Pass pass = house.gate().admit(source, () -> session.close(true));
            if (pass == null) {
                session.close(true);
                return;
            }
            Device device = house.meets(source);
            int sourcePort = remote instanceof InetSocketAddress from ? from.getPort() : 0;
            int port = local instanceof InetSocketAddress to ? to.getPort() : 0;
            VisitLog log =
                    house.visit(
                            Door.SSH,
                            device,
                            new House.Peer(source, sourcePort, destination, port));
            session.setAttribute(STAY, new Stay(house, pass, log, device));
        }

        @Override
        public void sessionPeerIdentificationReceived(
                Session session, String version, List<String> extraLines) {
            Stay stay = Stay.of(session);
            if (stay != null) {
                stay.log().trait("version", latin(version));
            }
        }

        @Override
        public void sessionClosed(Session session) {
            Stay stay = Stay.of(session);
            if (stay != null) {
                Counter how = stay.pass().leave(Counter.CLOSED_BY_VISITOR);
                stay.log().close(how.reason());
            }
        }
    }

    /// Tunnels are asked for by bots that sell proxies: the wish is kept, nothing is dialled.
    private static final class NoForwarding extends RejectAllForwardingFilter {
        @Override
        protected boolean checkAcceptance(
                String request, Session session, SshdSocketAddress target) {
            Stay stay = Stay.of(session);
            if (stay != null && target != null) {
                stay.log().forward(latin(target.getHostName()), target.getPort());
            }
            return false;
        }
    }

    @Override
    public void close() {
        try {
            server.close(true).await(Duration.ofSeconds(2));
        } catch (IOException _) {
            // it is closed either way
        }
    }
}
