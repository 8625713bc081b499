package teiten.session.understand;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import teiten.session.SharedData;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The CPU that a payload is for, by its name and by its header.
class CpuTest {
    @ParameterizedTest
    @CsvSource({
        "mirai.arm, arm",
        "mirai.arm7, armv7",
        "bins/jaws.mpsl, mipsel",
        "a/mips, mips",
        "x86, x86",
        "telnet.x86_64, x86-64",
        "bot-powerpc-440fp, powerpc",
        "vl.sh4, superh",
        "yakuza.m68k, m68k",
        "Mozi.m, mips",
        "Mozi.a, arm",
        "cundi.spc, sparc",
        "sora.arm6, arm",
        "MIPSEL.bin, mipsel",
        "aarch64, aarch64"
    })
    void a_name_claims_a_cpu(String name, String label) {
        assertThat(Cpu.ofFileName(name)).isEqualTo(Cpu.ofLabel(label)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"bins.sh", "tftp1.sh", ".i", "sh", "alarm", "charm", "index.html", "a.out", "''"})
    void other_names_claim_none(String name) {
        assertThat(Cpu.ofFileName(name)).isNull();
    }

    @Test
    void the_header_of_every_elf_fixture_tells_what_readelf_tells() throws IOException {
        Path golden = SharedData.of("elf/expected.tsv");
        int compared = 0;
        for (String line : Files.readAllLines(golden).stream().skip(1).toList()) {
            String[] fields = line.split("\t", -1);
            byte[] bytes = Files.readAllBytes(golden.resolveSibling(fields[0]));
            Cpu cpu = Cpu.ofElf(bytes, bytes.length);
            boolean big = fields[3].contains("big");
            Cpu expected =
                    switch (fields[6]) {
                        case "ARM" -> Cpu.ARM;
                        case "AArch64" -> Cpu.AARCH64;
                        case "MIPS R3000" -> big ? Cpu.MIPS : Cpu.MIPSEL;
                        case "PowerPC", "PowerPC64" -> Cpu.POWERPC;
                        case "Renesas / SuperH SH" -> Cpu.SUPERH;
                        case "Sparc", "Sparc v9", "Sparc v8+" -> Cpu.SPARC;
                        case "MC68000" -> Cpu.M68K;
                        case "Intel 80386" -> Cpu.X86;
                        case "Advanced Micro Devices X86-64" -> Cpu.X86_64;
                        case "RISC-V" -> Cpu.RISCV;
                        case "IBM S/390" -> Cpu.S390;
                        case "Alpha" -> Cpu.ALPHA;
                        default -> fields[6].contains("ARC") ? Cpu.ARC : null;
                    };
            assertThat(cpu).as(fields[0]).isEqualTo(expected);
            compared++;
        }
        assertThat(compared).isGreaterThan(50);
    }

    @Test
    void echo_writes_what_busybox_writes() {
        assertThat(EchoBytes.echo(List.of("-ne", "\\x7f\\x45LF\\0101\\101\\n")))
                .isEqualTo(new byte[] {0x7f, 'E', 'L', 'F', 'A', 'A', '\n'});
        assertThat(EchoBytes.echo(List.of("-e", "\\x6b\\x61\\x6d\\x69/dev")))
                .isEqualTo("kami/dev\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(EchoBytes.echo(List.of("\\x41")))
                .isEqualTo(new byte[] {'\\', 'x', '4', '1', '\n'});
        assertThat(EchoBytes.echo(List.of("-n", "-e", "a\\cb"))).isEqualTo(new byte[] {'a'});
    }
}
