package teiten.run;

import org.jspecify.annotations.Nullable;

import teiten.OperatorMistake;
import teiten.net.Prefix;
import teiten.store.ScannerReadings;
import teiten.store.ScannerReadings.Entry;
import teiten.store.ScannerReadings.ScannerList;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A list of scanners as a file: a MISP warning list (JSON, of type `cidr`, or `string` when it holds addresses), or plain
/// text with an address or CIDR block a line, IPv4 or IPv6, `#` beginning a comment.
///
/// @param kind `misp` or `cidr`
public record ScannerListFile(
        Path file, String name, String kind, String version, String sha256, List<Entry> entries) {
    private static final long MOST_BYTES = 64 << 20;
    private static final int MOST_NAME = 100;

    /// @param name null takes the list's own, or the file's
    /// @throws OperatorMistake naming file, line or entry, and the remedy
    public static ScannerListFile read(Path file, @Nullable String name) {
        byte[] bytes;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new OperatorMistake(
                        "the scanner list " + file + " is larger than 64 MiB; give a smaller one");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException fault) {
            throw new OperatorMistake(
                    "the scanner list " + file + " cannot be read; name an existing file", fault);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException fault) {
            throw new OperatorMistake(
                    "the scanner list " + file + " is no UTF-8 text; save it as UTF-8", fault);
        }
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        boolean misp = text.stripLeading().startsWith("{");
        return misp
                ? misp(file, name, text, sha256(bytes))
                : new ScannerListFile(
                        file,
                        named(file, name, stem(file)),
                        "cidr",
                        "",
                        sha256(bytes),
                        plain(file, text));
    }

    private static List<Entry> plain(Path file, String text) {
        List<Entry> entries = new ArrayList<>();
        String[] lines = text.split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            int comment = lines[i].indexOf('#');
            String line = (comment < 0 ? lines[i] : lines[i].substring(0, comment)).strip();
            if (!line.isEmpty()) {
                entries.add(entry(file, "line " + (i + 1), line));
            }
        }
        return entries;
    }

    private static ScannerListFile misp(
            Path file, @Nullable String name, String text, String sha256) {
        JsonNode list;
        try {
            list = JsonMapper.shared().readTree(text);
        } catch (JacksonException fault) {
            throw new OperatorMistake(
                    "the scanner list "
                            + file
                            + ", line "
                            + fault.getLocation().getLineNr()
                            + ", is broken JSON; get it again, or give plain CIDR blocks, one a"
                            + " line",
                    fault);
        }
        String type = list.path("type").asString("string");
        if (!list.path("list").isArray()
                || !list.path("name").isString()
                || !type.equals("cidr") && !type.equals("string")) {
            throw new OperatorMistake(
                    "the scanner list "
                            + file
                            + " is no MISP warning list of addresses; it needs \"name\", \"list\""
                            + " and the \"type\" cidr or string");
        }
        List<Entry> entries = new ArrayList<>();
        for (JsonNode each : list.path("list")) {
            entries.add(
                    entry(
                            file,
                            "entry " + (entries.size() + 1) + " of \"list\"",
                            each.asString("").strip()));
        }
        return new ScannerListFile(
                file,
                named(file, name, list.path("name").asString("")),
                "misp",
                list.path("version").asString(""),
                sha256,
                entries);
    }

    private static Entry entry(Path file, String where, String text) {
        try {
            Prefix prefix = Prefix.parse(text);
            if (prefix.bits() > 0) {
                return new Entry(prefix, text);
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw new OperatorMistake(
                "the scanner list "
                        + file
                        + ", "
                        + where
                        + ": \""
                        + (text.length() > 60 ? text.substring(0, 60) + "…" : text)
                                .replaceAll("\\p{C}", "?")
                        + "\" is no block of addresses; write it like 192.0.2.0/24, 192.0.2.1 or"
                        + " 2001:db8::/32, or take it away");
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static String named(Path file, @Nullable String asked, String own) {
        String name = (asked != null ? asked : own).strip();
        if (name.isEmpty()
                || name.length() > MOST_NAME
                || !name.equals(name.replaceAll("\\p{C}", ""))) {
            throw new OperatorMistake(
                    "the scanner list "
                            + file
                            + " has no usable name; give one of 1 to "
                            + MOST_NAME
                            + " characters with --name");
        }
        return name;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public void store(ScannerReadings lists) {
        lists.add(name, kind, version, file.toString(), sha256, entries);
    }

    /// Takes in the lists that the settings name and that are not stored yet, or changed since.
    public static void sync(ScannerReadings lists, List<Path> files) {
        if (files.isEmpty()) {
            return;
        }
        List<ScannerList> stored = lists.lists();
        for (Path file : files) {
            ScannerListFile list = read(file, null);
            if (stored.stream()
                    .noneMatch(s -> s.name().equals(list.name) && s.sha256().equals(list.sha256))) {
                list.store(lists);
            }
        }
    }
}
