package teiten.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the host's `strace -f` log of a run. The log is written outside the sample's world, so the sample cannot forge
/// it; but paths and names in it are the sample's words, which strace has escaped.
///
/// ```
/// PID  seconds.micros  call(arguments) = result
/// PID  seconds.micros  call(arguments <unfinished ...>
/// PID  seconds.micros  <... call resumed>arguments) = result
/// PID  seconds.micros  --- SIGNAL {...} ---
/// ```
///
/// Lines before the emulator's start are the launcher's. The emulator itself opens a few files of `/proc`; only what
/// changes the world, or looks at other processes, is reported, so they do not appear.
final class Trace {
    /// One kind of act on one object, and how often.
    static final class Act {
        final String what;
        final String object;
        final long atMicros;
        final boolean done;
        int times;

        Act(String what, String object, long atMicros, boolean done) {
            this.what = what;
            this.object = object;
            this.atMicros = atMicros;
            this.done = done;
        }
    }

    private static final int MAX_ACTS = 500;
    private static final int MAX_OPEN_LINES = 1_024;
    private static final int MAX_PROCESSES = 4_096;
    private static final Pattern LINE = Pattern.compile("^(\\d+)\\s+(\\d+)\\.(\\d{6}) (.*)$");
    private static final Pattern CALL = Pattern.compile("^(\\w+)\\((.*)\\)\\s+= (-?\\w+)(.*)$");
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern OTHER_PROCESS = Pattern.compile("/proc/\\d+(/.*)?");

    private final String own;
    private final Map<String, Act> files = new LinkedHashMap<>();
    private final Map<String, Act> processes = new LinkedHashMap<>();
    private final Set<String> limits = new HashSet<>();
    private final Map<String, String> unfinished = new HashMap<>();
    private final Set<String> launcher = new HashSet<>();
    private final Set<String> sample = new HashSet<>();
    private boolean started;
    private long startMicros;
    private long overflow;

    private Trace(String own) {
        this.own = own;
    }

    /// @param own the sample's own path inside
    static Trace read(Path log, String own) throws IOException {
        Trace trace = new Trace(own);
        if (!Files.exists(log)) {
            return trace;
        }
        try (BufferedReader in = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            String line = in.readLine();
            while (line != null) {
                trace.line(line);
                line = in.readLine();
            }
        }
        return trace;
    }

    Map<String, Act> files() {
        return files;
    }

    Map<String, Act> processes() {
        return processes;
    }

    /// Bounds that the system calls ran into.
    Set<String> limits() {
        return limits;
    }

    /// When the emulator started, in microseconds of the epoch; 0 when it did not.
    long startMicros() {
        return startMicros;
    }

    /// Acts beyond the tables' bounds.
    long overflow() {
        return overflow;
    }

    /// Whether the emulator was started at all.
    boolean started() {
        return started;
    }

