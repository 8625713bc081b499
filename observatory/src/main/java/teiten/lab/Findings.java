package teiten.lab;

import teiten.lab.Behaviour.Act;
import teiten.lab.Behaviour.Avoided;
import teiten.lab.Behaviour.Controller;
import teiten.lab.Behaviour.Hidden;
import teiten.lab.Behaviour.Left;
import teiten.lab.Behaviour.Login;
import teiten.lab.Behaviour.Target;
import teiten.lab.LabTraffic.Talk;
import teiten.lab.LabTraffic.Targets;
import teiten.sample.Defang;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Concludes from the capture and the trace what the sample did: which peers it obeys, which it searches, what it
/// leaves alone.
///
/// A *controller* is a TCP peer on a port where at most [#FEW] addresses were asked and where bytes went to and fro. A
/// port with more addresses is a *search*; so is one where nothing was said.
final class Findings {
    private static final int FEW = 4;
    private static final int MAX_LOGINS = 64;

    /// Blocks that Mirai's kin leave out, after its published source; the share of a search that asks everybody alike
    /// is the block's share of all addresses.
    private record Block(String name, int prefix, int bits) {
        boolean holds(int address) {
            return bits == 0 || address >>> 32 - bits == prefix >>> 32 - bits;
        }

        double share() {
            return Math.pow(2, -bits);
        }
    }

    private static final List<Block> BLOCKS =
            List.of(
                    new Block("0.0.0.0/8", 0, 8),
                    new Block("10.0.0.0/8", 10 << 24, 8),
                    new Block("172.16.0.0/12", 172 << 24 | 16 << 16, 12),
                    new Block("192.168.0.0/16", 192 << 24 | 168 << 16, 16),
                    new Block("100.64.0.0/10", 100 << 24 | 64 << 16, 10),
                    new Block("3.0.0.0/8", 3 << 24, 8),
                    new Block("6.0.0.0/7", 6 << 24, 7),
                    new Block("11.0.0.0/8", 11 << 24, 8),
                    new Block("15.0.0.0/8", 15 << 24, 8),
                    new Block("21.0.0.0/8", 21 << 24, 8),
                    new Block("22.0.0.0/8", 22 << 24, 8),
                    new Block("26.0.0.0/8", 26 << 24, 8),
                    new Block("28.0.0.0/7", 28 << 24, 7),
                    new Block("30.0.0.0/8", 30 << 24, 8),
                    new Block("33.0.0.0/8", 33 << 24, 8),
                    new Block("55.0.0.0/8", 55 << 24, 8),
                    new Block("56.0.0.0/8", 56 << 24, 8),
                    new Block("214.0.0.0/7", 214 << 24, 7),
                    new Block("224.0.0.0/3", 224 << 24, 3));

    /// Fewer first octets than this and the search is not over the whole Internet.
    private static final int WIDE = 64;

    /// Fewer expected attempts than this and their absence says nothing (Poisson: e^-5 is below 1 %).
    private static final double TELLING = 5;

    private Findings() {}

    /// @param startNanos when the sample began, nanoseconds since 1970
    static List<Controller> controllers(LabTraffic traffic, long startNanos) {
        Map<String, Controller> found = new LinkedHashMap<>();
        for (Talk talk : traffic.talks()) {
            Targets all = traffic.targets().get("tcp/" + talk.port);
            boolean few = all != null && all.addresses.size() <= FEW;
            if (!few || !talk.answered || talk.sent.isEmpty() || telnet(talk.port)) {
                continue;
            }
            String address = LabTraffic.dotted(talk.address);
            found.putIfAbsent(
                    address + ':' + talk.port,
                    new Controller(
                            address,
                            talk.port,
                            Escape.text(traffic.nameOf(talk.address)),
                            Defang.line(Escape.text(talk.sent.toString())),
                            Escape.text(talk.received.toString()),
                            millis(talk.atNanos, startNanos)));
        }
        return List.copyOf(found.values());
    }

    private static long millis(long atNanos, long startNanos) {
        return Math.max(0, (atNanos - startNanos) / 1_000_000);
    }

    /// The sinkhole prompts there, so whoever talks back is trying to log in.
    private static boolean telnet(int port) {
        return port == 23 || port == 2323;
    }

