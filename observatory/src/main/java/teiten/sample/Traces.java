package teiten.sample;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the toolchain left behind: compiler versions, C library, language runtime, build system.
///
/// @param compilers such as `GCC: (GNU) 4.1.2`, each with its offset
/// @param libraries such as `uClibc`, `musl`, `glibc`, each with the text that tells
public record Traces(List<Found> compilers, List<Found> libraries) {
    static final Traces NONE = new Traces(List.of(), List.of());

    private static final int MOST = 16;
    private static final Pattern GCC =
            Pattern.compile("GCC: \\([^)\\x00]{0,80}\\) [0-9][0-9A-Za-z.+~-]{0,40}");
    private static final Pattern OTHER_COMPILER =
            Pattern.compile(
                    "(?:clang version|rustc version|Go build ID:|TinyCC|tcc version)"
                            + " ?[^\\x00\\n]{0,60}");

    private record Sign(String text, String library) {}

    private static final List<Sign> SIGNS =
            List.of(
                    new Sign("/lib/ld-uClibc", "uClibc"),
                    new Sign("ld-uClibc.so", "uClibc"),
                    new Sign("uClibc", "uClibc"),
                    new Sign("libc.so.0", "uClibc"),
                    new Sign("/lib/ld-musl-", "musl"),
                    new Sign("libc.musl-", "musl"),
                    new Sign("musl libc", "musl"),
                    new Sign("GNU C Library", "glibc"),
                    new Sign("libc.so.6", "glibc"),
                    new Sign("GLIBC_2.", "glibc"),
                    new Sign("/lib/klibc-", "klibc"),
                    new Sign("dietlibc", "dietlibc"),
                    new Sign("/system/bin/linker", "Android bionic"),
                    new Sign("Buildroot 20", "Buildroot"),
                    new Sign("runtime.goexit", "Go runtime"),
                    new Sign("/rustc/", "Rust runtime"));

    private static final WordSearch WORDS =
            new WordSearch(
                    SIGNS.stream()
                            .map(sign -> sign.text().getBytes(StandardCharsets.ISO_8859_1))
                            .toList());

    private static final List<byte[]> COMPILER_MARKS =
            List.of(
                    bytes("GCC: ("),
                    bytes("clang version"),
                    bytes("rustc version"),
                    bytes("Go build ID:"),
                    bytes("tcc version"));
    private static final WordSearch COMPILERS = new WordSearch(COMPILER_MARKS);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Traces of(FileBytes file) {
        List<Found> compilers = new ArrayList<>();
        Set<String> versions = new TreeSet<>();
        COMPILERS.search(
                file.raw(),
                0,
                file.size(),
                (_, at) -> {
                    String text = file.text(at, 160);
                    Matcher match = (text.startsWith("GCC") ? GCC : OTHER_COMPILER).matcher(text);
                    if (match.lookingAt() && versions.add(match.group())) {
                        compilers.add(new Found(printable(match.group()), at, Found.PLAIN));
                    }
                    return compilers.size() < MOST;
                });
        List<Found> libraries = new ArrayList<>();
        Set<String> had = new TreeSet<>();
        WORDS.search(
                file.raw(),
                0,
                file.size(),
                (word, at) -> {
                    Sign sign = SIGNS.get(word);
                    if (had.add(sign.library())) {
                        libraries.add(
                                new Found(
                                        sign.library() + " (" + sign.text() + ")",
                                        at,
                                        Found.PLAIN));
                    }
                    return libraries.size() < MOST;
                });
        return new Traces(List.copyOf(compilers), List.copyOf(libraries));
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