    private void line(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return;
        }
        String pid = parts.group(1);
        String text = parts.group(4);
        long at;
        try {
            at = Long.parseLong(parts.group(2)) * 1_000_000 + Long.parseLong(parts.group(3));
        } catch (NumberFormatException _) {
            return;
        }
        if (text.endsWith("<unfinished ...>")) {
            if (unfinished.size() < MAX_OPEN_LINES) {
                unfinished.put(pid, text.substring(0, text.length() - 16));
            }
            if (!started && text.startsWith("execve(\"/q\"")) {
                sample.add(pid);
            }
            return;
        }
        if (text.startsWith("<... ")) {
            int resumed = text.indexOf(" resumed>");
            String begun = unfinished.remove(pid);
            if (resumed < 0 || begun == null) {
                return;
            }
            text = begun + text.substring(resumed + 9);
        }
        if (!started) {
            if (text.startsWith("execve(\"/q\"") && text.endsWith("= 0")) {
                started = true;
                startMicros = at;
                sample.add(pid);
                launcher.remove(pid);
            } else if (!sample.contains(pid)) {
                launcher.add(pid);
            }
            return;
        }
        if (launcher.contains(pid)) {
            return;
        }
        if (sample.size() < MAX_PROCESSES) {
            sample.add(pid);
        }
        if (text.startsWith("--- SIG")) {
            signal(text, at);
            return;
        }
        Matcher call = CALL.matcher(text);
        if (call.matches()) {
            call(call.group(1), call.group(2), call.group(3), call.group(4).strip(), at);
        }
    }

    private void signal(String text, long at) {
        String name =
                text.substring(4, text.indexOf(' ', 4) < 0 ? text.length() : text.indexOf(' ', 4));
        switch (name) {
            case "SIGXCPU" -> limits.add("processor time");
            case "SIGXFSZ" -> limits.add("file size 16 MB");
            case "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT" ->
                    process("crashes", name, at, true);
            case "SIGSYS" -> process("uses a closed door to the kernel", name, at, false);
            default -> {}
        }
    }

    private void call(String name, String arguments, String result, String rest, long at) {
        boolean done = !result.startsWith("-");
        if (rest.startsWith("EAGAIN") && (name.contains("clone") || name.contains("fork"))) {
            limits.add("processes");
        } else if (rest.startsWith("ENOSPC")) {
            limits.add("disk 32 MB");
        } else if (rest.startsWith("EMFILE")) {
            limits.add("open files 256");
        }
        switch (name) {
            case "open", "openat", "creat" -> opened(name, arguments, done, at);
            case "unlink", "unlinkat", "rmdir" -> {
                String path = path(arguments, 0);
                file(path.equals(own) ? "deletes itself" : "deletes", path, at, done);
            }
            case "rename", "renameat", "renameat2" ->
                    file("renames", path(arguments, 0) + " to " + path(arguments, 1), at, done);
            case "link", "linkat", "symlink", "symlinkat" ->
                    file("links", path(arguments, 1) + " to " + path(arguments, 0), at, done);
            case "mkdir", "mkdirat" -> file("makes the folder", path(arguments, 0), at, done);
            case "chmod", "fchmodat" -> file("changes the mode of", path(arguments, 0), at, done);
            case "execve", "execveat" -> process("starts", command(arguments), at, done);
            case "fork", "vfork", "clone", "clone3" -> forked(arguments, done, at);
            case "prctl" -> named(arguments, at);
            case "kill", "tkill", "tgkill" -> killed(name, arguments, done, at);
            case "setsid" -> process("leaves its terminal (setsid)", "", at, done);
            case "bind" -> bound(arguments, done, at);
            case "ioctl" -> watchdog(arguments, done, at);
            case "socket" -> family(arguments, done, at);
            case "ptrace",
                    "mount",
                    "umount2",
                    "reboot",
                    "unshare",
                    "setns",
                    "bpf",
                    "init_module",
                    "finit_module",
                    "memfd_create",
                    "chroot",
                    "pivot_root",
                    "sethostname" ->
                    process("tries " + name, "", at, done);
            default -> {}
        }
    }

    private void opened(String name, String arguments, boolean done, long at) {
        String path = path(arguments, 0);
        if (path.contains("watchdog")) {
            process("opens the watchdog", path, at, done);
        } else if (arguments.contains("O_WRONLY")
                || arguments.contains("O_RDWR")
                || arguments.contains("O_CREAT")
                || name.equals("creat")) {
            file("writes", path, at, done);
        } else if (path.equals("/proc") || path.equals("/proc/")) {
            process("looks through all processes", "/proc", at, done);
        } else {
            Matcher other = OTHER_PROCESS.matcher(path);
            if (other.matches()) {
                String part = other.group(1);
                process(
                        "looks at other processes",
                        "/proc/N" + (part == null ? "" : part),
                        at,
                        done);
            }
        }
    }

    /// Threads are left out: the emulator makes some for itself, and tries `clone3` before `clone`.
    private void forked(String arguments, boolean done, long at) {
        if (!arguments.contains("CLONE_THREAD")) {
            process("forks", "", at, done);
        }
    }

    private void named(String arguments, long at) {
        if (arguments.startsWith("PR_SET_NAME")) {
            process("names itself", path(arguments, 0), at, true);
        }
    }

    private void killed(String name, String arguments, boolean done, long at) {
        String[] words = arguments.split(", ");
        if (name.equals("kill") && words.length > 1 && !words[1].equals("0")) {
            process("kills", "process " + words[0] + " with " + words[1], at, done);
        }
    }

    private void bound(String arguments, boolean done, long at) {
        Matcher port =
                Pattern.compile("htons\\((\\d+)\\).*?\"([0-9a-fA-F.:]+)\"").matcher(arguments);
        if (port.find() && !port.group(1).equals("0")) {
            process("listens on", port.group(2) + " port " + port.group(1), at, done);
        }
    }

    private void watchdog(String arguments, boolean done, long at) {
        if (arguments.contains("WDIOC")) {
            String[] words = arguments.split(", ");
            process("commands the watchdog", words.length > 1 ? words[1] : "", at, done);
        }
    }

    private void family(String arguments, boolean done, long at) {
        if (arguments.contains("SOCK_RAW") || arguments.startsWith("AF_PACKET")) {
            process("opens a raw socket", arguments, at, done);
        } else if (!done && !arguments.startsWith("AF_INET")) {
            process("tries a socket", arguments, at, false);
        }
    }

    private void file(String what, String object, long at, boolean done) {
        put(files, what, object, at, done);
    }

    private void process(String what, String object, long at, boolean done) {
        put(processes, what, object, at, done);
    }

    private void put(Map<String, Act> acts, String what, String object, long at, boolean done) {
        String shown = object.length() > 300 ? object.substring(0, 300) + "…" : object;
        String key = what + '\t' + shown + '\t' + done;
        Act act = acts.get(key);
        if (act == null) {
            if (acts.size() >= MAX_ACTS) {
                overflow++;
                return;
            }
            act = new Act(what, shown, at, done);
            acts.put(key, act);
        }
        act.times++;
    }

    /// The quoted words of an `execve`: the program, then its arguments.
    private static String command(String arguments) {
        Matcher word = QUOTED.matcher(arguments);
        StringBuilder all = new StringBuilder();
        for (int k = 0; k < 12 && word.find(); k++) {
            if (k != 1) {
                all.append(all.isEmpty() ? "" : " ").append(word.group(1));
            }
        }
        return all.toString();
    }

    private static String path(String arguments, int number) {
        Matcher word = QUOTED.matcher(arguments);
        for (int k = 0; word.find(); k++) {
            if (k == number) {
                return word.group(1);
            }
        }
        return "";
    }
}
