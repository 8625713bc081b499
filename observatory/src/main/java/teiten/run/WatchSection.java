package teiten.run;

import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

import teiten.OperatorMistake;
import teiten.capture.live.LiveOptions;
import teiten.net.Prefix;
import teiten.store.Imports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The `[[watch]]` sections of the settings: what `teiten watch` and `teiten serve` capture while they run.
///
/// ```toml
/// [[watch]]
/// interface = "eth0"       # or: directory = "/var/captures"
/// sensor = "darknet"
/// addresses = ["198.18.0.0/16"]
/// filter = "not port 22"   # this and what follows for an interface only
/// snaplen = 256
/// buffer_mib = 64
/// promiscuous = false
/// outgoing = false
/// ```
final class WatchSection {
    private static final Set<String> KNOWN =
            Set.of(
                    "interface",
                    "directory",
                    "sensor",
                    "addresses",
                    "filter",
                    "snaplen",
                    "buffer_mib",
                    "promiscuous",
                    "outgoing");

    private static final Set<String> OF_DIRECTORY = Set.of("directory", "sensor", "addresses");

    private final String where;
    private final TomlTable section;

    private WatchSection(Path file, int number, TomlTable section) {
        this.where = "the settings file " + file + ", watch section " + number + ",";
        this.section = section;
    }

    static List<WatchSource> read(Path file, @Nullable Object found) {
        if (found == null) {
            return List.of();
        }
        if (!(found instanceof TomlArray sections)
                || !sections.toList().stream().allMatch(each -> each instanceof TomlTable)) {
            throw new OperatorMistake(
                    "the settings file "
                            + file
                            + " sets watch to no sections: begin each with [[watch]]");
        }
        List<WatchSource> sources = new ArrayList<>();
        for (int i = 0; i < sections.size(); i++) {
            sources.add(new WatchSection(file, i + 1, sections.getTable(i)).source());
        }
        return List.copyOf(sources);
    }

    private WatchSource source() {
        boolean device = section.contains("interface");
        if (device == section.contains("directory")) {
            throw new OperatorMistake(where + " must name either an interface or a directory");
        }
        TreeSet<String> unknown = new TreeSet<>(section.keySet());
        unknown.removeAll(device ? KNOWN : OF_DIRECTORY);
        if (!unknown.isEmpty()) {
            throw new OperatorMistake(
                    where
                            + " has a key \""
                            + unknown.first()
                            + "\" that is not known"
                            + (device ? "" : " for a directory")
                            + "; known are "
                            + String.join(", ", new TreeSet<>(device ? KNOWN : OF_DIRECTORY)));
        }
        String sensor = text("sensor", "darknet");
        Imports.checkName(sensor);
        if (!device) {
            return new WatchSource.OfDirectory(sensor, addresses(), Path.of(text("directory", "")));
        }
        return new WatchSource.OfInterface(
                sensor,
                addresses(),
                new LiveOptions(
                        text("interface", ""),
                        text("filter", ""),
                        number("snaplen", LiveOptions.SNAPLEN),
                        number("buffer_mib", LiveOptions.BUFFER_MIB),
                        flag("promiscuous"),
                        flag("outgoing")));
    }

    private OperatorMistake wrong(String key, String wanted) {
        return new OperatorMistake(where + " sets " + key + " to something that is no " + wanted);
    }

    private String text(String key, String fallback) {
        Object found = section.get(key);
        if (found == null) {
            return fallback;
        }
        if (found instanceof String text) {
            return text;
        }
        throw wrong(key, "text");
    }

    private int number(String key, int fallback) {
        Object found = section.get(key);
        if (found == null) {
            return fallback;
        }
        if (found instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw wrong(key, "whole number");
    }

    private boolean flag(String key) {
        Object found = section.get(key);
        if (found == null) {
            return false;
        }
        if (found instanceof Boolean flag) {
            return flag;
        }
        throw wrong(key, "true or false");
    }

    private @Nullable List<Prefix> addresses() {
        Object found = section.get("addresses");
        if (found == null) {
            return null;
        }
        if (!(found instanceof TomlArray array)
                || !array.toList().stream().allMatch(each -> each instanceof String)) {
            throw wrong("addresses", "list of texts");
        }
        try {
            return array.toList().stream().map(each -> Prefix.parse((String) each)).toList();
        } catch (IllegalArgumentException mistake) {
            throw new OperatorMistake(where + " addresses: " + mistake.getMessage());
        }
    }
}
