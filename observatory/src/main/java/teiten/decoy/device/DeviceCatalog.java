package teiten.decoy.device;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.IpAddress;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// All devices of one installation, and the choice of the one that a source meets.
///
/// A source always meets the same device, whatever the door and whenever it comes; over many sources each device is met
/// equally often. The choice depends on the installation's seed, so that two installations do not rotate alike.
public final class DeviceCatalog {
    private final List<Device> devices;
    private final long seed;

    private DeviceCatalog(List<Device> devices, long seed) {
        this.devices = List.copyOf(devices);
        this.seed = seed;
    }

    /// The devices that come with the program.
    public static DeviceCatalog bundled(long seed) {
        return new DeviceCatalog(bundledDevices(seed), seed);
    }

    /// The bundled devices and those of a directory of `*.toml` files; a file replaces a bundled device of its name.
    public static DeviceCatalog withDirectory(Path directory, long seed) {
        LinkedHashMap<String, Device> all = new LinkedHashMap<>();
        bundledDevices(seed).forEach(device -> all.put(device.name(), device));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".toml")).sorted().toList()) {
                String name = file.getFileName().toString().replaceAll("\\.toml$", "");
                all.put(
                        name,
                        DeviceReader.read(
                                file.toString(),
                                name,
                                Files.readString(file),
                                applets(),
                                accounts(),
                                seed));
            }
        } catch (IOException fault) {
            throw new OperatorMistake(
                    directory
                            + " cannot be read as a directory of device definitions: "
                            + fault.getMessage()
                            + ".",
                    fault);
        }
        return new DeviceCatalog(List.copyOf(all.values()), seed);
    }

    private static List<Device> bundledDevices(long seed) {
        List<Device> all = new ArrayList<>();
        for (String name : lines("devices/index.txt")) {
            String file = "devices/" + name + ".toml";
            all.add(DeviceReader.read(file, name, resource(file), applets(), accounts(), seed));
        }
        return all;
    }

    public List<Device> devices() {
        return devices;
    }

    /// The same catalogue with one device only.
    ///
    /// @param name a device's name, or `auto` for all of them
    public DeviceCatalog only(String name) {
        if (name.equals("auto")) {
            return this;
        }
        for (Device device : devices) {
            if (device.name().equals(name)) {
                return new DeviceCatalog(List.of(device), seed);
            }
        }
        throw new OperatorMistake(
                "--device "
                        + name
                        + " is unknown; use auto or one of "
                        + String.join(", ", devices.stream().map(Device::name).toList())
                        + ".");
    }

    /// The device that a source meets. IPv6 sources of one /64 meet the same device.
    public Device meets(IpAddress source) {
        if (devices.size() == 1) {
            return devices.getFirst();
        }
        long x = seed ^ source.high() * 0x9E3779B97F4A7C15L;
        x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L ^ (source.isV4() ? source.low() : 0);
        x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
        x ^= x >>> 31;
        return devices.get((int) Long.remainderUnsigned(x, devices.size()));
    }

    private static Map<String, String> applets() {
        Map<String, String> all = new LinkedHashMap<>();
        for (String line : lines("applets.txt")) {
            int colon = line.indexOf(':');
            String directory = line.substring(line.charAt(0) == '+' ? 1 : 0, colon);
            for (String name : line.substring(colon + 1).trim().split("\\s+")) {
                all.put(name, directory + "/" + name);
            }
        }
        return all;
    }

    private static Set<String> accounts() {
        return new HashSet<>(lines("accounts.txt"));
    }

    private static List<String> lines(String name) {
        return resource(name).lines().filter(l -> !l.isBlank() && !l.startsWith("#")).toList();
    }

    private static String resource(String name) {
        try (@Nullable InputStream in =
                DeviceCatalog.class.getResourceAsStream("/teiten/decoy/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program's own file " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new IllegalStateException(
                    "the program's own file " + name + " cannot be read", fault);
        }
    }
}
