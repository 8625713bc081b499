package teiten.telescope;

import teiten.capture.Batch;
import teiten.capture.Capture;
import teiten.capture.PacketReader;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Runs telescopes over captures in tests, and writes a summary down in one canonical text.
final class Watching {
    private Watching() {}

    static Summary watch(Path file, int shards) {
        return watch(file, shards, 1 << 22);
    }

    /// @param lines of each worker's table of segments, at most
    static Summary watch(Path file, int shards, int lines) {
        Summary summary = new Summary();
        for (int shard = 0; shard < shards; shard++) {
            try (Capture capture = Capture.open(file)) {
                Telescope telescope = new Telescope(shard, shards, 42, lines);
                PacketReader reader = capture.reader();
                Batch batch = new Batch();
                while (reader.next(batch)) {
                    telescope.add(batch);
                }
                summary.add(telescope.harvest());
            }
        }
        return summary;
    }

    /// Every figure of the summary, rows of one key added up, in a fixed order.
    static List<String> canonical(Summary summary) {
        List<String> lines = new ArrayList<>();
        lines.add("outcomes " + Arrays.toString(summary.outcomes()));
        lines.add(
                "targets "
                        + Arrays.hashCode(summary.targets().image())
                        + " "
                        + summary.targets().estimate());
        lines.add("targets6 " + summary.targets6().estimate());
        lines.add("time " + summary.firstTime() + " " + summary.lastTime());
        images(lines, "minute", summary.minutes());
        images(lines, "hour", summary.hours());
        images(lines, "day", summary.days());
        TreeMap<String, long[]> sources = new TreeMap<>();
        TreeMap<String, Distinct> targets = new TreeMap<>();
        for (Summary.SourceCursor row = summary.sources(); row.next(); ) {
            String key = row.day() + " " + row.high() + " " + row.low() + " " + row.port();
            long[] sum =
                    sources.computeIfAbsent(
                            key,
                            _ -> {
                                long[] empty = new long[12];
                                empty[8] = Long.MAX_VALUE;
                                empty[10] = 255;
                                return empty;
                            });
            sum[0] += row.packets();
            sum[1] += row.bytes();
            sum[2] += row.syn();
            sum[3] += row.backscatter();
            for (int m = 0; m < 4; m++) {
                sum[4 + m] += row.mark(m);
            }
            sum[8] = Math.min(sum[8], row.first());
            sum[9] = Math.max(sum[9], row.last());
            sum[10] = Math.min(sum[10], row.ttlMin());
            sum[11] = Math.max(sum[11], row.ttlMax());
            targets.computeIfAbsent(key, _ -> new Distinct()).merge(row.targets());
        }
        sources.forEach((key, sum) ->
                lines.add(
                        "source "
                                + key
                                + " "
                                + Arrays.toString(sum)
                                + " "
                                + Arrays.hashCode(
                                        targets.getOrDefault(key, new Distinct()).image())));
        return lines;
    }

    private static void images(List<String> lines, String level, Map<Integer, byte[]> images) {
        images.forEach((interval, image) -> {
            PortImage.Reader reader = new PortImage.Reader(image);
            while (reader.next()) {
                PortFigures f = reader.figures;
                lines.add(
                        level
                                + " "
                                + interval
                                + " "
                                + reader.total()
                                + " port "
                                + f.port
                                + " "
                                + f.packets
                                + " "
                                + f.bytes
                                + " "
                                + f.accesses
                                + " "
                                + f.syn
                                + " "
                                + f.backscatter
                                + " "
                                + Arrays.toString(f.marks)
                                + " "
                                + Arrays.hashCode(reader.sources().image()));
            }
        });
    }
}
