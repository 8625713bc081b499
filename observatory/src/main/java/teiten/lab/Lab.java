package teiten.lab;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.lab.Behaviour.Act;
import teiten.lab.Behaviour.Controller;
import teiten.lab.Enclosure.Inmate;
import teiten.sample.ElfFacts;
import teiten.sample.ElfReader;
import teiten.sample.Hashes;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs samples behind the seal and says what they did.
///
/// Each run is a process of its own in namespaces of its own; it proves its seal before the sample starts and refuses
/// otherwise. Several may run at once, each on the thread that called [#run]. Closing ends whatever still runs.
public final class Lab implements AutoCloseable {
    /// The longest bound that may be asked for, in seconds.
    public static final int LONGEST = 3_600;

    private static final long PATIENCE = 20;
    private static final String NAME = "a";

    private final Enclosure enclosure;
    private final AtomicInteger number = new AtomicInteger();
    private final ConcurrentHashMap<Path, Inmate> inmates = new ConcurrentHashMap<>();
    private final ExecutorService undertakers = Executors.newVirtualThreadPerTaskExecutor();

    private Lab(Enclosure enclosure) {
        this.enclosure = enclosure;
    }

    /// Opens the lab's working folder.
    ///
    /// @throws OperatorMistake when a part of the seal is missing on this host
    public static Lab open() throws IOException {
        for (Part part : Tools.parts()) {
            if (!part.holds()) {
                throw new OperatorMistake(refusal(part));
            }
        }
        return new Lab(Enclosure.open());
    }

    static String refusal(Part part) {
        String remedy =
                part.debianPackage().isEmpty()
                        ? ""
                        : " Install the Debian package " + part.debianPackage() + ".";
        return "The lab stays closed: " + part.name() + ": " + part.detail() + "." + remedy;
    }

    /// Runs one sample for at most `seconds` and reads what it did.
    ///
    /// @param out where the run's folder is kept, named by the sample's hash; null keeps nothing
    /// @throws OperatorMistake when the seal does not hold
    public Behaviour run(byte[] sample, int seconds, @Nullable Path out)
            throws IOException, InterruptedException {
        String sha256 = Hashes.sha256(sample);
        if (!ElfReader.isElf(sample)) {
            return notRun(sha256, "unknown", "", "it is no ELF program");
        }
        ElfFacts facts = ElfReader.read(sample);
        String cpu = facts.cpu().family().label();
        String reading = Behaviour.reading(facts);
        String name = Emulator.nameFor(facts.cpu());
        if (name.isEmpty()) {
            return notRun(
                    sha256,
                    cpu,
                    reading,
                    "qemu-user has no emulator that runs Linux programs of this CPU");
        }
        Emulator emulator = Emulator.find(name);
        if (emulator == null) {
            return notRun(
                    sha256,
                    cpu,
                    reading,
                    "qemu-" + name + " is not installed; Debian package " + Emulator.DEBIAN);
        }
        List<String> job = new ArrayList<>();
        job.add("emulator\t" + emulator.program());
        job.add("name\t" + NAME);
        job.add("seconds\t" + seconds);
        if (!emulator.name().equals("x86_64")) {
            // The namespace's own tools are x86-64 as well: they would all go through the emulator,
            // and so would it.
            job.add("binfmt\t" + Emulator.binfmt(facts.cpu(), emulator.program()));
        }
        Gateways.addresses().forEach(g -> job.add("gateway\t" + g));
        Path run = enclosure.newRun("run-" + number.incrementAndGet(), job);
        enclosure.write(run.resolve("sample"), facts.corrected(sample));
        watch(run, seconds);
        Behaviour behaviour = read(run, sha256, facts, emulator);
        if (out != null) {
            keep(run, out.resolve(sha256), behaviour);
        }
        return behaviour;
    }

    private void watch(Path run, int seconds) throws IOException, InterruptedException {
        Cgroup group =
                Cgroup.create(
                        "teiten-lab-" + ProcessHandle.current().pid() + "-" + run.getFileName());
        Inmate warden = enclosure.start(run);
        inmates.put(run, warden);
        try {
            warm();
            String refused = warden.await("ready", PATIENCE);
            if (refused != null) {
                throw new OperatorMistake(
                        "The seal does not hold, nothing was run: " + refused + ".");
            }
            if (group != null) {
                group.add(warden.processes());
            }
            warden.go();
            String broken = warden.await("ended", seconds + PATIENCE);
            if (broken != null) {
                throw new IOException("the warden broke off: " + broken);
            }
        } finally {
            // The kernel takes a third of a second to take a namespace with its network down.
            // Nobody has to wait for it here; close() does.
            undertakers.submit(() -> bury(run, warden, group));
        }
    }

    private void bury(Path run, Inmate warden, @Nullable Cgroup group) {
        try (group) {
            // A group can only be removed when it is empty, so it is closed after the warden.
            warden.close();
        } catch (IOException _) {
            // It has gone already.
        } finally {
            inmates.remove(run);
        }
    }

