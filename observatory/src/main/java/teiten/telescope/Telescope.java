package teiten.telescope;

import org.jspecify.annotations.Nullable;

import teiten.capture.Batch;
import teiten.net.Protocol;

import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/// Hot lane. One worker's reading of a sensor's packets: decode → classify → mark → summarise.
///
/// Each worker is given every batch and keeps the packets whose source falls into its share, so no state is shared and
/// no lock is needed. What it has gathered is a [Summary] piece, taken with [#harvest()]; pieces of any number of
/// workers, files and stretches merge by addition, minimum, maximum and set union.
///
/// **Cost.** A packet costs one decode, one line of the source table and one line of the minute's port table. The
/// source's line is the cache miss; a batch first touches all the lines it will need, so that the misses overlap.
///
/// **Adversary.** Timestamps may jump: [#OPEN] minutes are open at once and the least recently opened one is closed to
/// make room; a minute that opens again simply yields a second image, merged when it is stored.
public final class Telescope {
    private static final int OPEN = 4;
    private static final long MINUTE = 60_000_000_000L;
    private static final long DAY = 86_400;
    private static final long LAST_SECOND = 0xFFFFFFFFL;
    private static final int TCP = Protocol.TCP.ordinal();

    private final Decoder decoder;
    private final Headers headers = new Headers();
    private SourceTable sources;

    /// A table that was stored and emptied comes back here.
    private final AtomicReference<@Nullable SourceTable> spare = new AtomicReference<>();

    private final long seed;
    private final int sourceLimit;

    private final PortTable[] open = new PortTable[OPEN];
    private final int[] openMinute = new int[OPEN];
    private final long[] openTotal = new long[OPEN];
    private int newest;
    private TreeMap<Integer, byte[]> minutes = new TreeMap<>();
    private TreeMap<Integer, byte[]> hours = new TreeMap<>();
    private TreeMap<Integer, byte[]> days = new TreeMap<>();
    private final PortTable hourTable;
    private final PortTable dayTable;
    private int hour = -1;
    private int day = -1;

    private long[] outcomes = new long[Outcome.values().length];
    private Distinct targets = new Distinct();
    private long firstTime = Long.MAX_VALUE;
    private long lastTime = Long.MIN_VALUE;

    /// Time of the latest packet; one that carries no time takes it.
    private long clock;

    private final long[] keys = new long[Batch.CAPACITY];
    private long touched;

    /// @param shard this worker's number
    /// @param shards workers that share the sources
    /// @param seed of the tables' hashes; the same for all workers of a run, and not guessable from outside
    /// @param sourceLimit lines of the source table at which [#isFull()] turns true
    public Telescope(int shard, int shards, long seed, int sourceLimit) {
        decoder = new Decoder(shard, shards, seed);
        this.seed = seed;
        this.sourceLimit = sourceLimit;
        sources = new SourceTable(seed * 0x9E3779B97F4A7C15L, sourceLimit);
        Arrays.fill(openMinute, -1);
        for (int i = 0; i < OPEN; i++) {
            open[i] = new PortTable(seed);
        }
        hourTable = new PortTable(seed ^ 0x9E3779B97F4A7C15L);
        dayTable = new PortTable(seed ^ 0xC2B2AE3D27D4EB4FL);
    }

    public boolean isFull() {
        return sources.isFull();
    }

    /// Reads the whole batch. Never throws on what a packet holds.
    public void add(Batch batch) {
        decoder.decode(batch, headers);
        touch(batch.size);
        for (int i = 0; i < batch.size; i++) {
            int outcome = headers.outcome[i];
            long time = batch.time[i];
            if (time >= 0 && time / 1_000_000_000L <= LAST_SECOND) {
                clock = time;
            } else if (time == Batch.NO_TIME) {
                time = clock;
            } else if (outcome != Headers.NOT_MINE) {
                outcomes[Outcome.BAD_TIME.ordinal()]++;
                continue;
            }
            if (outcome == Headers.NOT_MINE) {
                continue;
            }
            outcomes[outcome]++;
            if (time < firstTime) {
                firstTime = time;
            }
            if (time > lastTime) {
                lastTime = time;
            }
            int slot = slot(time);
            openTotal[slot]++;
            if (outcome <= 4) {
                use(i, outcome, time, slot);
            }
        }
    }

