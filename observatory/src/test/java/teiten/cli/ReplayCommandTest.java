package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/// `teiten replay` as a user meets it.
class ReplayCommandTest {
    private static final String LOG =
            """
            2017-03-31 00:02:20,393 - __main__ - INFO - Opened connection to 192.0.2.1:42486
            2017-03-31 00:02:20,542 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['admin']
            2017-03-31 00:02:20,792 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['123']
            2017-03-31 00:02:20,792 - __main__ - INFO - 192.0.2.1:42486 logged in as admin-123
            2017-03-31 00:02:21,191 - __main__ - INFO - RECEIVED INPUT 192.0.2.1 : ['echo \\x1b[2J']
            2017-03-31 00:02:26,191 - __main__ - INFO - Lost connection to 192.0.2.1:42486
            """;

    @TempDir private Path folder = Path.of("");

    @Test
    void a_log_in_gzip_becomes_an_asciicast_without_live_escapes() throws IOException {
        Path log = folder.resolve("day.log.gz");
        try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(log))) {
            gzip.write(LOG.getBytes(StandardCharsets.UTF_8));
        }
        Path cast = folder.resolve("out.cast");

        int status = Main.run("replay", log.toString(), "--asciicast", cast.toString());

        assertThat(status).isEqualTo(Main.DONE);
        String text = Files.readString(cast);
        assertThat(text).startsWith("{\"version\":2,").contains("echo ^[[2J");
        assertThat(text).doesNotContain("\\u001B").doesNotContain("\u001b");
    }

    @Test
    void several_sessions_none_and_a_strange_file_are_the_operators_to_put_right()
            throws IOException {
        Path two = folder.resolve("two.log");
        Files.writeString(two, LOG + LOG.replace("192.0.2.1", "192.0.2.2"));
        Path strange = folder.resolve("strange");
        Files.writeString(strange, "hello\n");

        assertThat(Main.run("replay", two.toString(), "--speed", "0")).isEqualTo(Main.MISTAKE);
        assertThat(Main.run("replay", two.toString(), "--session", "nobody"))
                .isEqualTo(Main.MISTAKE);
        assertThat(Main.run("replay", strange.toString())).isEqualTo(Main.MISTAKE);
        assertThat(Main.run("replay", folder.resolve("missing").toString()))
                .isEqualTo(Main.MISTAKE);
    }
}
