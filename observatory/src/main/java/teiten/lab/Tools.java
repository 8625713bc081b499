package teiten.lab;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The programs of the host that the seal is made of, found by name in the usual folders, never through the caller's
/// PATH alone.
final class Tools {
    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

    /// What the child processes get as PATH.
    static final String SEARCH = "/usr/sbin:/usr/bin:/sbin:/bin";

    private static final Map<String, String> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put("unshare", "util-linux");
        NEEDED.put("setpriv", "util-linux");
        NEEDED.put("prlimit", "util-linux");
        NEEDED.put("flock", "util-linux");
        NEEDED.put("ip", "iproute2");
        NEEDED.put("nft", "nftables");
        NEEDED.put("bwrap", "bubblewrap");
        NEEDED.put("strace", "strace");
    }

    private Tools() {}

    static @Nullable Path find(String name) {
        for (Path folder : FOLDERS) {
            Path program = folder.resolve(name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        return null;
    }

    /// Every program and condition of the host that can be looked at without starting anything.
    static List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        parts.add(host());
        NEEDED.forEach((name, debian) -> {
            Path found = find(name);
            parts.add(
                    found == null
                            ? Part.missing(name, "not found in " + SEARCH, debian)
                            : Part.there(name, found.toString(), debian));
        });
        int emulators = Emulator.installed();
        parts.add(
                emulators == 0
                        ? Part.missing(
                                "emulators",
                                "no statically linked qemu-* was found",
                                Emulator.DEBIAN)
                        : Part.there("emulators", emulators + " CPUs", Emulator.DEBIAN));
        parts.add(userNamespaces());
        return parts;
    }

    private static Part host() {
        String cpu = System.getProperty("os.arch", "");
        boolean fits = System.getProperty("os.name", "").equals("Linux") && cpu.equals("amd64");
        String detail = System.getProperty("os.name", "") + " on " + cpu;
        return fits
                ? Part.there("host", detail, "")
                : Part.missing(
                        "host",
                        detail + "; the system call filter is written for Linux on amd64",
                        "");
    }

    private static Part userNamespaces() {
        String name = "user namespaces";
        if (number("/proc/sys/user/max_user_namespaces", 1) == 0) {
            return Part.missing(
                    name, "user.max_user_namespaces is 0; set it above 0 with sysctl", "");
        }
        if (number("/proc/sys/kernel/unprivileged_userns_clone", 1) == 0) {
            return Part.missing(
                    name, "kernel.unprivileged_userns_clone is 0; set it to 1 with sysctl", "");
        }
        if (number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) == 1) {
            return Part.missing(
                    name,
                    "kernel.apparmor_restrict_unprivileged_userns is 1; set it to 0 with sysctl",
                    "");
        }
        return Part.there(name, "allowed without root", "");
    }

    private static long number(String file, long absent) {
        try {
            return Long.parseLong(Files.readString(Path.of(file)).strip());
        } catch (IOException | NumberFormatException _) {
            return absent;
        }
    }
}
