package teiten.decoy.device;

import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

import teiten.OperatorMistake;
import teiten.decoy.files.Body;
import teiten.decoy.files.Mount;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Reads one device definition and derives the rest. What contradicts itself is refused, with the field's name.
final class DeviceReader {
    private static final int INERT_SIZE = 36_864;

    private final String file;
    private final TomlTable table;

    private DeviceReader(String file, TomlTable table) {
        this.file = file;
        this.table = table;
    }

    /// @param file shown in complaints
    /// @param seed makes this installation's hardware address its own
    static Device read(
            String file,
            String name,
            String text,
            Map<String, String> applets,
            Set<String> accounts,
            long seed) {
        TomlParseResult parsed = Toml.parse(text);
        if (parsed.hasErrors()) {
            throw new OperatorMistake(file + ": " + parsed.errors().getFirst() + ".");
        }
        return new DeviceReader(file, parsed).device(name, applets, accounts, seed);
    }

    private Device device(
            String name, Map<String, String> installed, Set<String> accounts, long seed) {
        Machine machine = Machine.named(file, string("cpu"));
        String cpuinfo = string("cpuinfo");
        if (!machine.recognises(cpuinfo)) {
            throw new OperatorMistake(
                    file
                            + ": cpuinfo contradicts cpu = \""
                            + machine.label()
                            + "\"; its text should match "
                            + machine.witness()
                            + ".");
        }
        List<Mount> mounts = new ArrayList<>();
        for (String line : strings("mounts")) {
            String[] part = line.split(" ", 4);
            if (part.length != 4) {
                throw wrong("mounts", "each line needs device, point, type and options");
            }
            mounts.add(new Mount(part[0], part[1], part[2], part[3]));
        }
        if (mounts.stream().noneMatch(m -> m.point().equals("/"))) {
            throw wrong("mounts", "one line must mount /");
        }
        List<Device.Task> tasks = new ArrayList<>();
        for (String line : strings("processes")) {
            String[] part = line.split(" ", 5);
            if (part.length != 5) {
                throw wrong("processes", "each line needs pid, user, size, state and command");
            }
            try {
                tasks.add(
                        new Device.Task(
                                Integer.parseInt(part[0]),
                                part[1],
                                Integer.parseInt(part[2]),
                                part[3],
                                part[4]));
            } catch (NumberFormatException _) {
                throw wrong("processes", "pid and size must be whole numbers in \"" + line + "\"");
            }
        }
        Device.BusyBox busyBox =
                new Device.BusyBox(
                        string("busybox.version"),
                        string("busybox.built"),
                        number("busybox.size", 2048, 4 << 20));
        Map<String, String> applets = new TreeMap<>(installed);
        for (String without : strings("busybox.without")) {
            if (applets.remove(without) == null) {
                throw wrong("busybox.without", "no applet is called \"" + without + "\"");
            }
        }
        Instant built = instant("built");
        Device.Kernel kernel =
                new Device.Kernel(string("kernel"), string("kernel_build"), string("compiler"));
        int total = number("memory_kib", 4096, 1 << 26);
        Device.Memory memory = new Device.Memory(total, total / 9, total / 30, total * 2 / 7);
        Device.Network network =
                new Device.Network(
                        string("network.interface"),
                        string("network.address"),
                        mac(string("network.oui"), seed ^ name.hashCode()));
        Set<String> open = new HashSet<>(accounts);
        open.addAll(strings("telnet.accounts"));
        Device.TelnetFace telnet =
                new Device.TelnetFace(
                        bytes("telnet.negotiation"),
                        string("telnet.greeting"),
                        string("telnet.shell_banner"),
                        string("telnet.prompt"),
                        Duration.ofMillis(number("telnet.fail_delay_ms", 0, 60_000)),
                        Set.copyOf(open));
        Device.HttpFace http =
                new Device.HttpFace(
                        httpProtocol(),
                        string("http.server"),
                        string("http.realm"),
                        string("http.title"),
                        string("http.upnp"));
        String home = table.getString("home") == null ? "/root" : string("home");
        String hostname = string("hostname");
        Duration uptime = Duration.ofDays(number("uptime_days", 0, 5000));
        Body program =
                Body.fixed(
                        ElfForge.make(
                                machine,
                                busyBox.size(),
                                name.hashCode(),
                                programText(busyBox, applets)));
        Device bare =
                new Device(
                        name,
                        string("title"),
                        string("title_ja"),
                        machine,
                        hostname,
                        kernel,
                        built,
                        uptime,
                        home,
                        memory,
                        network,
                        busyBox,
                        applets,
                        telnet,
                        string("ssh.version"),
                        http,
                        List.copyOf(mounts),
                        List.copyOf(tasks),
                        program,
                        Body.fixed(ElfForge.make(machine, INERT_SIZE, 1, List.of())),
                        new teiten.decoy.files.Node.Directory(0755, 0, Map.of()));
        return DeviceTree.grow(bare, cpuinfo);
    }

    private String httpProtocol() {
        Object given = table.get("http.protocol");
        if (given == null || given.equals("HTTP/1.0") || given.equals("HTTP/1.1")) {
            return given == null ? "HTTP/1.1" : given.toString();
        }
        throw wrong("http.protocol", "it must be HTTP/1.0 or HTTP/1.1");
    }

    private static List<String> programText(Device.BusyBox busyBox, Map<String, String> applets) {
        List<String> text = new ArrayList<>();
        text.add(busyBox.banner() + " multi-call binary");
        text.add("%s: applet not found");
        text.add("/lib/ld-uClibc.so.0");
        text.addAll(applets.keySet());
        return text;
    }

    private static String mac(String oui, long seed) {
        long x = seed * 0xBF58476D1CE4E5B9L;
        x ^= x >>> 29;
        return String.format("%s:%02x:%02x:%02x", oui, x & 255, x >>> 8 & 255, x >>> 16 & 255);
    }

    private OperatorMistake wrong(String field, String why) {
        return new OperatorMistake(file + ": " + field + " is wrong: " + why + ".");
    }

    private String string(String field) {
        Object value = table.get(field);
        if (value instanceof String text) {
            return text;
        }
        throw wrong(field, value == null ? "it is missing" : "it must be text in quotes");
    }

    private int number(String field, int least, int most) {
        Object value = table.get(field);
        if (value instanceof Long number && number >= least && number <= most) {
            return number.intValue();
        }
        throw wrong(field, "it must be a whole number from " + least + " to " + most);
    }

    private Instant instant(String field) {
        Object value = table.get(field);
        if (value instanceof java.time.OffsetDateTime time) {
            return time.toInstant();
        }
        throw wrong(field, "it must be a time like 2014-05-16T02:41:09Z");
    }

    private List<String> strings(String field) {
        @Nullable TomlArray array = table.isArray(field) ? table.getArray(field) : null;
        if (array == null) {
            throw wrong(field, "it must be a list of texts");
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof String text)) {
                throw wrong(field, "entry " + (i + 1) + " is no text");
            }
            all.add(text);
        }
        return all;
    }

    private String bytes(String field) {
        StringBuilder out = new StringBuilder();
        for (String octet : string(field).trim().split("\\s+")) {
            try {
                out.append((char) (Integer.parseInt(octet, 16) & 0xFF));
            } catch (NumberFormatException _) {
                throw wrong(field, "\"" + octet + "\" is no hexadecimal byte");
            }
        }
        byte[] check = out.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (check.length % 3 != 0 || (check[0] & 0xFF) != 0xFF) {
            throw wrong(field, "it must be whole three-byte options that begin with ff");
        }
        return out.toString();
    }
}