    static List<Target> targets(LabTraffic traffic, List<Controller> controllers, long startNanos) {
        List<Target> all = new ArrayList<>();
        traffic.targets()
                .forEach((service, one) -> {
                    boolean controlled =
                            service.startsWith("tcp/")
                                    && controllers.stream()
                                            .anyMatch(c -> service.equals("tcp/" + c.port()));
                    if (!controlled) {
                        double seconds = (one.lastNanos - one.firstNanos) / 1e9;
                        double rate = seconds < 0.001 ? 0 : (one.attempts - 1) / seconds;
                        all.add(
                                new Target(
                                        service,
                                        one.attempts,
                                        one.addresses.size(),
                                        one.mirai,
                                        rate,
                                        millis(one.firstNanos, startNanos),
                                        millis(one.lastNanos, startNanos)));
                    }
                });
        all.sort(
                Comparator.comparingLong(Target::attempts)
                        .reversed()
                        .thenComparing(Target::service));
        return List.copyOf(all);
    }

    /// How the search treated the blocks that are often left out; empty when it was too narrow or too short to tell.
    static List<Avoided> spread(LabTraffic traffic) {
        int[] addresses =
                traffic.targets().values().stream()
                        .filter(one -> one.addresses.size() > FEW)
                        .flatMap(one -> one.addresses.stream())
                        .mapToInt(Integer::intValue)
                        .distinct()
                        .toArray();
        long octets = java.util.Arrays.stream(addresses).map(a -> a >>> 24).distinct().count();
        List<Avoided> all = new ArrayList<>();
        for (Block block : BLOCKS) {
            double expected = addresses.length * block.share();
            if (octets >= WIDE && expected >= TELLING) {
                long asked = java.util.Arrays.stream(addresses).filter(block::holds).count();
                all.add(new Avoided(block.name(), asked, expected));
            }
        }
        return List.copyOf(all);
    }

    /// Name and password as the sample typed them at the prompt; an odd last line is left out.
    static List<Login> logins(LabTraffic traffic) {
        Map<String, Login> tried = new LinkedHashMap<>();
        for (Talk talk : traffic.talks()) {
            if (!telnet(talk.port)) {
                continue;
            }
            List<String> lines =
                    talk.sent
                            .toString()
                            .replaceAll("\u00ff[\u00fb-\u00fe].", "")
                            .lines()
                            .filter(l -> !l.isEmpty())
                            .toList();
            for (int k = 0; k + 1 < lines.size() && tried.size() < MAX_LOGINS; k += 2) {
                Login login = new Login(Escape.text(lines.get(k)), Escape.text(lines.get(k + 1)));
                tried.putIfAbsent(login.name() + '\0' + login.password(), login);
            }
        }
        return List.copyOf(tried.values());
    }

    static List<Act> acts(Collection<Trace.Act> acts, long startMicros) {
        return acts.stream()
                .map(a ->
                        new Act(
                                a.what,
                                Defang.line(Escape.text(a.object)),
                                a.done,
                                a.times,
                                Math.max(0, (a.atMicros - startMicros) / 1_000)))
                .toList();
    }

    static List<String> limits(Outcome outcome, Trace trace) {
        List<String> all = new ArrayList<>(trace.limits().stream().sorted().toList());
        switch (outcome.text("ended")) {
            case "time", "memory", "output", "trace", "capture", "flood" ->
                    all.add(0, outcome.text("ended"));
            default -> {}
        }
        if (outcome.text("disk_full").equals("true") && !all.contains("disk 32 MB")) {
            all.add("disk 32 MB");
        }
        return List.copyOf(all);
    }

    static List<Hidden> hidden(
            Outcome outcome,
            LabTraffic traffic,
            Trace trace,
            boolean dynamic,
            List<Left> left,
            Collection<Act> acts) {
        List<Hidden> all = new ArrayList<>(List.of(Hidden.RECOGNISABLE, Hidden.NO_REAL_CONTROLLER));
        if (outcome.text("ended").equals("time")) {
            all.add(Hidden.TIME);
        }
        if (dynamic) {
            all.add(Hidden.LOADER);
        }
        if (acts.stream().anyMatch(a -> a.what().equals("starts") && !a.done())) {
            all.add(Hidden.NO_SHELL);
        }
        all.add(Hidden.MEMORY_ONLY);
        if (!outcome.text("second_stage").equals("true")) {
            all.add(Hidden.SECOND_STAGE);
        }
        boolean incomplete =
                outcome.number("unseen") > 0
                        || outcome.number("packets") < outcome.number("sent")
                        || traffic.truncated()
                        || outcome.text("ended").equals("capture");
        if (incomplete) {
            all.add(Hidden.CAPTURE_INCOMPLETE);
        }
        if (traffic.overflow() > 0 || trace.overflow() > 0 || left.size() >= 64) {
            all.add(Hidden.CUT_TABLES);
        }
        return List.copyOf(all);
    }
}
