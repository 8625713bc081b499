package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A minute's image says what was noted, and the same whether the log held the minute or was folded on the way.
class MinuteLogTest {
    private record Packet(
            int port,
            int coupon,
            int length,
            int syn,
            int backscatter,
            int access,
            int marks,
            int first) {}

    @Test
    void anImageSaysWhatWasNotedHoweverOftenTheLogWasFolded() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 60; round++) {
            List<Packet> packets = packets(random, 1 + random.nextInt(6_000));
            List<String> truth = truth(packets);
            for (int capacity : new int[] {1, 600, 2_000, MinuteLog.CAPACITY}) {
                assertThat(told(packets, capacity)).isEqualTo(truth);
            }
        }
    }

    private static List<Packet> packets(SplittableRandom random, int n) {
        List<Packet> packets = new ArrayList<>();
        int ports = 1 + random.nextInt(n < 3_000 ? 3_000 : 3);
        int sources = 1 + random.nextInt(3_000);
        boolean[] known = new boolean[ports * sources];
        for (int i = 0; i < n; i++) {
            int port = random.nextInt(ports);
            int source = random.nextInt(sources);
            int syn = random.nextInt(2);
            int first = known[port * sources + source] ? 0 : 1;
            known[port * sources + source] = true;
            packets.add(
                    new Packet(
                            port * 7,
                            Distinct.coupon(source),
                            20 + random.nextInt(70_000),
                            syn,
                            1 - syn & random.nextInt(2),
                            random.nextInt(2),
                            syn == 0 ? 0 : random.nextInt(16),
                            first));
        }
        return packets;
    }

    private static final class Cell {
        final long[] counts = new long[9];
        final Distinct sources = new Distinct();
    }

    /// The plain slow twin.
    private static List<String> truth(List<Packet> packets) {
        TreeMap<Integer, Cell> cells = new TreeMap<>();
        for (Packet p : packets) {
            Cell cell = cells.computeIfAbsent(p.port, _ -> new Cell());
            long[] c = cell.counts;
            c[0]++;
            c[1] += p.length;
            c[2] += p.access;
            c[3] += p.syn;
            c[4] += p.backscatter;
            for (int m = 0; m < 4; m++) {
                c[5 + m] += p.marks >>> m & 1;
            }
            cell.sources.add(p.coupon);
        }
        List<String> lines = new ArrayList<>();
        cells.forEach((port, cell) -> lines.add(line(port, cell.counts, cell.sources.estimate())));
        return lines;
    }

    private static List<String> told(List<Packet> packets, int capacity) {
        Repeats repeats = new Repeats(9);
        MinuteLog log = new MinuteLog(new MinuteLog.Room(repeats), capacity);
        PortTable folded = new PortTable(64, 1 << 20, new SourceLog.Room(repeats));
        PortTable hour = new PortTable(64, 1 << 20, new SourceLog.Room(repeats));
        for (int from = 0; from < packets.size(); from += Run.MOST) {
            note(log, packets.subList(from, Math.min(packets.size(), from + Run.MOST)), folded);
        }
        PortImage.Writer images = new PortImage.Writer();
        log.tell(folded, packets.size(), images, hour);
        PortImage.Reader image = new PortImage.Reader(images.image());
        assertThat(image.total()).isEqualTo(packets.size());
        List<String> lines = new ArrayList<>();
        while (image.next()) {
            lines.add(line(image.figures.port, counts(image.figures), image.sources().estimate()));
        }
        assertThat(PortImageTest.together(images.image()))
                .isEqualTo(PortImageTest.added(images.image()));
        // The hour got the same counters, and their sum.
        long[] sum = new long[9];
        long[] c = new long[9];
        int at = 0;
        for (PortTable.Walk port = hour.walk(); port.next(); ) {
            port.counts(c, 0);
            if (port.port() == PortTable.ALL) {
                assertThat(c).isEqualTo(sum);
            } else {
                String[] cells = lines.get(at++).split(" sources ");
                assertThat(line(port.port(), c, 0)).startsWith(cells[0]);
                for (int i = 0; i < 9; i++) {
                    sum[i] += c[i];
                }
            }
        }
        assertThat(at).isEqualTo(lines.size());
        return lines;
    }

    /// Brings packets as the decoder and the table of segments do.
    private static void note(MinuteLog log, List<Packet> packets, PortTable folded) {
        Headers headers = new Headers();
        Run run = new Run();
        for (Packet p : packets) {
            int note =
                    Math.min(p.length, Headers.LENGTH)
                            | p.syn << Headers.SYN
                            | p.backscatter << Headers.BACKSCATTER
                            | p.access << Headers.ACCESS
                            | p.marks << Headers.MARKS;
            run.at[run.size] = headers.size * Headers.WORDS;
            run.source[run.size] = p.coupon;
            // The minute begins at 60; known sources came in it before.
            run.last[run.size++] = p.first != 0 ? 59 : 60;
            headers.add(0, 0, p.port, note, 0);
        }
        log.note(headers.rows, run, 60, folded);
    }

    private static long[] counts(PortFigures f) {
        return new long[] {
            f.packets,
            f.bytes,
            f.accesses,
            f.syn,
            f.backscatter,
            f.marks[0],
            f.marks[1],
            f.marks[2],
            f.marks[3]
        };
    }

    private static String line(int port, long[] counts, double sources) {
        StringBuilder text = new StringBuilder("port " + port);
        for (long count : counts) {
            text.append(' ').append(count);
        }
        return text + " sources " + sources;
    }
}
