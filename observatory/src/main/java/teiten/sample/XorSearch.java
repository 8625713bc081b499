package teiten.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Tries all 255 one-byte XOR keys at once.
///
/// The XOR of two neighbouring bytes does not depend on the key: (a^k)^(b^k) = a^b. So the file's chain of neighbour
/// XORs is searched for the anchors' chains in one pass, and a hit gives the key as file byte XOR anchor byte. That
/// finds exactly what 255 decoded copies would show (a test holds it equal to that clear way), at 1/255 of the cost.
///
/// A key counts when two different anchors, or one of eight bytes or more, agree on it; key 0 is plain text.
final class XorSearch {
    private static final int LONG_ANCHOR = 8;
    private static final int MOST_ENTRIES = 400;
    private static final int MOST_HITS = 10_000;
    private static final int MOST_TABLES = 8;
    private static final int GAP = 24;
    private static final int LONGEST = 512;

    /// Words that bots hide and that honest data does not hold by chance.
    private static final List<String> ANCHORS =
            List.of(
                    "/bin/busybox",
                    "/bin/sh",
                    "/proc/",
                    "/dev/watchdog",
                    "/dev/misc/watchdog",
                    "/etc/resolv.conf",
                    "nameserver",
                    "enable",
                    "system",
                    "shell",
                    "ncorrect",
                    "assword",
                    "ogin:",
                    "applet not found",
                    "TSource Engine Query",
                    "User-Agent",
                    "Mozilla/5.0",
                    "HTTP/1.1",
                    "GET /",
                    "POST /",
                    "wget ",
                    "http://",
                    "busybox",
                    "/maps",
                    "(deleted)",
                    "/status",
                    "listening tun0",
                    "Content-Type",
                    "keep-alive",
                    "admin",
                    "password",
                    "/tmp/",
                    "root@",
                    "iptables",
                    "chmod ");

    private static final WordSearch CHAINS =
            new WordSearch(
                    ANCHORS.stream()
                            .map(word -> chain(word.getBytes(StandardCharsets.ISO_8859_1)))
                            .toList());

    private XorSearch() {}

    private static byte[] chain(byte[] bytes) {
        byte[] chain = new byte[Math.max(0, bytes.length - 1)];
        for (int i = 0; i < chain.length; i++) {
            chain[i] = (byte) (bytes[i] ^ bytes[i + 1]);
        }
        return chain;
    }

    private record Anchor(int word, int offset) {}

    static List<XorTable> tables(FileBytes file) {
        byte[] bytes = file.raw();
        byte[] chain = chain(bytes);
        TreeMap<Integer, List<Anchor>> byKey = new TreeMap<>();
        int[] hits = new int[1];
        CHAINS.search(
                chain,
                0,
                chain.length,
                (word, at) -> {
                    int key = (bytes[at] ^ ANCHORS.get(word).charAt(0)) & 0xff;
                    // 0x20 turns upper case into lower: not a key but a spelling
                    if (key != 0 && key != 0x20) {
                        byKey.computeIfAbsent(key, _ -> new ArrayList<>())
                                .add(new Anchor(word, at));
                        hits[0]++;
                    }
                    return hits[0] < MOST_HITS;
                });
        List<XorTable> tables = new ArrayList<>();
        byKey.forEach((key, anchors) -> {
            if (convincing(anchors) && tables.size() < MOST_TABLES) {
                tables.add(decode(file, key, anchors));
            }
        });
        return List.copyOf(tables);
    }

    private static boolean convincing(List<Anchor> anchors) {
        Set<Integer> different = new HashSet<>();
        for (Anchor anchor : anchors) {
            different.add(anchor.word());
            if (ANCHORS.get(anchor.word()).length() >= LONG_ANCHOR) {
                return true;
            }
        }
        return different.size() >= 2;
    }

    private static XorTable decode(FileBytes file, int key, List<Anchor> anchors) {
        byte[] bytes = file.raw();
        List<Found> evidence = new ArrayList<>();
        List<Found> entries = new ArrayList<>();
        String via = new XorTable(key, 0, 0, List.of(), List.of(), false).via();
        int first = Integer.MAX_VALUE;
        int last = 0;
        int done = 0;
        boolean cut = false;
        for (Anchor anchor : anchors) {
            if (evidence.size() < 16) {
                evidence.add(new Found(ANCHORS.get(anchor.word()), anchor.offset(), via));
            }
            if (anchor.offset() < done) {
                continue;
            }
            int begin = reach(bytes, anchor.offset(), key, -1, done);
            int end = reach(bytes, anchor.offset(), key, 1, bytes.length);
            cut |= read(bytes, begin, end, key, via, entries);
            first = Math.min(first, begin);
            last = Math.max(last, end);
            done = end;
        }
        return new XorTable(
                key, first, last - first, List.copyOf(evidence), List.copyOf(entries), cut);
    }

    /// Walks from an anchor while the bytes decode to text, an end of text, or stand as padding; short gaps (a port of
    /// two bytes) are walked over.
    private static int reach(byte[] bytes, int from, int key, int step, int bound) {
        int good = from;
        int gap = 0;
        for (int at = from; step > 0 ? at < bound : at >= bound; at += step) {
            if (bytes[at] != 0 && StringScan.isPrintable((byte) (bytes[at] ^ key))) {
                good = at;
                gap = 0;
            } else if (++gap > GAP) {
                break;
            }
        }
        return step > 0 ? good + 1 : good;
    }

    private static boolean read(
            byte[] bytes, int begin, int end, int key, String via, List<Found> entries) {
        StringBuilder text = new StringBuilder();
        for (int at = begin; at <= end; at++) {
            boolean inside =
                    at < end && bytes[at] != 0 && StringScan.isPrintable((byte) (bytes[at] ^ key));
            if (inside && text.length() < LONGEST) {
                text.append((char) ((bytes[at] ^ key) & 0xff));
            } else {
                if (text.length() >= 3) {
                    if (entries.size() >= MOST_ENTRIES) {
                        return true;
                    }
                    entries.add(
                            new Found(text.toString().replace('\t', ' '), at - text.length(), via));
                }
                text.setLength(0);
            }
        }
        return false;
    }
}
