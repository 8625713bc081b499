package teiten.simulate;

import teiten.capture.CaptureWriter;
import teiten.capture.LinkType;
import teiten.net.Prefix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// One monitored prefix with its capture under way: what is recorded, what is lost, what is counted.
final class Sensor {
    final int first;
    final int size;

    private final String name;
    private final Scenario scenario;
    private final Settings settings;
    private final Script script;
    private final Prefix prefix;
    private final Path part;
    private final Path capture;
    private final Path truth;
    private final CaptureWriter writer;
    private final Ledger ledger;
    private final long startSecond;

    /// Begin and end of each outage in turn, microseconds since the capture's beginning.
    private final long[] outages;

    Sensor(
            String name,
            int number,
            Scenario scenario,
            Settings settings,
            Script script,
            Path directory)
            throws IOException {
        this.name = name;
        this.scenario = scenario;
        this.settings = settings;
        this.script = script;
        prefix = settings.prefixes().get(number);
        first = prefix.first().v4Bits();
        size = (int) prefix.size();
        startSecond = Simulation.startSecond(settings);
        outages = number == 0 ? outages(script, settings.days()) : new long[0];
        ledger = new Ledger(prefix, settings.start(), script.ports(), script.senders().size());
        capture = directory.resolve(name + ".pcap");
        truth = directory.resolve(name + ".truth.json");
        part = directory.resolve(name + ".pcap.part");
        writer = CaptureWriter.create(part, false, LinkType.ETHERNET.number());
    }

    private static long[] outages(Script script, int days) {
        long whole = days * 86_400L;
        long[] times = new long[script.outages().size() * 2];
        for (int i = 0; i < script.outages().size(); i++) {
            Script.Gap gap = script.outages().get(i);
            long from = (long) (whole * gap.at());
            long seconds = Math.min(gap.seconds(), (long) (whole * gap.most()));
            times[2 * i] = from * Plan.SECOND;
            times[2 * i + 1] = (from + seconds) * Plan.SECOND;
        }
        return times;
    }

    boolean isDown(long time) {
        for (int i = 0; i < outages.length; i += 2) {
            if (time >= outages[i] && time < outages[i + 1]) {
                return true;
            }
        }
        return false;
    }

    void record(Frame frame, int sender, long time) {
        ledger.count(frame, sender, time);
        long nanos = startSecond * 1_000_000_000L + time * 1000;
        try {
            writer.packet(nanos, frame.bytes, 0, frame.length, frame.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Gives the capture its name and writes the truth beside it.
    Truth publish() throws IOException {
        writer.close();
        List<Truth.Outage> gaps = new ArrayList<>();
        for (int i = 0; i < outages.length; i += 2) {
            gaps.add(new Truth.Outage(instant(outages[i]), instant(outages[i + 1])));
        }
        Truth told =
                new Truth(
                        scenario,
                        settings.seed(),
                        name,
                        prefix,
                        capture,
                        truth,
                        instant(0),
                        instant(settings.days() * 86_400L * Plan.SECOND),
                        List.copyOf(gaps),
                        ledger.totals(),
                        ledger.ports(),
                        ledger.days(settings.days()),
                        ledger.overlaps(),
                        ledger.systems(),
                        ledger.victims(script.senders()),
                        ledger.aggressive(),
                        ledger.senders(script.senders()));
        // An older truth must not stand beside a newer capture, should this end between the two.
        Files.deleteIfExists(truth);
        Files.move(part, capture, StandardCopyOption.REPLACE_EXISTING);
        Path aside = truth.resolveSibling(name + ".truth.json.part");
        Files.writeString(aside, TruthFile.json(told), StandardCharsets.UTF_8);
        Files.move(aside, truth, StandardCopyOption.REPLACE_EXISTING);
        return told;
    }

    private Instant instant(long micros) {
        return Instant.ofEpochSecond(startSecond + micros / Plan.SECOND);
    }

    /// Removes what was not published; never throws.
    void discard() {
        try (writer) {
            Files.deleteIfExists(part);
        } catch (IOException _) {
            // The first failure was told already; what remains is named .part.
        }
    }
}
