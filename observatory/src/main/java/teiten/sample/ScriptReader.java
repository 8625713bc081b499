package teiten.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads shell scripts as text; nothing is interpreted or run.
final class ScriptReader {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST = 200;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_]{2,20}");
    private static final Pattern URL =
            Pattern.compile("(?i)(?:https?|ftp|tftp)://[^\\s\"'<>;|`(){}]{3,300}");

    /// Tools that droppers call, by the word that calls them.
    private static final Set<String> TOOLS =
            Set.of(
                    "wget",
                    "curl",
                    "tftp",
                    "ftpget",
                    "ftp",
                    "busybox",
                    "nc",
                    "chmod",
                    "rm",
                    "cp",
                    "mv",
                    "cat",
                    "echo",
                    "dd",
                    "sh",
                    "bash",
                    "ash",
                    "killall",
                    "pkill",
                    "kill",
                    "iptables",
                    "mount",
                    "crontab",
                    "nohup",
                    "perl",
                    "python",
                    "base64",
                    "openssl",
                    "history",
                    "ulimit",
                    "service",
                    "systemctl",
                    "mkdir",
                    "cd");

    /// The field's file suffixes and what they stand for.
    private static final Map<String, CpuFamily> SUFFIXES =
            Map.ofEntries(
                    Map.entry("x86", CpuFamily.X86),
                    Map.entry("i386", CpuFamily.X86),
                    Map.entry("i486", CpuFamily.X86),
                    Map.entry("i586", CpuFamily.X86),
                    Map.entry("i686", CpuFamily.X86),
                    Map.entry("x86_32", CpuFamily.X86),
                    Map.entry("x86_64", CpuFamily.X86_64),
                    Map.entry("x64", CpuFamily.X86_64),
                    Map.entry("amd64", CpuFamily.X86_64),
                    Map.entry("arm", CpuFamily.ARM),
                    Map.entry("arm4", CpuFamily.ARM),
                    Map.entry("arm4l", CpuFamily.ARM),
                    Map.entry("arm4t", CpuFamily.ARM),
                    Map.entry("arm5", CpuFamily.ARM),
                    Map.entry("arm5n", CpuFamily.ARM),
                    Map.entry("arm6", CpuFamily.ARM),
                    Map.entry("arm7", CpuFamily.ARM),
                    Map.entry("armv4", CpuFamily.ARM),
                    Map.entry("armv4l", CpuFamily.ARM),
                    Map.entry("armv5", CpuFamily.ARM),
                    Map.entry("armv5l", CpuFamily.ARM),
                    Map.entry("armv6", CpuFamily.ARM),
                    Map.entry("armv6l", CpuFamily.ARM),
                    Map.entry("armv7", CpuFamily.ARM),
                    Map.entry("armv7l", CpuFamily.ARM),
                    Map.entry("arm64", CpuFamily.AARCH64),
                    Map.entry("aarch64", CpuFamily.AARCH64),
                    Map.entry("mips", CpuFamily.MIPS),
                    Map.entry("mpsl", CpuFamily.MIPS),
                    Map.entry("mipsel", CpuFamily.MIPS),
                    Map.entry("mips64", CpuFamily.MIPS),
                    Map.entry("ppc", CpuFamily.POWERPC),
                    Map.entry("powerpc", CpuFamily.POWERPC),
                    Map.entry("ppc440", CpuFamily.POWERPC),
                    Map.entry("sh4", CpuFamily.SUPERH),
                    Map.entry("superh", CpuFamily.SUPERH),
                    Map.entry("spc", CpuFamily.SPARC),
                    Map.entry("sparc", CpuFamily.SPARC),
                    Map.entry("m68k", CpuFamily.M68K),
                    Map.entry("arc", CpuFamily.ARC),
                    Map.entry("riscv64", CpuFamily.RISCV),
                    Map.entry("riscv", CpuFamily.RISCV));

    private ScriptReader() {}

    /// Whether the bytes read as a shell script: a `#!` line, or text without control characters that calls at least
    /// two of the usual tools.
    static boolean isScript(FileBytes file) {
        if (file.startsWith(0, "#!")) {
            return true;
        }
        int look = Math.min(file.size(), 4096);
        if (look < 8) {
            return false;
        }
        for (int i = 0; i < look; i++) {
            int b = file.u8(i);
            if (b < 0x20 && b != '\n' && b != '\r' && b != '\t' || b == 0x7f) {
                return false;
            }
        }
        String text = file.text(0, look);
        Set<String> called = new HashSet<>();
        Matcher word = WORD.matcher(text);
        while (word.find()) {
            if (TOOLS.contains(word.group())) {
                called.add(word.group());
            }
        }
        return called.size() >= 2
                && (text.indexOf(';') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('|') >= 0);
    }

    static ScriptFacts read(FileBytes file) {
        String text =
                new String(
                        file.raw(),
                        0,
                        Math.min(file.size(), MOST_BYTES),
                        StandardCharsets.ISO_8859_1);
        List<Found> urls = new ArrayList<>();
        Set<String> had = new HashSet<>();
        Matcher url = URL.matcher(text);
        while (url.find() && urls.size() < MOST) {
            if (had.add(url.group())) {
                urls.add(new Found(printable(Defang.url(url.group())), url.start(), Found.PLAIN));
            }
        }
        List<Found> architectures = new ArrayList<>();
        List<Found> tools = new ArrayList<>();
        Set<String> tool = new HashSet<>();
        Set<String> cpu = new HashSet<>();
        Matcher word = WORD.matcher(text);
        while (word.find() && architectures.size() < MOST) {
            String lower = word.group().toLowerCase(Locale.ROOT);
            CpuFamily family = SUFFIXES.get(lower);
            if (family != null && cpu.add(lower)) {
                architectures.add(
                        new Found(lower + " (" + family.label() + ")", word.start(), Found.PLAIN));
            }
            if (TOOLS.contains(word.group()) && tool.add(word.group())) {
                tools.add(new Found(word.group(), word.start(), Found.PLAIN));
            }
        }
        int lines = text.isEmpty() ? 0 : 1;
        for (int i = 0; i < text.length() - 1; i++) {
            lines += text.charAt(i) == '\n' ? 1 : 0;
        }
        return new ScriptFacts(
                interpreter(text),
                List.copyOf(urls),
                List.copyOf(architectures),
                List.copyOf(tools),
                lines);
    }

    private static Fact interpreter(String text) {
        if (!text.startsWith("#!")) {
            return Fact.unknown("no #! line");
        }
        int end = text.indexOf('\n');
        String line =
                text.substring(2, end < 0 ? Math.min(text.length(), 128) : Math.min(end, 128))
                        .strip();
        return line.isEmpty()
                ? Fact.unknown("an empty #! line")
                : Fact.known(printable(line), "#! line (offset 0)", Trust.LOADER);
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
