package teiten.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import teiten.lab.Behaviour.Act;
import teiten.lab.Behaviour.Controller;
import teiten.lab.Behaviour.Hidden;
import teiten.lab.Behaviour.Login;
import teiten.lab.Behaviour.Target;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Benign programs of every CPU behind the real seal. What each sends is known from its source.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LabRunTest {
    private static final Map<String, Long> SEARCHED =
            Map.of("tcp/23", 180L, "tcp/2323", 20L, "udp/53413", 50L);

    @TempDir Path folder;
    private Lab lab;

    @BeforeAll
    void open() throws IOException {
        Programs.needLab();
        lab = Lab.open();
    }

    @AfterAll
    void close() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "arm, ARM, arm-linux-gnueabi-gcc, -Os -marm",
        "armeb, ARM, arm-linux-gnueabi-gcc, -Os -marm -march=armv5te -mbig-endian",
        "mips, MIPS, mips-linux-gnu-gcc, -Os -march=mips32 -mno-abicalls",
        "mipsel, MIPS, mipsel-linux-gnu-gcc, -Os -march=mips32 -mno-abicalls",
        "ppc, PowerPC, powerpc-linux-gnu-gcc, -Os",
        "sh4, SuperH, sh4-linux-gnu-gcc, -O0",
        "x86_64, x86-64, gcc, -Os",
    })
    void A_program_with_the_shape_of_an_infected_device_is_seen_as_its_source_says_on_each_CPU(
            String emulator, String cpu, String compiler, String flags)
            throws IOException, InterruptedException {
        byte[] program = Programs.shape(folder, compiler, List.of(flags.split(" ")));

        Behaviour seen = lab.run(program, 15, null);

        assertThat(seen.emulator()).isEqualTo(emulator);
        assertThat(seen.cpu()).isEqualTo(cpu);
        assertThat(seen.ended()).isEqualTo("exit 0");
        assertShape(seen, "command.teiten.test", "HELLO teiten-shape\\n");
        assertThat(seen.files())
                .extracting(Act::what)
                .containsExactly("writes", "deletes", "deletes itself");
        assertThat(seen.processes())
                .extracting(a -> a.what() + " " + a.object())
                .containsExactly("names itself sshd", "forks ");
        assertThat(seen.limits()).isEmpty();
        assertThat(seen.hidden())
                .contains(Hidden.RECOGNISABLE)
                .doesNotContain(Hidden.CAPTURE_INCOMPLETE);
    }

    @Test
    void Every_fixture_of_another_CPU_that_qemu_runs_gives_the_same_finding() throws Exception {
        List<Path> fixtures;
        try (Stream<Path> own = Files.list(Programs.shared().resolve("elf/own"))) {
            fixtures = own.sorted().toList();
        }
        List<String> wrong = new ArrayList<>();
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            Map<Path, Future<Behaviour>> runs = new TreeMap<>();
            for (Path fixture : fixtures) {
                byte[] bytes = Files.readAllBytes(fixture);
                runs.put(fixture, two.submit(() -> lab.run(bytes, 15, null)));
            }
            for (Map.Entry<Path, Future<Behaviour>> run : runs.entrySet()) {
                Behaviour seen = run.getValue().get();
                boolean same =
                        targets(seen).equals(SEARCHED)
                                && seen.dns().equals(List.of("controller.teiten.test"))
                                && seen.controllers().stream()
                                        .map(Controller::firstSent)
                                        .toList()
                                        .equals(List.of("HELLO teiten-tiny\\n"));
                if (!same && !emulatorItselfCrashes(seen.emulator(), run.getKey())) {
                    wrong.add(
                            run.getKey().getFileName() + ": " + seen.ended() + " " + targets(seen));
                }
            }
        }
        assertThat(fixtures).hasSizeGreaterThan(20);
        assertThat(wrong).isEmpty();
    }

    @Test
    void A_header_that_lies_does_not_choose_the_emulator() throws Exception {
        byte[] program =
                Programs.shape(
                        folder,
                        "mips-linux-gnu-gcc",
                        List.of("-Os", "-march=mips32", "-mno-abicalls"));
        // EI_DATA says little-endian, EI_CLASS 64 bits; the rest of the file is big-endian and 32
        // bits.
        program[4] = 2;
        program[5] = 1;

        Behaviour seen = lab.run(program, 15, null);

        assertThat(seen.emulator()).isEqualTo("mips");
        assertThat(seen.reading()).contains("header lies");
        assertShape(seen, "command.teiten.test", "HELLO teiten-shape\\n");
    }

    @Test
    void What_lives_on_a_device_is_named_act_by_act() throws Exception {
        Behaviour seen = lab.run(Programs.act(folder, "RESIDENT"), 15, null);

        assertThat(seen.files())
                .extracting(a -> a.what() + " " + a.object())
                .contains("deletes itself /tmp/a", "writes /tmp/dropped");
        assertThat(seen.processes())
                .extracting(a -> a.what() + (a.done() ? "" : " in vain"))
                .contains(
                        "names itself",
                        "opens the watchdog",
                        "forks",
                        "leaves its terminal (setsid)",
                        "kills",
                        "looks through all processes",
                        "tries mount in vain",
                        "tries reboot in vain",
                        "starts in vain");
        assertThat(seen.left()).extracting(Behaviour.Left::path).containsExactly("/tmp/dropped");
        assertThat(seen.left()).extracting(Behaviour.Left::bytes).containsExactly(5L);
        assertThat(seen.hidden()).contains(Hidden.NO_SHELL);
    }

    @Test
    void A_Telnet_login_is_refused_and_written_down() throws Exception {
        Behaviour seen = lab.run(Programs.act(folder, "TELNET"), 15, null);

        assertThat(seen.logins()).containsExactly(new Login("guest", "benign"));
        assertThat(seen.controllers()).isEmpty();
    }

    @Test
    void The_run_s_folder_and_the_JSON_line_hold_what_scripts_rely_on() throws Exception {
        Path out = folder.resolve("out");
        Behaviour seen = lab.run(Programs.shape(folder, "gcc", List.of("-Os")), 15, out);

        Path kept = out.resolve(seen.sha256());
        assertThat(kept.resolve("traffic.pcap")).isNotEmptyFile();
        assertThat(kept.resolve("trace.txt")).isNotEmptyFile();
        assertThat(kept.resolve("report.txt"))
                .content()
                .contains("[capture] searches 23/TCP: 180 attempts");
        assertThat(kept.resolve("report.ja.txt")).content().contains("[通信記録] 探索 23/TCP: 180 件");
        assertThat(kept.resolve("sample")).doesNotExist();
        JsonNode json = JsonMapper.builder().build().readTree(BehaviourJson.of(seen));
        assertThat(json.propertyNames())
                .contains(
                        "sha256",
                        "cpu",
                        "ended",
                        "wall_ms",
                        "dns",
                        "controllers",
                        "targets",
                        "files",
                        "processes",
                        "limits");
        assertThat(json.get("targets").get("tcp/23").asLong()).isEqualTo(180);
        assertThat(json.get("controllers").get(0).get("address").asString())
                .isEqualTo("203[.]0[.]113[.]10");
    }

    @Test
    void A_file_that_is_no_program_is_not_run_and_the_reason_is_given() throws Exception {
        Behaviour seen = lab.run("#!/bin/sh\nid\n".getBytes(), 5, null);

        assertThat(seen.ended()).isEqualTo("not run: it is no ELF program");
    }

    /// Some builds of qemu 7.2 crash on SPARC v9 programs anywhere; the lab cannot mend that. Asked in a namespace
    /// without even a working `lo`.
    private static boolean emulatorItselfCrashes(String name, Path program)
            throws IOException, InterruptedException {
        Emulator emulator = Emulator.find(name);
        return emulator != null
                && name.startsWith("sparc")
                && new ProcessBuilder(
                                        "unshare",
                                        "-rn",
                                        emulator.program().toString(),
                                        program.toString())
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 139;
    }

    private static void assertShape(Behaviour seen, String name, String line) {
        assertThat(seen.queries()).isEqualTo(1);
        assertThat(seen.dns()).containsExactly(name);
        assertThat(seen.controllers())
                .extracting(
                        Controller::address,
                        Controller::port,
                        Controller::name,
                        Controller::firstSent)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("203.0.113.10", 48101, name, line));
        assertThat(targets(seen)).isEqualTo(SEARCHED);
    }

    private static Map<String, Long> targets(Behaviour seen) {
        return seen.targets().stream().collect(Collectors.toMap(Target::service, Target::attempts));
    }
}
