package teiten.decoy;

import teiten.decoy.applet.Applets;
import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.files.Quota;
import teiten.decoy.files.SessionFiles;
import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Budget;
import teiten.decoy.shell.Input;
import teiten.decoy.shell.Output;
import teiten.decoy.shell.RestingTerminal;
import teiten.decoy.shell.Shell;
import teiten.decoy.shell.Terminal;
import teiten.decoy.shell.Workbench;
import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Visit;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// What all doors of one process share: devices, login policy, gate, recorder, clock. A door asks it for a [VisitLog] when
/// somebody comes and for a [Room] when somebody gets a shell.
public final class House implements AutoCloseable {
    private final String sensor;
    private final DeviceCatalog catalog;
    private final LoginPolicy policy;
    private final Gate gate;
    private final Evidence evidence;
    private final InstantSource clock;
    private final Map<String, Applet> applets = Applets.all();
    private final Workbench workbench = Workbench.ofThisMachine();
    private final AtomicLong sessions;
    private final AtomicBoolean faultTold = new AtomicBoolean();

    /// @param sensor the vantage point's name
    public House(
            String sensor,
            DeviceCatalog catalog,
            LoginPolicy policy,
            Limits limits,
            Counters counters,
            Evidence evidence,
            InstantSource clock) {
        this.sensor = sensor;
        this.catalog = catalog;
        this.policy = policy;
        this.gate = new Gate(limits, counters);
        this.evidence = evidence;
        this.clock = clock;
        this.sessions = new AtomicLong(clock.millis() << 20);
    }

    public Gate gate() {
        return gate;
    }

    public Limits limits() {
        return gate.limits();
    }

    public Counters counters() {
        return gate.counters();
    }

    public InstantSource clock() {
        return clock;
    }

    public Device meets(IpAddress source) {
        return catalog.meets(source);
    }

    public boolean opens(Device device, IpAddress source, String user, String password) {
        return policy.opens(device, source, user, password);
    }

    /// Opens the record of one conversation.
    public VisitLog visit(Door door, Device device, Peer peer) {
        String session = String.format("%016x", sessions.incrementAndGet());
        Visit visit =
                new Visit(
                        sensor,
                        session,
                        peer.source(),
                        peer.sourcePort(),
                        door,
                        peer.destination(),
                        peer.port(),
                        device.name());
        return new VisitLog(visit, evidence, counters(), limits(), clock);
    }

    /// Both ends of a conversation as the visitor dialled them.
    public record Peer(IpAddress source, int sourcePort, IpAddress destination, int port) {}

    /// A visitor who came in over TCP.
    public record Caller(
            House house,
            VisitLog log,
            Device device,
            Gate.Pass pass,
            InputStream in,
            OutputStream out) {}

    /// A shell of a visitor's own, with files of its own.
    public Room room(Device device, VisitLog log, Terminal terminal) {
        Quota quota = new Quota(gate.fileBytes(), limits().fileBytes());
        SessionFiles files = new SessionFiles(device.root(), device.mounts(), quota);
        Budget budget = new Budget(workbench);
        Terminal resting = new RestingTerminal(terminal, budget);
        Input.Keyboard keyboard = new Input.Keyboard(resting);
        Output screen = new Output.Screen(resting, budget);
        Shell shell =
                new Shell(
                        new Shell.World(
                                device, files, budget, resting, keyboard, screen, log, clock,
                                applets));
        return new Room(shell, log, quota);
    }

    /// Ends with everything captured that the visitor left behind.
    public record Room(Shell shell, VisitLog log, Quota quota) implements AutoCloseable {
        @Override
        public void close() {
            shell.budget().rest();
            Device device = shell.device();
            shell.files()
                    .eachWritten((path, body) -> {
                        if (body.length() > 0 && !device.isInert(body)) {
                            log.captured(path, body.writer(), body.copy());
                        }
                    });
            if (quota.exhausted()) {
                log.counters().add(Counter.DISK_FULL);
            }
            quota.close();
        }
    }

    /// A fault of our own in one conversation: counted by the caller, and the first one is told, once.
    public void fault(String door, Throwable fault) {
        if (!faultTold.getAndSet(true)) {
            System.getLogger("teiten.decoy")
                    .log(
                            System.Logger.Level.ERROR,
                            "a fault of our own at the door " + door,
                            fault);
        }
    }

    @Override
    public void close() {
        gate.close();
    }
}
