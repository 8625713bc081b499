package teiten.store;

import teiten.store.PortQueries.Sum;
import teiten.telescope.PortImage;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// Adds up what a port received minute by minute, from files of images. Of a large image, only the piece is read in which the
/// port lies.
final class MinuteScan implements GroupScan.Visitor {
    /// Columns of the files, see [PartWriter#minute].
    private static final int MINUTE = 1;

    private static final int IMAGE = 3;

    private final int port;
    private final long first;
    private final long last;

    /// By minute, of minutes that have packets.
    final Map<Instant, Sum> sums = new HashMap<>();

    private final IndexedFile.Scratch scratch = new IndexedFile.Scratch();
    private final IndexedFile.Strings images = new IndexedFile.Strings();
    private int[] all = {};
    private int[] minutes = {};
    private byte[] bytes = {};

    /// @param port its code, or [PortImage#ALL_PORTS]
    /// @param first minute
    /// @param last inclusive
    MinuteScan(int port, long first, long last) {
        this.port = port;
        this.first = first;
        this.last = last;
    }

    @Override
    public void visit(IndexedFile file, int group) throws IOException {
        int rows = file.rows(group);
        if (minutes.length < rows) {
            all = IntStream.range(0, rows).toArray();
            minutes = new int[rows];
        }
        file.numbers(group, MINUTE, all, rows, minutes, scratch);
        boolean known = false;
        for (int row = 0; row < rows; row++) {
            if (minutes[row] >= first && minutes[row] <= last) {
                if (!known) {
                    file.lengths(group, IMAGE, images);
                    known = true;
                }
                Sum sum = sums.computeIfAbsent(Coverage.minute(minutes[row]), _ -> new Sum());
                sum.add(image(file, row), port);
            }
        }
    }

    private PortImage.Reader image(IndexedFile file, int row) throws IOException {
        int length = images.length(row);
        int tail = PortImage.tail(length);
        room(tail);
        file.string(images, row, length - tail, tail, bytes);
        PortImage.Place place = PortImage.place(bytes, tail, length, port);
        int piece = place.to() - place.from();
        room(piece);
        file.string(images, row, place.from(), piece, bytes);
        return PortImage.Reader.ofPiece(bytes, place);
    }

    private void room(int length) {
        if (bytes.length < length) {
            bytes = new byte[length + length / 4];
        }
    }
}
