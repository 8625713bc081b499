package teiten.telescope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/// What is read of a piece of an image is what reading all of it finds.
class PortImageTest {
    @Test
    void every_port_is_found_in_the_piece_that_is_told() {
        SplittableRandom random = new SplittableRandom(11);
        int pieces = 0;
        for (int round = 0; round < 40; round++) {
            byte[] image = image(random, 1 + random.nextInt(round < 20 ? 300 : 9_000));
            List<String> all = lines(new PortImage.Reader(image), -1);
            TreeSet<Integer> ports = new TreeSet<>();
            for (PortImage.Reader port = new PortImage.Reader(image); port.next(); ) {
                ports.add(port.figures.port);
                ports.add(port.figures.port + 1);
            }
            for (int port : ports) {
                List<String> expected =
                        all.stream().filter(line -> line.startsWith(port + " ")).toList();

                // when only the end and then a piece are read
                byte[] tail = end(image);
                PortImage.Place place = PortImage.place(tail, tail.length, image.length, port);
                byte[] piece = Arrays.copyOfRange(image, place.from(), place.to());
                pieces += piece.length < image.length / 2 ? 1 : 0;

                // then it has the port, as has the image when what is before is passed over
                assertThat(lines(PortImage.Reader.ofPiece(piece, place), port)).isEqualTo(expected);
                assertThat(lines(new PortImage.Reader(image, image.length, port), port))
                        .isEqualTo(expected);
                if (image.length > 3 * PortImage.APART) {
                    assertThat(piece.length).isLessThan(2 * PortImage.APART + 1 + 4_200);
                }
            }
            assertThat(together(image)).isEqualTo(added(image));
        }
        assertThat(pieces).isGreaterThan(10_000);
    }

    @Test
    void images_merge_to_the_image_of_both_places_included() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 20; round++) {
            byte[] one = image(random, 1 + random.nextInt(2_000));
            byte[] other = image(random, 1 + random.nextInt(400));
            byte[] merged = PortImage.merge(one, other);
            assertThat(merged).isEqualTo(PortImage.merge(other, one));
            assertThat(together(merged)).isEqualTo(added(merged));
        }
    }

    private static byte[] end(byte[] image) {
        int tail = PortImage.tail(image.length);
        return Arrays.copyOfRange(image, image.length - tail, image.length);
    }

    /// All ports together, as the image tells it.
    static List<String> together(byte[] image) {
        byte[] tail = end(image);
        PortImage.Place place =
                PortImage.place(tail, tail.length, image.length, PortImage.ALL_PORTS);
        return sum(
                PortImage.Reader.ofPiece(
                        Arrays.copyOfRange(image, place.from(), place.to()), place));
    }

    /// All ports together, port by port.
    static List<String> added(byte[] image) {
        return sum(new PortImage.Reader(image));
    }

    private static List<String> sum(PortImage.Reader image) {
        long[] sums = new long[9];
        Distinct sources = new Distinct();
        while (image.next()) {
            PortFigures f = image.figures;
            long[] counts = {f.packets, f.bytes, f.accesses, f.syn, f.backscatter};
            for (int i = 0; i < sums.length; i++) {
                sums[i] += i < 5 ? counts[i] : f.marks[i - 5];
            }
            sources.merge(image.sources());
        }
        return List.of(Arrays.toString(sums), Arrays.toString(sources.image()));
    }

    /// @param only this port; below 0 for all
    private static List<String> lines(PortImage.Reader image, int only) {
        List<String> lines = new ArrayList<>();
        while (image.next()) {
            PortFigures f = image.figures;
            if (only < 0 || f.port == only) {
                lines.add(
                        f.port
                                + " "
                                + List.of(f.packets, f.bytes, f.accesses, f.syn, f.backscatter)
                                + Arrays.toString(f.marks)
                                + Arrays.toString(image.sourcesImage()));
            }
        }
        return lines;
    }

    private static byte[] image(SplittableRandom random, int ports) {
        PortImage.Writer writer = new PortImage.Writer();
        writer.begin(random.nextInt(1_000_000));
        int port = -1;
        for (int i = 0; i < ports; i++) {
            port += 1 + random.nextInt(1 << random.nextInt(6));
            if (random.nextInt(3) > 0) {
                writer.addOne(
                        port,
                        40 + random.nextInt(1_400),
                        random.nextInt(2),
                        random.nextInt(64),
                        random.nextBoolean(),
                        random.nextInt());
                continue;
            }
            long[] counts = new long[9];
            for (int c = 0; c < counts.length; c++) {
                counts[c] = random.nextBoolean() ? 0 : random.nextLong(1L << random.nextInt(40));
            }
            Distinct sources = new Distinct();
            for (int s = random.nextInt(random.nextInt(60) == 0 ? 3_000 : 20); s > 0; s--) {
                sources.add(random.nextInt());
            }
            byte[] set = sources.image();
            writer.add(port, counts, set, set.length);
        }
        writer.end();
        return writer.image();
    }
}
