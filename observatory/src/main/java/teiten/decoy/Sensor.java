package teiten.decoy;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.decoy.adb.AdbConversation;
import teiten.decoy.catchall.FirstBytes;
import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.http.HttpConversation;
import teiten.decoy.netis.NetisDoor;
import teiten.decoy.ssh.SshDoor;
import teiten.decoy.telnet.TelnetConversation;
import teiten.session.Door;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A running sensor: a house, its doors, and the files that they fill.
public final class Sensor implements AutoCloseable {
    private static final int MOST_PORTS = 4096;
    private static final long FILE_LIMIT = 1L << 30;

    private final House house;
    private final AutoCloseable evidence;
    private final Path directory;
    private final List<AutoCloseable> doors = new ArrayList<>();
    private final List<String> listening = new ArrayList<>();

    private Sensor(House house, AutoCloseable evidence, Path directory) {
        this.house = house;
        this.evidence = evidence;
        this.directory = directory;
    }

    /// Opens a sensor without doors.
    ///
    /// @param directory where finished files go; made when it does not exist
    /// @param period how often a file of events is finished
    public static Sensor open(
            String name,
            DeviceCatalog catalog,
            LoginPolicy policy,
            Limits limits,
            Path directory,
            Duration period,
            @Nullable CowrieLog cowrie) {
        Counters counters = new Counters();
        InstantSource clock = InstantSource.system();
        SegmentWriter writer =
                new SegmentWriter(directory, period, FILE_LIMIT, counters, clock, cowrie);
        House house = new House(name, catalog, policy, limits, counters, writer, clock);
        return new Sensor(house, writer, directory);
    }

    public Counters counters() {
        return house.counters();
    }

    public House house() {
        return house;
    }

    /// What is open, such as `telnet 127.0.0.1:2323`.
    public List<String> listening() {
        return List.copyOf(listening);
    }

    public int telnet(InetSocketAddress address, boolean proxied) {
        return tcp(Door.TELNET, "telnet", address, proxied, TelnetConversation::hold);
    }

    public int http(InetSocketAddress address, boolean proxied) {
        return tcp(Door.HTTP, "http", address, proxied, new HttpConversation(Door.HTTP));
    }

    public int cwmp(InetSocketAddress address, boolean proxied) {
        return tcp(Door.TR069, "cwmp", address, proxied, new HttpConversation(Door.TR069));
    }

    public int upnp(InetSocketAddress address, boolean proxied) {
        return tcp(Door.UPNP, "upnp", address, proxied, new HttpConversation(Door.UPNP));
    }

    public int adb(InetSocketAddress address, boolean proxied) {
        return tcp(Door.ADB, "adb", address, proxied, AdbConversation::hold);
    }

    /// Listens on a range of ports; gives the first of them.
    public int catchAll(InetSocketAddress first, int last, boolean proxied) {
        if (last < first.getPort() || last - first.getPort() >= MOST_PORTS) {
            throw new OperatorMistake(
                    "--catch-all "
                            + first.getPort()
                            + "-"
                            + last
                            + " is wrong: the last port must not lie before the first, and at most "
                            + MOST_PORTS
                            + " ports can be opened; redirect more of them to one port with"
                            + " nftables and --proxy-protocol.");
        }
        int opened = 0;
        for (int port = first.getPort(); port <= last; port++) {
            int one =
                    tcp(
                            Door.OTHER,
                            "catch-all",
                            new InetSocketAddress(first.getAddress(), port),
                            proxied,
                            FirstBytes::hold);
            opened = opened == 0 ? one : opened;
        }
        return opened;
    }

    private int tcp(
            Door door,
            String name,
            InetSocketAddress address,
            boolean proxied,
            TcpDoor.Conversation conversation) {
        TcpDoor opened = new TcpDoor(house, door, name, address, proxied, conversation);
        doors.add(opened);
        return opened(name, address, opened.port());
    }

    public int netis(InetSocketAddress address) {
        NetisDoor opened = new NetisDoor(house, address);
        doors.add(opened);
        return opened("netis", address, opened.port());
    }

    public int ssh(InetSocketAddress address) {
        SshDoor opened = new SshDoor(house, address, directory.resolve("ssh-host-key"));
        doors.add(opened);
        return opened("ssh", address, opened.port());
    }

    private int opened(String name, InetSocketAddress address, int port) {
        listening.add(name + " " + address.getAddress().getHostAddress() + " port " + port);
        return port;
    }

    /// Closes the doors, shows everybody out, publishes what is open.
    @Override
    public void close() {
        for (AutoCloseable door : doors) {
            quietly(door);
        }
        house.close();
        house.gate().awaitEmpty(Duration.ofSeconds(3));
        quietly(evidence);
    }

    private static void quietly(AutoCloseable closing) {
        try {
            closing.close();
        } catch (Exception _) {
            // everything is going down; the next one must still be closed
        }
    }
}