    /// Loads the classes that will read the run while the warden still builds the seal: a tenth of a second less.
    private static void warm() {
        Behaviour nothing = notRun("", "", "", "");
        BehaviourJson.of(nothing);
        BehaviourText.of(nothing, false);
    }

    private static Behaviour read(Path run, String sha256, ElfFacts facts, Emulator emulator)
            throws IOException {
        Outcome outcome = Outcome.read(run);
        LabTraffic traffic = LabTraffic.read(run.resolve("traffic.pcap"));
        Trace trace = Trace.read(run.resolve("trace.txt"), "/tmp/" + NAME);
        long start = trace.startMicros() * 1_000;
        if (start == 0 || traffic.startNanos() > 0 && traffic.startNanos() < start) {
            start = traffic.startNanos();
        }
        List<Controller> controllers = Findings.controllers(traffic, start);
        List<Act> files = Findings.acts(trace.files().values(), trace.startMicros());
        List<Act> processes = Findings.acts(trace.processes().values(), trace.startMicros());
        boolean dynamic = facts.interpreter().isKnown();
        String own = "/tmp/" + NAME;
        var left =
                outcome.left().stream()
                        .filter(l -> !l.path().equals(own) || !l.sha256().equals(sha256))
                        .toList();
        return new Behaviour(
                sha256,
                facts.cpu().family().label(),
                Behaviour.reading(facts),
                emulator.name(),
                outcome.text("ended"),
                outcome.number("wall_ms"),
                traffic.names().stream().map(Escape::text).toList(),
                traffic.queries(),
                controllers,
                Findings.targets(traffic, controllers, start),
                Findings.spread(traffic),
                Findings.logins(traffic),
                files,
                processes,
                left,
                Findings.limits(outcome, trace),
                Findings.hidden(outcome, traffic, trace, dynamic, left, processes));
    }

    private static Behaviour notRun(String sha256, String cpu, String reading, String why) {
        return new Behaviour(
                sha256,
                cpu,
                reading,
                "",
                "not run: " + why,
                0,
                List.of(),
                0,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(Behaviour.Hidden.RECOGNISABLE));
    }

    /// Copies the run's folder out, without what only the launch needed. The sample itself stays in the vault.
    private static void keep(Path run, Path folder, Behaviour behaviour) throws IOException {
        Files.createDirectories(folder);
        List<String> unwanted =
                List.of(
                        "sample",
                        "job",
                        "filter.bpf",
                        "cpuinfo",
                        "resolv.conf",
                        "warden.err",
                        "proof.err");
        Files.walkFileTree(
                run,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes kind)
                            throws IOException {
                        Path place = folder.resolve(run.relativize(file).toString());
                        Path parent = place.getParent();
                        if (kind.isRegularFile()
                                && !unwanted.contains(file.getFileName().toString())
                                && parent != null) {
                            Files.createDirectories(parent);
                            Files.write(place, Files.readAllBytes(file));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        Files.writeString(folder.resolve("report.txt"), BehaviourText.of(behaviour, false));
        Files.writeString(folder.resolve("report.ja.txt"), BehaviourText.of(behaviour, true));
        Files.writeString(folder.resolve("report.json"), BehaviourJson.of(behaviour) + "\n");
    }

    /// Proves every part of the seal without running anything of anybody's: the host's parts, then the walls from
    /// inside. The list ends at the first part without which the next cannot be asked.
    public static List<Part> check() throws IOException, InterruptedException {
        List<Part> parts = new ArrayList<>(Tools.parts());
        if (parts.stream().anyMatch(part -> !part.holds())) {
            return parts;
        }
        try (Enclosure enclosure = Enclosure.open()) {
            List<String> job = new ArrayList<>();
            Gateways.addresses().forEach(g -> job.add("gateway\t" + g));
            Path run = enclosure.newRun("check", job);
            String refused;
            try (Inmate warden = enclosure.start(run)) {
                refused = warden.await("ready", PATIENCE);
            }
            if (Files.exists(run.resolve("proof"))) {
                for (String line : Files.readAllLines(run.resolve("proof"))) {
                    String[] cells = line.split("\t");
                    Part part =
                            new Part(cells[0], cells[1].equals("true"), "answer " + cells[2], "");
                    if (parts.stream()
                            .noneMatch(p ->
                                    p.name().equals(part.name()) && p.holds() == part.holds())) {
                        parts.add(part);
                    }
                }
            }
            if (refused != null && parts.stream().allMatch(Part::holds)) {
                int colon = refused.indexOf(": ");
                parts.add(
                        Part.missing(
                                colon > 0 ? refused.substring(0, colon) : "the seal",
                                colon > 0 ? refused.substring(colon + 2) : refused,
                                ""));
            }
        }
        parts.add(Cgroup.part());
        return parts;
    }

    @Override
    public void close() throws IOException {
        for (Inmate inmate : inmates.values()) {
            inmate.close();
        }
        undertakers.close();
        enclosure.close();
    }
}
