package teiten.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import teiten.OperatorMistake;
import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.CaptureWriter;
import teiten.capture.Damage;
import teiten.capture.LinkType;
import teiten.capture.PacketReader;
import teiten.net.Port;
import teiten.net.Prefix;
import teiten.telescope.PacketFilter;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// `teiten cut FILE… -w out.pcap`
@Command(
        name = "cut",
        description = {
            "Cut the packets themselves out of captures.",
            "",
            "Reads what teiten import reads and writes one pcap of the same link type with"
                + " nanoseconds. Several values of one option mean any of them; different options"
                + " must all hold. The addresses and ports of the outermost IP header count, source"
                + " or destination."
        })
final class CutCommand implements Callable<Integer> {
    /// The last instant of classic pcap's 32 bits of seconds.
    private static final long END_OF_PCAP = 0x1_0000_0000L * 1_000_000_000L;

    @Parameters(
            paramLabel = "FILE|-",
            arity = "1..*",
            description = "Captures; - reads standard input.")
    List<String> what = List.of();

    @Option(
            names = "--ip",
            paramLabel = "CIDR",
            split = ",",
            description = "From or to these: 192.0.2.1,198.51.100.0/24,2001:db8::/32")
    List<String> ips = List.of();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            split = ",",
            description = "From or to these: 23/tcp,53413/udp,8.0/icmp,47/ip; 23 means 23/tcp.")
    List<String> ports = List.of();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Begin, inclusive: 2026-01-31, 2026-01-31T09:00 or 2026-01-31T09:00Z.")
    @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "End, exclusive.")
    @Nullable String to;

    @Option(
            names = "--tz",
            paramLabel = "ZONE",
            description = "Time zone of --from and --to (default: UTC).")
    @Nullable String zone;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE|-",
            required = true,
            description = "What to write; - is standard output.")
    String target = "-";

    @Option(
            names = {"-q", "--quiet"},
            description = "No summary, only errors.")
    boolean quiet;

    private final Desk desk = Desk.current();
    private final PrintWriter err = new PrintWriter(desk.err(), true, StandardCharsets.UTF_8);
    private @Nullable CaptureWriter writer;
    private int link = -1;
    private String linkFile = "";
    private long read;
    private long written;
    private long bytes;
    private long untimed;
    private long unwritable;
    private int status = Main.DONE;

    @Override
    public Integer call() {
        PacketFilter filter = filter();
        Path out = target.equals("-") ? null : desk.folder().resolve(target);
        Path aside = out == null ? null : out.resolveSibling(out.getFileName() + ".part");
        boolean done = false;
        try {
            if (out != null && Files.isDirectory(out)) {
                throw new OperatorMistake("-w " + out + " is a directory; name a file");
            }
            try (OutputStream to = aside == null ? desk.out() : Files.newOutputStream(aside)) {
                for (String name : what) {
                    cut(name, filter, to);
                }
                CaptureWriter open = writer;
                // Nothing matched: an empty capture is an answer too.
                (open != null ? open : writer(to, LinkType.ETHERNET.ordinal(), "")).flush();
            }
            if (out != null && aside != null) {
                Files.move(aside, out, StandardCopyOption.REPLACE_EXISTING);
            }
            done = true;
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "-w "
                            + target
                            + " cannot be written ("
                            + fault.getMessage()
                            + "); name another file or free some space",
                    fault);
        } finally {
            if (!done && aside != null) {
                discard(aside);
            }
        }
        tell();
        return status;
    }

    private static void discard(Path aside) {
        try {
            Files.deleteIfExists(aside);
        } catch (IOException _) {
            // what is left is named .part and nobody takes it for a capture
        }
    }

    private PacketFilter filter() {
        ScopeOptions times = new ScopeOptions();
        times.zone = zone;
        Long begin = from == null ? null : nanos("--from", from, times);
        Long end = to == null ? null : nanos("--to", to, times);
        if (begin != null && end != null && begin >= end) {
            throw new OperatorMistake(
                    "--to " + to + " is not after --from " + from + "; swap them");
        }
        return new PacketFilter(
                parsed("--ip", ips, Prefix::parse),
                parsed("--port", ports, Port::parse),
                begin,
                end);
    }

    private static Long nanos(String field, String text, ScopeOptions times) {
        Instant time = times.time(field, text);
        try {
            return Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
        } catch (ArithmeticException _) {
            throw new OperatorMistake(
                    field
                            + " "
                            + Print.safe(text)
                            + " is beyond the year 2262; choose an earlier one");
        }
    }

    private static <T> List<T> parsed(String field, List<String> texts, Function<String, T> parse) {
        try {
            return texts.stream().map(parse).toList();
        } catch (IllegalArgumentException mistake) {
            throw new OperatorMistake(field + ": " + mistake.getMessage());
        }
    }

    private void cut(String name, PacketFilter filter, OutputStream to) throws IOException {
        try (Capture capture =
                name.equals("-")
                        ? Capture.of(System.in, "standard input")
                        : Capture.open(desk.folder().resolve(name))) {
            PacketReader reader = capture.reader();
            Batch batch = new Batch();
            while (reader.next(batch)) {
                for (int i = 0; i < batch.size; i++) {
                    if (filter.matches(batch, i)) {
                        keep(batch, i, capture.name(), to);
                    }
                }
                read += batch.size;
            }
            Damage damage = reader.damage();
            if (damage != null) {
                err.println(
                        "teiten: "
                                + Print.safe(capture.name())
                                + " is damaged at offset "
                                + damage.offset()
                                + ": "
                                + damage.reason()
                                + "; the packets before it were looked at.");
                status = Main.DAMAGE;
            }
        }
    }

    private void keep(Batch batch, int i, String file, OutputStream to) throws IOException {
        long time = batch.time[i];
        if (batch.link[i] < 0 || time >= END_OF_PCAP) {
            unwritable++;
            return;
        }
        if (time < 0) {
            untimed++;
            time = 0;
        }
        CaptureWriter open = writer;
        if (open == null || batch.link[i] != link) {
            open = writer(to, batch.link[i], file);
        }
        open.packet(time, batch.bytes, batch.offset[i], batch.captured[i], batch.wire[i]);
        written++;
        bytes += batch.captured[i];
    }

    private CaptureWriter writer(OutputStream to, int wanted, String file) {
        if (writer != null) {
            throw new OperatorMistake(
                    "a pcap holds one link type, and what was asked for has "
                            + LinkType.values()[link]
                            + " in "
                            + linkFile
                            + " and "
                            + LinkType.values()[wanted]
                            + " in "
                            + file
                            + "; cut them into a file each");
        }
        link = wanted;
        linkFile = file;
        writer = new CaptureWriter(to, true, LinkType.values()[wanted].number());
        return writer;
    }

    private void tell() {
        if (unwritable > 0) {
            err.println(
                    "teiten: "
                            + Print.count(unwritable)
                            + " packets that were asked for are not in the output: their link type"
                            + " is not known or their time does not fit pcap.");
            status = Main.DAMAGE;
        }
        if (!quiet) {
            err.println(
                    Print.count(written)
                            + " of "
                            + Print.count(read)
                            + " packets written, "
                            + Print.count(bytes)
                            + " bytes"
                            + (untimed > 0
                                    ? "; "
                                            + Print.count(untimed)
                                            + " without a time of their own, written as 1970"
                                    : "")
                            + ".");
        }
    }
}
