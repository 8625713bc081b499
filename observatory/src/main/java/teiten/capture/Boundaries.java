package teiten.capture;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Finds boundaries between the records of a mapped capture without walking it on one thread.
///
/// Near each wanted offset a boundary is *guessed*: some offset from which a chain of plausible records leads on.
/// Packets may hold bytes that look like records (a capture carried in a capture; an attacker's payload), so a guess
/// is worth nothing by itself. It is *proven* by walking from the boundary before it and coming to stand exactly on
/// it; the walks run side by side, and by induction from the first record all boundaries are true. Where a walk does
/// not meet the guess, the rest is walked in line.
final class Boundaries {
    /// A wrong guess costs time only, so a short chain will do.
    private static final int CHAIN = 8;

    /// How far to look for the start of a record: the longest record, and some.
    private static final long REACH = 2L * Records.MAX_CAPTURED;

    private final MemorySegment file;
    private final Format format;
    private final long first;
    private final long end;

    Boundaries(MemorySegment file, Format format, long first) {
        this.file = file;
        this.format = format;
        this.first = first;
        this.end = file.byteSize();
    }

    /// The first record, guesses, the end.
    long[] guess(int parts) {
        List<Long> guesses = guesses(parts);
        guesses.add(end);
        return guesses.stream().mapToLong(Long::longValue).toArray();
    }

    private List<Long> guesses(int parts) {
        List<Long> guesses = new ArrayList<>();
        guesses.add(first);
        for (int i = 1; i < parts; i++) {
            long guess = guess(first + (end - first) / parts * i);
            if (guess > guesses.getLast() && guess < end) {
                guesses.add(guess);
            }
        }
        return guesses;
    }

    long[] find(int parts) {
        List<Long> guesses = guesses(parts);
        int proven = provenOf(guesses);
        List<Long> boundaries = new ArrayList<>(guesses.subList(0, proven));
        for (int i = proven; i < guesses.size(); i++) {
            long next = walkPast(boundaries.getLast(), guesses.get(i));
            if (next >= end || next == boundaries.getLast()) {
                break;
            }
            boundaries.add(next);
        }
        boundaries.add(end);
        return boundaries.stream().mapToLong(Long::longValue).toArray();
    }

    /// @return an offset from which plausible records lead on, or [#end]
    private long guess(long from) {
        Batch batch = new Batch();
        Records records = format.records();
        for (long at = from; at < Math.min(end, from + REACH); at++) {
            // Leaves room for the chain's packets only, so that a false start ends soon.
            batch.size = Batch.CAPACITY - CHAIN;
            records.broken = null;
            long next = records.read(batch, file, at, end);
            boolean full = batch.size == Batch.CAPACITY;
            boolean plausible = full && hasPlausibleTimes(batch);
            boolean lastOfAll = records.broken == null && next == end && next > at;
            if (plausible || lastOfAll) {
                return at;
            }
        }
        return end;
    }

    /// Keeps out chains of empty bytes, whose time is 0, and of numbers that only happen to be small enough for a
    /// length.
    private static boolean hasPlausibleTimes(Batch batch) {
        long[] times = Arrays.copyOfRange(batch.time, Batch.CAPACITY - CHAIN, Batch.CAPACITY);
        Arrays.sort(times);
        return times[0] > 0 && times[CHAIN - 1] - times[0] < 366L * 86_400 * Records.NANOS;
    }

    /// How many of the guesses, from the first on, are boundaries for certain.
    private int provenOf(List<Long> guesses) {
        if (guesses.size() == 1) {
            return 1;
        }
        List<Callable<Boolean>> walks = new ArrayList<>();
        for (int i = 1; i < guesses.size(); i++) {
            long from = guesses.get(i - 1);
            long to = guesses.get(i);
            walks.add(() -> walk(from, to) == to);
        }
        int threads = Math.min(walks.size(), Runtime.getRuntime().availableProcessors());
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            int proven = 1;
            for (Future<Boolean> met : pool.invokeAll(walks)) {
                if (!met.get()) {
                    break;
                }
                proven++;
            }
            return proven;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (ExecutionException e) {
            throw new IllegalStateException("walking the records failed", e);
        }
    }

    /// @return where the last whole record before `to` ends
    private long walk(long from, long to) {
        Batch batch = new Batch();
        Records records = format.records();
        long at = from;
        long before;
        do {
            before = at;
            batch.size = 0;
            at = records.read(batch, file, at, to);
        } while (at > before);
        return at;
    }

    /// @return a boundary at or behind the wanted offset, or the last one there is
    private long walkPast(long from, long wanted) {
        Batch batch = new Batch();
        Records records = format.records();
        long at = from;
        long before = -1;
        while (at < wanted && at > before) {
            before = at;
            batch.size = 0;
            at = records.read(batch, file, at, end);
        }
        return at;
    }
}
