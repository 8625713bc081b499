package teiten.lab.inside;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bounds that no single process's limit holds: time, the memory of all processes together, the trace's size,
/// floods. Looked at every few hundredths of a second from outside the sample's world.
final class Bounds {
    static final long MEMORY_KB = 512L << 10;
    private static final long TRACE_BYTES = 48L << 20;
    private static final long HOST_SPARE_KB = 256L << 10;

    private final Cell cell;
    private final Recorder recorder;
    private final long nanos;
    private int tick;
    private int mostProcesses;
    private long mostMemory;
    private boolean diskWasFull;

    Bounds(Cell cell, Recorder recorder, int seconds) {
        this.cell = cell;
        this.recorder = recorder;
        nanos = seconds * 1_000_000_000L;
    }

    int mostProcesses() {
        return mostProcesses;
    }

    long mostMemory() {
        return mostMemory;
    }

    boolean diskWasFull() {
        return diskWasFull;
    }

    /// The name of the bound that was crossed, or the empty word.
    String crossed(long elapsed) throws IOException {
        if (recorder.flood()) {
            return "flood";
        }
        if (elapsed > nanos) {
            return "time";
        }
        if (recorder.full()) {
            return "capture";
        }
        if (Files.exists(cell.trace()) && Files.size(cell.trace()) > TRACE_BYTES) {
            return "trace";
        }
        if (tick++ % 3 == 0 && memory()) {
            return "memory";
        }
        look();
        return "";
    }

    /// Whether the disk is full now; also asked once at the end, because a quick sample fits between two looks.
    void look() throws IOException {
        diskWasFull |= Files.getFileStore(cell.tmp()).getUsableSpace() < 4_096;
    }

    private boolean memory() throws IOException {
        long pages = 0;
        int processes = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                if (process.endsWith("1")) {
                    continue;
                }
                processes++;
                pages += resident(process);
            }
        }
        mostProcesses = Math.max(mostProcesses, processes);
        mostMemory = Math.max(mostMemory, pages * 4);
        return pages * 4 > MEMORY_KB || spare() < HOST_SPARE_KB;
    }

    private static long resident(Path process) {
        try {
            String[] figures = Files.readString(process.resolve("statm")).split(" ");
            // Shared pages of the emulator would be counted once a process.
            return Long.parseLong(figures[1]) - Long.parseLong(figures[2]);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException _) {
            return 0;
        }
    }

    private static long spare() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return Long.MAX_VALUE;
    }
}
