package teiten.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class BlockFileTest {
    private static final int BLOCK = DiskBlocks.BLOCK;

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                65_535,
                65_536,
                65_537,
                BLOCK - 1,
                BLOCK,
                BLOCK + 1,
                2 * BLOCK - 1,
                2 * BLOCK,
                2 * BLOCK + 1,
                3 * BLOCK + 4_095,
                23 * BLOCK + 77
            })
    void what_was_written_in_pieces_of_any_length_lies_in_the_file(int length) throws IOException {
        writtenAndRead(folder.resolve("file"), length);
    }

    @Test
    void a_file_in_memory_which_no_disk_takes_is_written_the_ordinary_way() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory), "skipped: needs /dev/shm");
        Path file = Files.createTempFile(memory, "teiten-", ".blocks");
        try {
            writtenAndRead(file, 5 * BLOCK + 3);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void many_files_share_the_blocks_of_one_writer() throws IOException {
        // More than there are blocks, so that some files find none.
        byte[] bytes = random(3 * BLOCK + 11);
        try (DiskBlocks disk = new DiskBlocks()) {
            List<BlockFile> files = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                files.add(new BlockFile(folder.resolve("f" + i), disk, false));
            }
            for (int at = 0; at < bytes.length; at += 50_000) {
                byte[] piece = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 50_000));
                for (BlockFile file : files) {
                    file.write(piece, piece.length);
                }
            }
            for (BlockFile file : files) {
                file.close();
            }
        }
        for (int i = 0; i < 20; i++) {
            assertThat(Files.readAllBytes(folder.resolve("f" + i))).isEqualTo(bytes);
        }
    }

    @Test
    void blocks_that_were_all_taken_come_back() throws Exception {
        try (DiskBlocks disk = new DiskBlocks()) {
            List<ByteBuffer> taken = new ArrayList<>();
            for (ByteBuffer block = disk.take(); block != null; block = disk.take()) {
                assertThat(block.alignmentOffset(0, DiskBlocks.ALIGNED)).isZero();
                assertThat(block.remaining()).isEqualTo(BLOCK);
                taken.add(block);
            }
            assertThat(taken).hasSize(16);
            disk.give(taken.getFirst().position(5));
            assertThat(disk.take()).isSameAs(taken.getFirst());
            assertThat(taken.getFirst().remaining()).isEqualTo(BLOCK);
        }
    }

    @Test
    void a_disk_that_is_full_is_an_error_of_the_writer() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "skipped: needs /dev/full");
        try (DiskBlocks disk = new DiskBlocks()) {
            BlockFile file = new BlockFile(full, disk, false);
            file.write(new byte[10], 10);
            assertThatThrownBy(file::close)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
    }

    private static void writtenAndRead(Path path, int length) throws IOException {
        byte[] bytes = random(length);
        for (boolean readSoon : new boolean[] {false, true}) {
            try (DiskBlocks disk = new DiskBlocks()) {
                Random pieces = new Random(7);
                try (BlockFile file = new BlockFile(path, disk, readSoon)) {
                    for (int at = 0; at < length; ) {
                        int n = Math.min(length - at, pieces.nextInt(300_000));
                        file.write(Arrays.copyOfRange(bytes, at, at + n), n);
                        at += n;
                        assertThat(file.position()).isEqualTo(at);
                    }
                }
            }
            assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
