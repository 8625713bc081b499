package teiten.session.understand;

import org.jspecify.annotations.Nullable;

import teiten.session.understand.ShellLine.Redirect;
import teiten.session.understand.ShellLine.Simple;

import java.util.List;
import java.util.Set;

/// The stage that one simple command belongs to.
final class CommandStage {
    private static final Set<String> LOOKS =
            Set.of(
                    "uname",
                    "ps",
                    "id",
                    "whoami",
                    "w",
                    "who",
                    "ls",
                    "free",
                    "df",
                    "mount",
                    "ifconfig",
                    "ip",
                    "hostname",
                    "nproc",
                    "lscpu",
                    "dd",
                    "hexdump",
                    "od",
                    "xxd",
                    "cat",
                    "head",
                    "tail",
                    "strings",
                    "which",
                    "whereis",
                    "top",
                    "env",
                    "set",
                    "crontab",
                    "history",
                    "lspci",
                    "netstat",
                    "ss",
                    "route",
                    "uptime",
                    "date",
                    "find",
                    "grep",
                    "dmesg",
                    "arch",
                    "getconf",
                    "file",
                    "readelf",
                    "printenv",
                    "help",
                    "last",
                    "lastlog",
                    "ping",
                    "nslookup",
                    "ipconfig",
                    "show",
                    "ver",
                    "version",
                    "nvram",
                    "getprop",
                    "pm",
                    "stat",
                    "test",
                    "[",
                    "echo",
                    "printf",
                    "lsof",
                    "sysctl",
                    "locale",
                    "locate",
                    "type",
                    "while",
                    "read");
    private static final Set<String> FETCHES =
            Set.of(
                    "wget",
                    "curl",
                    "tftp",
                    "ftpget",
                    "ftp",
                    "scp",
                    "sftp",
                    "lwp-download",
                    "fetch",
                    "axel",
                    "nc",
                    "ncat",
                    "netcat",
                    "rsync",
                    "busybox-wget");
    private static final Set<String> SHELLS =
            Set.of("sh", "bash", "ash", "dash", "zsh", "ksh", "csh", "hush");
    private static final Set<String> SCRIPTED =
            Set.of("python", "python2", "python3", "perl", "php", "ruby", "lua", "source", ".");
    private static final Set<String> SETTLES =
            Set.of(
                    "passwd",
                    "chpasswd",
                    "useradd",
                    "adduser",
                    "usermod",
                    "chattr",
                    "insmod",
                    "systemctl",
                    "service",
                    "screen",
                    "tmux",
                    "at");
    private static final Set<String> CLEANS =
            Set.of("rm", "kill", "killall", "killall5", "pkill", "shred", "unlink", "iptables");
    private static final List<String> SYSTEM =
            List.of("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/");

    private CommandStage() {}

    /// The stage, or null for a command that tells none (`cd`, `chmod`, `enable`).
    static @Nullable Stage of(Simple command) {
        String program = command.program();
        List<String> arguments = command.arguments();
        if (program.isEmpty()) {
            return opensHidden(command.redirects()) ? Stage.RECONNAISSANCE : null;
        }
        if (CLEANS.contains(program)) {
            return Stage.CLEAN_UP;
        }
        if (program.equals("history") && arguments.contains("-c")
                || program.equals("unset") && hasHistory(arguments)
                || program.equals("export") && hasHistory(arguments)) {
            return Stage.CLEAN_UP;
        }
        if (FETCHES.contains(program)) {
            return fetchesNothing(program, command) ? Stage.RECONNAISSANCE : Stage.DOWNLOAD;
        }
        if (settles(program, command)) {
            return Stage.RUN;
        }
        if (SHELLS.contains(program) || SCRIPTED.contains(program)) {
            boolean piped = command.after().equals("|");
            boolean file = !arguments.isEmpty() && !arguments.getFirst().equals("--version");
            return piped || file || !command.redirects().isEmpty() ? Stage.RUN : null;
        }
        if (isOwnProgram(command.written())) {
            return Stage.RUN;
        }
        if (command.ofBusyBox() && isToken(program)
                || program.equals("busybox") && command.words().size() == 1) {
            return Stage.RECONNAISSANCE;
        }
        return LOOKS.contains(program) ? Stage.RECONNAISSANCE : null;
    }

    /// An applet that no BusyBox has: four to ten capitals, as bots ask for to learn where an answer ends.
    static boolean isToken(String word) {
        return word.length() >= 4
                && word.length() <= 10
                && word.chars().allMatch(c -> c >= 'A' && c <= 'Z');
    }

    private static boolean opensHidden(List<Redirect> redirects) {
        for (Redirect redirect : redirects) {
            if (redirect.writes()
                    && redirect.target().startsWith("/")
                    && ShellLine.baseName(redirect.target()).startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasHistory(List<String> arguments) {
        for (String argument : arguments) {
            if (argument.startsWith("HIST")) {
                return true;
            }
        }
        return false;
    }

    /// `wget` or `nc` alone only asks whether it is there.
    private static boolean fetchesNothing(String program, Simple command) {
        return switch (program) {
            case "nc", "ncat", "netcat" -> command.arguments().size() < 2;
            case "scp", "sftp", "rsync", "ftp" -> command.arguments().isEmpty();
            default -> Urls.fetched(command).isEmpty();
        };
    }

    private static boolean settles(String program, Simple command) {
        if (program.equals("crontab")) {
            return !command.arguments().isEmpty() && !command.arguments().contains("-l");
        }
        if (SETTLES.contains(program)) {
            return true;
        }
        for (Redirect redirect : command.redirects()) {
            String target = redirect.target();
            boolean lasting =
                    target.endsWith("authorized_keys")
                            || target.startsWith("/etc/rc")
                            || target.startsWith("/etc/init")
                            || target.startsWith("/etc/cron")
                            || target.startsWith("/etc/passwd")
                            || target.startsWith("/etc/shadow");
            if (redirect.writes() && lasting) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOwnProgram(String written) {
        if (written.startsWith("./") || written.startsWith("../")) {
            return true;
        }
        if (!written.startsWith("/") || written.endsWith("/")) {
            return false;
        }
        for (String directory : SYSTEM) {
            if (written.startsWith(directory)) {
                return false;
            }
        }
        // A router's own words begin with a slash too ("/ip cloud print" of RouterOS).
        return written.indexOf('/', 1) > 0;
    }
}