    private void touch(int size) {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            int outcome = headers.outcome[i];
            if (outcome >= 0 && outcome <= 4) {
                long source = headers.source[i];
                long id =
                        source >= Headers.V6
                                ? sources.v6.id(headers.high[i], headers.low[i])
                                : source;
                long key = SourceTable.key(id, headers.port[i]);
                keys[i] = key;
                sum += sources.touch(sources.home(key));
            }
        }
        touched = sum;
    }

    private void use(int i, int outcome, long time, int slot) {
        int port = headers.port[i];
        int syn = headers.syn[i];
        int length = headers.length[i];
        int backscatter = outcome == 1 ? 1 : 0;
        boolean access = port >>> 16 == TCP ? syn != 0 : backscatter == 0;
        // An answer that happens to bear a scanner's number is no scan.
        int marks = access ? headers.marks[i] : 0;
        int second = (int) (time / 1_000_000_000L);
        int minute = openMinute[slot];
        int day = (int) ((second & 0xFFFFFFFFL) / DAY);
        int line = sources.line(keys[i], day);
        boolean fresh =
                sources.count(
                        line,
                        length,
                        syn,
                        backscatter,
                        access,
                        marks,
                        headers.ttl[i] & 0xFF,
                        second,
                        minute,
                        headers.target[i]);
        PortTable table = open[slot];
        int portLine = table.line(port);
        table.count(portLine, length, syn, backscatter, access ? 1 : 0, marks);
        if (fresh) {
            long source = headers.source[i];
            int coupon =
                    source >= Headers.V6
                            ? Distinct.coupon(headers.high[i], headers.low[i])
                            : Distinct.coupon((int) source);
            table.source(portLine, coupon);
        }
        if (access) {
            targets.add(headers.target[i]);
        }
    }

    private int slot(long time) {
        int minute = (int) (time / MINUTE);
        int at = newest;
        if (openMinute[at] == minute) {
            return at;
        }
        for (int i = 0; i < OPEN; i++) {
            if (openMinute[i] == minute) {
                newest = i;
                return i;
            }
        }
        at = newest + 1 & OPEN - 1;
        close(at);
        openMinute[at] = minute;
        newest = at;
        return at;
    }

    /// Ends a minute: its image is kept, and its lines roll up into the hour's.
    private void close(int at) {
        int minute = openMinute[at];
        if (minute < 0) {
            return;
        }
        PortTable table = open[at];
        minutes.merge(minute, PortImage.of(table, openTotal[at]), PortImage::merge);
        if (minute / 60 != hour) {
            closeHour();
            hour = minute / 60;
        }
        hourTable.absorb(table, true);
        table.reset();
        openTotal[at] = 0;
        openMinute[at] = -1;
    }

    private void closeHour() {
        if (hour < 0) {
            return;
        }
        hours.merge(hour, PortImage.of(hourTable, 0), PortImage::merge);
        if (hour / 24 != day) {
            closeDay();
            day = hour / 24;
        }
        dayTable.absorb(hourTable, false);
        hourTable.reset();
        hour = -1;
    }

    private void closeDay() {
        if (day >= 0) {
            days.merge(day, PortImage.of(dayTable, 0), PortImage::merge);
            dayTable.reset();
            day = -1;
        }
    }

    /// Takes what was gathered since the last harvest and begins anew.
    public Summary.Piece harvest() {
        // Oldest first, so that an hour is closed once.
        for (int i = 1; i <= OPEN; i++) {
            close(newest + i & OPEN - 1);
        }
        closeHour();
        closeDay();
        Summary.Piece piece =
                new Summary.Piece(
                        minutes, hours, days, sources, spare, outcomes, targets, firstTime,
                        lastTime);
        minutes = new TreeMap<>();
        hours = new TreeMap<>();
        days = new TreeMap<>();
        SourceTable back = spare.getAndSet(null);
        sources = back != null ? back : new SourceTable(seed * 0x9E3779B97F4A7C15L, sourceLimit);
        outcomes = new long[Outcome.values().length];
        targets = new Distinct();
        firstTime = Long.MAX_VALUE;
        lastTime = Long.MIN_VALUE;
        return piece;
    }

    /// Bytes of tables held; grows with sources, not with packets.
    public long bytes() {
        long sum = sources.bytes();
        for (PortTable table : open) {
            sum += table.bytes();
        }
        return sum + (touched == 42 ? 1 : 0);
    }
}
