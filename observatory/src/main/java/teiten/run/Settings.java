package teiten.run;

import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;

import teiten.OperatorMistake;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What can be set, each with a default that suits one small machine.
///
/// ```toml
/// [import]
/// threads = 2              # workers that share the sources
/// table_memory_mib = 512   # for the tables of sources
/// store_seconds = 10       # how much reading a crash can cost
/// [store]
/// memory_mib = 1024        # the database's own bound
/// keep_minutes_days = 35   # minutes are kept this long, hours and days for ever
/// keep_sources_days = 400
/// [tuples]
/// store = false            # flow tuples of every import
/// keep_days = 30
/// [serve]
/// host = "127.0.0.1"
/// port = 8550
/// [scanners]
/// lists = ["research.json", "mine.txt"]   # loaded when they are new or changed
/// ```
///
/// and `[[watch]]` sections, see [WatchSection].
///
/// @param data the data directory
/// @param threads workers of an import
/// @param tableMemory bytes
/// @param storeSeconds after which what was read is stored
/// @param storeMemory bytes
/// @param tuples whether imports keep flow tuples
/// @param scannerLists files of known investigators; relative ones start from the settings file's folder
/// @param watches what is captured while `serve` or `watch` runs
public record Settings(
        Path data,
        int threads,
        long tableMemory,
        int storeSeconds,
        long storeMemory,
        int keepMinutesDays,
        int keepSourcesDays,
        boolean tuples,
        int keepTuplesDays,
        String host,
        int port,
        List<Path> scannerLists,
        List<WatchSource> watches) {
    private static final Set<String> KNOWN =
            Set.of(
                    "import.threads",
                    "import.table_memory_mib",
                    "import.store_seconds",
                    "store.memory_mib",
                    "store.keep_minutes_days",
                    "store.keep_sources_days",
                    "tuples.store",
                    "tuples.keep_days",
                    "serve.host",
                    "serve.port",
                    "scanners.lists",
                    "watch");

    public Settings {
        scannerLists = List.copyOf(scannerLists);
        watches = List.copyOf(watches);
    }

    /// Flags come before the environment, the environment before the file, the file before the defaults.
    ///
    /// @param dataFlag what `--data` says, or null
    /// @param fileFlag what `--settings` says, or null
    /// @throws OperatorMistake when the file cannot be read, holds an unknown key or a value out of range
    public static Settings read(
            @Nullable Path dataFlag, @Nullable Path fileFlag, Map<String, String> environment) {
        Path data = dataFlag != null ? dataFlag : data(environment);
        String named = environment.get("TEITEN_SETTINGS");
        Path file =
                fileFlag != null
                        ? fileFlag
                        : named != null ? Path.of(named) : data.resolve("teiten.toml");
        boolean asked = fileFlag != null || named != null;
        if (!asked && !Files.exists(file)) {
            return of(data, file, null, environment);
        }
        try {
            TomlParseResult toml = Toml.parse(file);
            if (toml.hasErrors()) {
                throw new OperatorMistake(
                        "the settings file "
                                + file
                                + ", line "
                                + toml.errors().getFirst().position().line()
                                + ": "
                                + toml.errors().getFirst().getMessage()
                                + "; correct it or take it away");
            }
            return of(data, file, toml, environment);
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the settings file "
                            + file
                            + " cannot be read; name an existing one with --settings",
                    fault);
        }
    }

    private static Path data(Map<String, String> environment) {
        String named = environment.get("TEITEN_DATA");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        String shared = environment.get("XDG_DATA_HOME");
        return shared != null && !shared.isEmpty()
                ? Path.of(shared, "teiten")
                : Path.of(System.getProperty("user.home"), ".local", "share", "teiten");
    }

    private static Settings of(
            Path data, Path file, @Nullable TomlParseResult toml, Map<String, String> environment) {
        TreeSet<String> unknown = new TreeSet<>(toml == null ? Set.of() : toml.dottedKeySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new OperatorMistake(
                    "the settings file "
                            + file
                            + " has a key \""
                            + unknown.first()
                            + "\" that is not known; known are "
                            + String.join(", ", new TreeSet<>(KNOWN)));
        }
        Reader read = new Reader(file, toml, environment);
        int cores = Runtime.getRuntime().availableProcessors();
        return new Settings(
                data,
                (int) read.number("import.threads", Math.min(cores, 8), 1, 64),
                read.number("import.table_memory_mib", 512, 16, 1 << 20) << 20,
                (int) read.number("import.store_seconds", 10, 0, 3_600),
                read.number("store.memory_mib", 1024, 64, 1 << 20) << 20,
                (int) read.number("store.keep_minutes_days", 35, 1, 36_500),
                (int) read.number("store.keep_sources_days", 400, 1, 36_500),
                read.flag("tuples.store", false),
                (int) read.number("tuples.keep_days", 30, 1, 36_500),
                read.text("serve.host", "127.0.0.1"),
                (int) read.number("serve.port", 8550, 0, 65_535),
                read.files("scanners.lists"),
                WatchSection.read(file, read.value("watch")));
    }

    /// One value at a time: `TEITEN_IMPORT_THREADS` before `import.threads` of the file.
    ///
    /// @param toml null when there is no file: looking a key up means parsing it, which every command would wait for
    private record Reader(
            Path file, @Nullable TomlParseResult toml, Map<String, String> environment) {
        @Nullable Object value(String key) {
            return toml == null ? null : toml.get(key);
        }

        private @Nullable String environment(String key) {
            return environment.get("TEITEN_" + key.replace('.', '_').toUpperCase(Locale.ROOT));
        }

        long number(String key, long fallback, long least, long most) {
            String set = environment(key);
            String where = set != null ? "the environment" : "the settings file " + file;
            long value;
            try {
                Object found = set != null ? Long.valueOf(set) : value(key);
                if (found == null) {
                    return fallback;
                }
                value = found instanceof Long number ? number : least - 1;
            } catch (NumberFormatException _) {
                value = least - 1;
            }
            if (value < least || value > most) {
                throw new OperatorMistake(
                        where
                                + " sets "
                                + key
                                + " to no whole number between "
                                + least
                                + " and "
                                + most);
            }
            return value;
        }

        boolean flag(String key, boolean fallback) {
            String set = environment(key);
            Object found = set != null ? set : value(key);
            if (found == null) {
                return fallback;
            }
            if (found.toString().equals("true") || found.toString().equals("false")) {
                return found.toString().equals("true");
            }
            throw new OperatorMistake(
                    (set != null ? "the environment" : "the settings file " + file)
                            + " sets "
                            + key
                            + " to neither true nor false");
        }

        /// Files by a list of names; the environment parts them by the platform's path separator.
        List<Path> files(String key) {
            String set = environment(key);
            Object found = set != null ? null : value(key);
            List<Path> files = new ArrayList<>();
            if (set != null) {
                for (String name : set.split(Pattern.quote(File.pathSeparator))) {
                    if (!name.isBlank()) {
                        files.add(Path.of(name));
                    }
                }
                return files;
            }
            if (found == null) {
                return files;
            }
            if (found instanceof TomlArray array) {
                for (Object name : array.toList()) {
                    if (name instanceof String text && !text.isBlank()) {
                        files.add(file.toAbsolutePath().resolveSibling(text));
                    }
                }
                if (files.size() == array.size()) {
                    return files;
                }
            }
            throw new OperatorMistake(
                    "the settings file "
                            + file
                            + " sets "
                            + key
                            + " to no list of file names; write it like [\"scanners.txt\"]");
        }

        String text(String key, String fallback) {
            String set = environment(key);
            Object found = set != null ? set : value(key);
            if (found != null && !(found instanceof String)) {
                throw new OperatorMistake(
                        "the settings file "
                                + file
                                + " sets "
                                + key
                                + " to something that is no text");
            }
            return found instanceof String text ? text : fallback;
        }
    }
}
