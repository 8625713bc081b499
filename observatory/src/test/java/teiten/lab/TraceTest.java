package teiten.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class TraceTest {
    private static final String LAUNCH =
            """
            28 1795401183.701473 openat(AT_FDCWD, "/etc/shadow", O_WRONLY|O_CREAT) = 4
            30 1795401183.738659 execve("/q", ["/q", "-r", "5.10.176", "/tmp/a"], 0x56 /* 2 vars */ <unfinished ...>
            29 1795401183.742595 openat(4, "self/fd", O_RDWR) = 3
            30 1795401183.807099 <... execve resumed>) = 0
            """;

    @TempDir Path folder;

    private Trace read(String lines) throws IOException {
        return Trace.read(Files.writeString(folder.resolve("trace"), LAUNCH + lines), "/tmp/a");
    }

    @Test
    void What_the_launcher_does_is_not_the_sample_s_doing() throws IOException {
        Trace trace = read("29 1795401183.9 ignored\n28 1795401184.000000 unlink(\"/x\") = 0\n");

        assertThat(trace.started()).isTrue();
        assertThat(trace.files()).isEmpty();
    }

    @Test
    void A_call_that_was_interrupted_by_another_process_is_joined_again() throws IOException {
        Trace trace =
                read(
                        """
                        30 1795401184.000000 unlinkat(AT_FDCWD, "/tmp/a" <unfinished ...>
                        31 1795401184.000001 openat(AT_FDCWD, "/tmp/b", O_WRONLY|O_CREAT, 0600) = 3
                        30 1795401184.000002 <... unlinkat resumed>, 0) = 0
                        """);

        assertThat(trace.files().values())
                .extracting(a -> a.what + " " + a.object)
                .containsExactly("writes /tmp/b", "deletes itself /tmp/a");
    }

    @Test
    void A_path_that_looks_like_a_line_of_the_log_stays_a_path() throws IOException {
        Trace trace =
                read(
                        "30 1795401184.000000 unlink(\"/tmp/x\\\") = 0\\n31 1.000000 reboot(\") ="
                                + " -1 ENOENT (No such file)\n");

        assertThat(trace.processes()).isEmpty();
        assertThat(trace.files().values()).extracting(a -> a.done).containsExactly(false);
    }

    @Test
    void A_million_different_acts_fill_the_table_and_no_more() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int k = 0; k < 20_000; k++) {
            lines.append("30 1795401184.000000 unlink(\"/tmp/").append(k).append("\") = 0\n");
        }
        Trace trace = read(lines.toString());

        assertThat(trace.files()).hasSize(500);
        assertThat(trace.overflow()).isEqualTo(19_500);
    }

    @Test
    void Any_damage_to_the_log_is_read_over() throws IOException {
        String good =
                "30 1795401184.000000 openat(AT_FDCWD, \"/tmp/b\", O_WRONLY|O_CREAT, 0600) = 3\n";
        for (int cut = 0; cut < good.length(); cut++) {
            read(
                    good.substring(0, cut)
                            + "\n"
                            + good.substring(cut)
                            + "99999999999999999999 1.0 --- SIG\n");
        }
    }
}
