package teiten.sample;

import static org.assertj.core.api.Assertions.assertThat;

import net.fornwall.jelf.ElfFile;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Expected values come from readelf 2.40 and file(1) (`expected.tsv`, `results.tsv`), from jelf, and from lab facts §1.
final class ElfFixturesTest {
    @Test
    void every_fact_equals_readelf_where_readelf_is_right() throws IOException {
        SoftAssertions soft = new SoftAssertions();
        for (Map<String, String> row : Fixtures.table("expected.tsv")) {
            String name = row.getOrDefault("file", "");
            ElfFacts facts = ElfReader.read(Fixtures.bytes(name));
            soft.assertThat(facts.elfClass().value()).as(name).isEqualTo(row.get("class"));
            soft.assertThat(row.get("data"))
                    .as(name)
                    .endsWith(facts.endianness().value() + " endian");
            soft.assertThat(facts.osAbi().value()).as(name).isEqualTo(row.get("osabi"));
            soft.assertThat(row.get("type")).as(name).startsWith(facts.type().value() + " (");
            soft.assertThat(facts.machine().value()).as(name).isEqualTo(row.get("machine_name"));
            soft.assertThat(Integer.toString(facts.cpu().machine()))
                    .as(name)
                    .isEqualTo(row.get("e_machine"));
            soft.assertThat(facts.flags().value()).as(name).isEqualTo(row.get("e_flags_hex"));
            soft.assertThat(facts.flagsText().isKnown() ? facts.flagsText().value() : "")
                    .as(name)
                    .isEqualTo(row.get("e_flags_text"));
            soft.assertThat(facts.staticallyLinked().value())
                    .as(name)
                    .isEqualTo("static".equals(row.get("static")) ? "yes" : "no");
            boolean packed = name.startsWith("upx/");
            // readelf sees no symbol section in a packed file and says nothing; there is no section
            // table at all
            soft.assertThat(facts.stripped().value())
                    .as(name)
                    .isEqualTo(
                            packed
                                    ? "unknown"
                                    : "stripped".equals(row.get("stripped")) ? "yes" : "no");
            soft.assertThat(facts.packing().answer().is("yes")).as(name).isEqualTo(packed);
            soft.assertThat(facts.headerLies()).as(name).isFalse();
            soft.assertThat(facts.segments())
                    .as(name)
                    .hasSize(Integer.parseInt(row.getOrDefault("phnum", "")));
            soft.assertThat(facts.sections())
                    .as(name)
                    .isEqualTo(Integer.parseInt(row.getOrDefault("shnum", "")));
            attributes(soft, name, facts.cpu(), row.getOrDefault("attrs", ""));
        }
        soft.assertAll();
    }

    private static void attributes(SoftAssertions soft, String name, Cpu cpu, String attributes) {
        for (String attribute : attributes.split("; ")) {
            String value = attribute.substring(attribute.indexOf('=') + 1).replace("\"", "");
            if (attribute.startsWith("Tag_CPU_arch=") || attribute.startsWith("Tag_RISCV_arch=")) {
                soft.assertThat(cpu.isa().value()).as(name).isEqualTo(value);
            } else if (attribute.startsWith("ISA=")) {
                soft.assertThat(cpu.isa().value()).as(name).isEqualToIgnoringCase(value);
            } else if (attribute.startsWith("FP ABI=")) {
                soft.assertThat(value.toLowerCase(java.util.Locale.ROOT))
                        .as(name)
                        .startsWith(cpu.floatAbi().value());
            } else if (attribute.startsWith("Tag_ABI_VFP_args=")) {
                soft.assertThat(cpu.floatAbi().value()).as(name).isEqualTo("hard");
            }
        }
    }

    @Test
    void every_damaged_file_gives_the_cpu_of_the_program_it_was_made_from() throws IOException {
        SoftAssertions soft = new SoftAssertions();
        for (Map<String, String> row : Fixtures.table("malformed/results.tsv")) {
            String name = row.getOrDefault("file", "");
            ElfFacts facts = ElfReader.read(Fixtures.bytes("malformed/" + name));
            soft.assertThat(facts.elfClass().value()).as(name).isEqualTo("ELF32");
            soft.assertThat(facts.endianness().value()).as(name).isEqualTo("little");
            boolean readable = !name.endsWith("trunc-16");
            CpuFamily family = name.startsWith("armv5te") ? CpuFamily.ARM : CpuFamily.X86;
            soft.assertThat(facts.cpu().family())
                    .as(name)
                    .isEqualTo(readable ? family : CpuFamily.UNKNOWN);
            if (readable) {
                soft.assertThat(facts.type().value()).as(name).isEqualTo("EXEC");
            }
            boolean lie =
                    name.contains(".ei-class")
                            || name.contains(".ei-data")
                            || name.endsWith(".e-version-junk");
            soft.assertThat(facts.headerLies()).as(name).isEqualTo(lie);
            boolean odd = !name.endsWith("phdr-at-eof");
            soft.assertThat(facts.anomalies().isEmpty())
                    .as(name + " " + facts.anomalies())
                    .isEqualTo(!odd);
            boolean noTable =
                    name.matches(
                            ".*(fake-sections|sh-zeroed|shentsize-7|shnum0-ext|shoff-.*|trunc-.*)");
            soft.assertThat(facts.stripped().value())
                    .as(name)
                    .isEqualTo(noTable ? "unknown" : "yes");
            if ("RUNS".equals(row.get("run"))) {
                soft.assertThat(facts.staticallyLinked().value()).as(name).isEqualTo("yes");
            }
        }
        soft.assertAll();
    }

