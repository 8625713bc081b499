package teiten.cli;

import teiten.sample.Anomaly;
import teiten.sample.ElfFacts;
import teiten.sample.Likeness;
import teiten.sample.SampleFacts;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What is kept of many files: counts, and what likeness needs.
final class SampleSummary {
    static final String HEAD =
            String.format(
                    Locale.ROOT,
                    "%-10s %-6s %-6s %-12s %-7s %-7s %s",
                    "cpu",
                    "class",
                    "endian",
                    "isa",
                    "static",
                    "packed",
                    "file");

    final Likeness likeness = new Likeness();
    private final Map<String, Integer> cpus = new TreeMap<>();
    private long bytes;
    int failed;
    private int lies;
    private int odd;

    void count(String name, SampleFacts facts, boolean compare) {
        bytes += facts.size();
        String cpu = facts.content().kind();
        if (facts.content() instanceof SampleFacts.Elf(ElfFacts elf)) {
            cpu = elf.cpu().family().label();
            lies += elf.headerLies() ? 1 : 0;
        }
        odd +=
                facts.anomalies().stream().anyMatch(a -> a.kind() != Anomaly.Kind.TRAILING_BYTES)
                        ? 1
                        : 0;
        cpus.merge(cpu, 1, Integer::sum);
        if (compare) {
            likeness.add(name, facts);
        }
    }

    static String row(String name, SampleFacts facts) {
        String row =
                switch (facts.content()) {
                    case SampleFacts.Elf(ElfFacts elf) ->
                            String.format(
                                    Locale.ROOT,
                                    "%-10s %-6s %-6s %-12.12s %-7s %-7s ",
                                    elf.cpu().family().label(),
                                    elf.elfClass().value(),
                                    elf.endianness().value(),
                                    elf.cpu().isa().value(),
                                    elf.staticallyLinked().value(),
                                    elf.packing().answer().value());
                    case SampleFacts.Script(_), SampleFacts.Archive(_), SampleFacts.Other(_) ->
                            String.format(
                                    Locale.ROOT,
                                    "%-10s %-6s %-6s %-12s %-7s %-7s ",
                                    facts.content().kind(),
                                    "-",
                                    "-",
                                    "-",
                                    "-",
                                    "-");
                };
        return row + Print.safe(name);
    }

    String line(int files, double seconds, int jobs) {
        StringBuilder kinds = new StringBuilder();
        cpus.forEach((cpu, count) ->
                kinds.append(kinds.isEmpty() ? "" : ", ").append(cpu).append(' ').append(count));
        return String.format(
                Locale.ROOT,
                "%,d files, %,.1f MB in %.2f s: %,.0f files/s on %d threads; %d with lying"
                        + " headers, %d with anomalies, %d unreadable; %s",
                files,
                bytes / 1e6,
                seconds,
                files / Math.max(seconds, 1e-9),
                jobs,
                lies,
                odd,
                failed,
                kinds);
    }
}
