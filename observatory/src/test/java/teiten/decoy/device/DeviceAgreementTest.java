package teiten.decoy.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import teiten.OperatorMistake;
import teiten.decoy.files.Node;
import teiten.net.IpAddress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A device must not contradict itself: the ELF header, `uname -m`, `/proc/cpuinfo`, sizes.
class DeviceAgreementTest {
    static List<Device> devices() {
        return DeviceCatalog.bundled(7).devices();
    }

    private static byte[] read(Device device, String path) {
        Node node = device.root();
        for (String name : path.substring(1).split("/")) {
            node = Objects.requireNonNull(((Node.Directory) node).children().get(name), path);
        }
        return switch (node) {
            case Node.Plain plain -> plain.body().copy();
            case Node.Computed computed -> computed.text().apply(Instant.EPOCH);
            default -> throw new AssertionError(path + " is no file");
        };
    }

    /// readelf's words for the machine, by `uname -m`.
    private static final Map<String, String> READELF =
            Map.of(
                    "mips", "MIPS R3000",
                    "armv5tejl", "ARM",
                    "armv7l", "ARM",
                    "ppc", "PowerPC",
                    "sh4", "Renesas / SuperH SH",
                    "x86_64", "Advanced Micro Devices X86-64");

    @ParameterizedTest
    @MethodSource("devices")
    void readelf_names_the_machine_that_uname_names(Device device, @TempDir Path directory)
            throws Exception {
        Path file = Files.write(directory.resolve("busybox"), device.program().copy());
        Process process;
        try {
            process =
                    new ProcessBuilder("readelf", "-W", "-h", "-l", "-S", file.toString())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException _) {
            Assumptions.abort("skipped: needs binutils' readelf");
            return;
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();

        assertThat(said)
                .containsPattern(
                        "Machine: +"
                                + READELF.getOrDefault(device.machine().uname(), "?")
                                        .replace("/", "\\/"));
        assertThat(said).contains(device.machine().bits() == 64 ? "ELF64" : "ELF32");
        assertThat(said).contains(device.machine().bigEndian() ? "big endian" : "little endian");
        assertThat(said)
                .contains("EXEC (Executable file)")
                .contains("LOAD")
                .contains(".text")
                .contains(".rodata");
        assertThat(said).doesNotContain("Warning").doesNotContain("Error");
        if (device.machine().uname().equals("mips")) {
            assertThat(said).contains("o32, mips32r2");
        }
        if (device.machine().uname().startsWith("arm")) {
            assertThat(said).contains("Version5 EABI");
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void cpuinfo_speaks_of_the_same_machine(Device device) {
        String cpuinfo = new String(read(device, "/proc/cpuinfo"), StandardCharsets.ISO_8859_1);

        assertThat(device.machine().recognises(cpuinfo)).isTrue();
        for (Device other : devices()) {
            boolean kin = other.machine().uname().equals(device.machine().uname());
            assertThat(other.machine().recognises(cpuinfo)).as(other.name()).isEqualTo(kin);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void the_program_has_the_listed_size_and_runs_on_this_machine_only(Device device) {
        byte[] program = read(device, "/bin/busybox");

        assertThat(program).hasSize(device.busyBox().size());
        assertThat(device.machine().runs(program, program.length)).isTrue();
        for (Machine machine : Machine.values()) {
            boolean kin =
                    machine.elfMachine() == device.machine().elfMachine()
                            && machine.bigEndian() == device.machine().bigEndian();
            assertThat(machine.runs(program, program.length)).as(machine.label()).isEqualTo(kin);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void the_face_is_one(Device device) {
        String version = new String(read(device, "/proc/version"), StandardCharsets.ISO_8859_1);
        String mounts = new String(read(device, "/proc/mounts"), StandardCharsets.ISO_8859_1);

        assertThat(version).contains(device.kernel().release()).contains(device.kernel().build());
        assertThat(device.unameAll())
                .contains(device.machine().uname())
                .contains(device.hostname());
        assertThat(mounts.lines())
                .hasSize(device.mounts().size())
                .allMatch(line -> line.split(" ").length == 6);
        assertThat(device.telnet().negotiation())
                .startsWith("\u00ff")
                .isNotEqualTo("\u00ff\u00fd\u001f");
        assertThat(Integer.parseInt(device.network().mac().substring(0, 2), 16) & 1)
                .as("multicast bit")
                .isZero();
        assertThat(device.telnet().accounts())
                .noneMatch(a -> a.startsWith("phil:") || a.startsWith("richard:"));
        assertThat(device.title()).isNotBlank();
        assertThat(device.titleJa()).isNotBlank();
    }

    @Test
    void at_least_the_seven_asked_for_stand_in_the_catalogue() {
        assertThat(devices()).extracting(Device::machine).contains(Machine.values());
    }

    @Test
    void a_source_meets_one_device_and_many_sources_meet_them_all_alike() {
        DeviceCatalog catalog = DeviceCatalog.bundled(7);
        Map<String, Integer> met = new HashMap<>();
        for (int i = 0; i < 70_000; i++) {
            IpAddress source = IpAddress.v4(0x0A000000 + i * 257);
            Device device = catalog.meets(source);
            assertThat(catalog.meets(source)).isSameAs(device);
            met.merge(device.name(), 1, Integer::sum);
        }
        assertThat(met).hasSize(7);
        assertThat(met.values()).allSatisfy(n -> assertThat(n).isBetween(9_500, 10_500));
    }

    @Test
    void sources_of_one_ipv6_network_meet_one_device() {
        DeviceCatalog catalog = DeviceCatalog.bundled(7);
        Device first = catalog.meets(IpAddress.parse("2001:db8::1"));

        assertThat(catalog.meets(IpAddress.parse("2001:db8::2:3"))).isSameAs(first);
    }

    @Test
    void a_definition_that_contradicts_itself_is_refused_with_its_field(@TempDir Path directory)
            throws IOException {
        String good =
                new String(
                        DeviceCatalog.class
                                .getResourceAsStream("/teiten/decoy/devices/dvr-arm.toml")
                                .readAllBytes(),
                        StandardCharsets.UTF_8);
        Path file = directory.resolve("mine.toml");

        Files.writeString(file, good.replace("cpu = \"arm\"", "cpu = \"superh\""));
        assertThatThrownBy(() -> DeviceCatalog.withDirectory(directory, 1))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("cpuinfo contradicts cpu");

        Files.writeString(file, good.replaceFirst("(?m)^hostname.*$", ""));
        assertThatThrownBy(() -> DeviceCatalog.withDirectory(directory, 1))
                .isInstanceOf(OperatorMistake.class)
                .hasMessageContaining("mine.toml")
                .hasMessageContaining("hostname");

        Files.writeString(file, good);
        assertThat(DeviceCatalog.withDirectory(directory, 1).devices())
                .extracting(Device::name)
                .contains("mine");
    }
}