    @Test
    void a_corrected_copy_of_a_lying_file_is_the_honest_program_again() {
        for (String lie :
                List.of(
                        "ei-class-lie",
                        "ei-class-0",
                        "ei-data-lie",
                        "ei-data-0",
                        "ehsize-junk",
                        "e-version-junk")) {
            // given the damaged file and the program it was made from
            byte[] damaged = Fixtures.bytes("malformed/armv5te." + lie);
            byte[] honest = Fixtures.bytes("own/tiny.armv5te");
            // when
            byte[] corrected = ElfReader.read(damaged).corrected(damaged);
            // then
            assertThat(corrected).as(lie).isEqualTo(honest);
        }
    }

    @Test
    void every_upx_file_is_packed_and_every_altered_one_is_said_to_be_altered() throws IOException {
        SoftAssertions soft = new SoftAssertions();
        for (Map<String, String> row : Fixtures.table("upx/results.tsv")) {
            String name = row.getOrDefault("file", "");
            Packing packing = ElfReader.read(Fixtures.bytes("upx/" + name)).packing();
            boolean altered = name.chars().filter(c -> c == '.').count() > 1;
            soft.assertThat(packing.answer().value()).as(name).isEqualTo("yes");
            soft.assertThat(packing.packer())
                    .as(name)
                    .isEqualTo(altered ? "packed, header altered" : "UPX");
        }
        soft.assertAll();
    }

    @Test
    void jelf_reads_the_same_header_from_every_well_formed_file() throws IOException {
        int compared = 0;
        for (Map<String, String> row : Fixtures.table("expected.tsv")) {
            String name = row.getOrDefault("file", "");
            byte[] bytes = Fixtures.bytes(name);
            ElfFacts facts = ElfReader.read(bytes);
            ElfFile oracle = ElfFile.from(bytes);
            assertThat(facts.cpu().machine()).as(name).isEqualTo(oracle.e_machine & 0xffff);
            assertThat(facts.cpu().flags()).as(name).isEqualTo(oracle.e_flags & 0xffffffffL);
            assertThat(facts.segments()).as(name).hasSize(oracle.e_phnum & 0xffff);
            assertThat(facts.cpu().width() == ElfClass.ELF64)
                    .as(name)
                    .isEqualTo(oracle.ei_class == ElfFile.CLASS_64);
            for (Segment segment : facts.segments()) {
                var theirs = oracle.getProgramHeader(segment.index());
                // jelf reads 32-bit fields as signed
                long mask = facts.cpu().width() == ElfClass.ELF64 ? -1 : 0xffffffffL;
                assertThat(segment.offset()).as(name).isEqualTo(theirs.p_offset & mask);
                assertThat(segment.virtualAddress()).as(name).isEqualTo(theirs.p_vaddr & mask);
                assertThat(segment.fileBytes()).as(name).isEqualTo(theirs.p_filesz & mask);
                assertThat(segment.memoryBytes()).as(name).isEqualTo(theirs.p_memsz & mask);
            }
            compared++;
        }
        assertThat(compared).isGreaterThan(70);
    }

    /// The readelf of this machine, where there is one, is asked about flags that no fixture has.
    @Test
    void flags_that_no_fixture_has_read_as_readelf_reads_them(@TempDir Path folder)
            throws Exception {
        if (!Files.isExecutable(Path.of("/usr/bin/readelf"))) {
            org.junit.jupiter.api.Assumptions.abort("skipped: needs readelf (binutils)");
        }
        int[] machines = {8, 40, 42, 243, 21, 43};
        long[] usual = {0xf20017b7L, 0x05c00600L, 0x1fL, 0x1fL, 0x3L, 0x3L};
        Random random = new Random(1);
        List<String> command = new ArrayList<>(List.of("/usr/bin/readelf", "-h"));
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            int which = i % machines.length;
            int flags = (int) (random.nextInt() & usual[which]);
            if (machines[which] == 40) {
                flags = flags & 0x00ffffff | 0x05000000;
            }
            boolean wide = machines[which] == 21 || machines[which] == 43;
            byte[] header = header(machines[which], flags, wide);
            Path file = Files.write(folder.resolve("h" + i), header);
            command.add(file.toString());
            ElfFacts facts = ElfReader.read(header);
            ours.add(
                    facts.flags().value()
                            + (facts.flagsText().isKnown()
                                    ? ", " + facts.flagsText().value()
                                    : ""));
        }
        List<String> theirs = new ArrayList<>();
        Process readelf = new ProcessBuilder(command).redirectErrorStream(true).start();
        for (String line :
                new String(
                                readelf.getInputStream().readAllBytes(),
                                java.nio.charset.StandardCharsets.UTF_8)
                        .lines()
                        .toList()) {
            if (line.strip().startsWith("Flags:")) {
                theirs.add(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        assertThat(theirs).hasSize(ours.size());
        for (int i = 0; i < ours.size(); i++) {
            assertThat(ours.get(i))
                    .as("machine " + machines[i % machines.length])
                    .isEqualTo(theirs.get(i));
        }
    }

    private static byte[] header(int machine, int flags, boolean wide) {
        boolean big = machine == 43;
        ByteBuffer header =
                ByteBuffer.allocate(wide ? 64 : 52)
                        .order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        header.put(
                new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (big ? 2 : 1), 1});
        header.putShort(16, (short) 2).putShort(18, (short) machine).putInt(20, 1);
        header.putInt(wide ? 48 : 36, flags).putShort(wide ? 52 : 40, (short) (wide ? 64 : 52));
        header.putShort(wide ? 54 : 42, (short) (wide ? 56 : 32))
                .putShort(wide ? 58 : 46, (short) (wide ? 64 : 40));
        return header.array();
    }
}
