package teiten.decoy.applet;

import teiten.decoy.device.Device;
import teiten.decoy.device.DeviceTree;
import teiten.decoy.files.Node;
import teiten.decoy.shell.Applet;
import teiten.decoy.shell.Call;
import teiten.decoy.shell.Opening;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Applets that tell about the device, all out of the one [Device] that stands behind them.
final class SystemApplets {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss 'UTC' yyyy", Locale.ROOT);

    private SystemApplets() {}

    static void install(Map<String, Applet> all) {
        all.put("uname", SystemApplets::uname);
        all.put("hostname", call -> say(call, device(call).hostname()));
        all.put("dnsdomainname", _ -> 0);
        all.put("id", call -> say(call, "uid=0(root) gid=0(root)"));
        all.put("whoami", call -> say(call, "root"));
        all.put("logname", call -> say(call, "root"));
        all.put("nproc", call -> say(call, "1"));
        all.put("tty", call -> say(call, "/dev/pts/0"));
        all.put("date", SystemApplets::date);
        all.put("uptime", SystemApplets::uptime);
        all.put("free", SystemApplets::free);
        all.put("ps", SystemApplets::ps);
        all.put("top", SystemApplets::top);
        all.put("pidof", SystemApplets::pidof);
        all.put("kill", SystemApplets::kill);
        all.put("killall", SystemApplets::killall);
        all.put("killall5", _ -> 0);
        all.put("lscpu", SystemApplets::lscpu);
        all.put(
                "who",
                call ->
                        say(
                                call,
                                "USER       TTY      IDLE      TIME            HOST\n"
                                        + "root       pts/0    00:00     "
                                        + time(call)));
        all.put("w", all.get("who"));
        all.put("last", _ -> 0);
        all.put("dmesg", SystemApplets::dmesg);
        all.put("logread", _ -> 0);
        all.put("lsmod", call -> say(call, "Module                  Size  Used by    Not tainted"));
        for (String quiet :
                List.of(
                        "insmod",
                        "modprobe",
                        "rmmod",
                        "klogd",
                        "syslogd",
                        "crond",
                        "httpd",
                        "inetd",
                        "telnetd",
                        "tftpd",
                        "udhcpc",
                        "reset",
                        "clear",
                        "stty",
                        "mesg",
                        "chrt",
                        "renice",
                        "sysctl",
                        "init",
                        "logger",
                        "chpasswd",
                        "brctl",
                        "vconfig")) {
            all.put(quiet, _ -> 0);
        }
        for (String gone : List.of("reboot", "halt", "poweroff")) {
            all.put(gone, SystemApplets::reboot);
        }
        all.put("passwd", SystemApplets::passwd);
        all.put("crontab", SystemApplets::crontab);
        all.put("su", _ -> 0);
        all.put("vi", call -> call.args().isEmpty() ? 0 : 1);
        for (String pack : List.of("tar", "gzip", "gunzip", "zcat", "bunzip2", "unzip")) {
            all.put(
                    pack,
                    call -> call.args().isEmpty() ? Usage.show(call) : call.fail("invalid magic"));
        }
    }

    private static Device device(Call call) {
        return call.shell().device();
    }

    private static int say(Call call, String line) {
        call.print(line + "\n");
        return 0;
    }

    private static int uname(Call call) {
        Options options = Options.of(call.args(), "");
        Device device = device(call);
        if (options.has("a")) {
            return say(call, device.unameAll());
        }
        StringBuilder out = new StringBuilder();
        boolean none = call.args().isEmpty();
        add(out, none || options.has("s"), "Linux");
        add(out, options.has("n"), device.hostname());
        add(out, options.has("r"), device.kernel().release());
        add(out, options.has("v"), device.kernel().build());
        add(out, options.has("m"), device.machine().uname());
        add(out, options.has("p"), "unknown");
        add(out, options.has("i"), "unknown");
        add(out, options.has("o"), device.operatingSystem());
        return say(call, out.toString());
    }

    private static void add(StringBuilder out, boolean wanted, String text) {
        if (wanted) {
            out.append(out.isEmpty() ? "" : " ").append(text);
        }
    }

    private static Instant now(Call call) {
        return call.shell().world().clock().instant();
    }

    private static String time(Call call) {
        return DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
                .format(now(call).atOffset(ZoneOffset.UTC));
    }

    private static int date(Call call) {
        String format = call.args().stream().filter(a -> a.startsWith("+")).findFirst().orElse("");
        if (format.contains("%s")) {
            return say(
                    call,
                    format.substring(1).replace("%s", Long.toString(now(call).getEpochSecond())));
        }
        return say(call, DATE.format(now(call).atOffset(ZoneOffset.UTC)));
    }

    private static int uptime(Call call) {
        long up = (long) DeviceTree.upSeconds(device(call), now(call));
        String days = up >= 86_400 ? up / 86_400 + (up < 172_800 ? " day, " : " days, ") : "";
        return say(
                call,
                String.format(
                        Locale.ROOT,
                        " %s up %s%2d:%02d, load average: 0.08, 0.03, 0.05",
                        time(call),
                        days,
                        up / 3600 % 24,
                        up / 60 % 60));
    }

    private static int free(Call call) {
        Device.Memory m = device(call).memory();
        int unit = call.args().contains("-m") ? 1024 : 1;
        int used = m.total() - m.free();
        String out =
                String.format(
                        Locale.ROOT,
                        "%18s%13s%13s%13s%13s%n%-6s%12d%13d%13d%13d%13d%n%-6s%12d%13d%13d%n",
                        "total",
                        "used",
                        "free",
                        "shared",
                        "buffers",
                        "Mem:",
                        m.total() / unit,
                        used / unit,
                        m.free() / unit,
                        0,
                        m.buffers() / unit,
                        "Swap:",
                        0,
                        0,
                        0);
        call.print(out);
        return 0;
    }

    private static int ps(Call call) {
        Device device = device(call);
        boolean old = !device.busyBox().since(1, 10);
        StringBuilder out =
                new StringBuilder(
                        old
                                ? "  PID  Uid     VmSize Stat Command\n"
                                : "  PID USER       VSZ STAT COMMAND\n");
        for (Device.Task task : device.tasks()) {
            line(out, task.pid(), task.user(), task.size(), task.state(), task.command());
        }
        int last = device.tasks().getLast().pid();
        line(out, last + 102, "root", 1040, "S", "-sh");
        String words =
                call.name() + (call.args().isEmpty() ? "" : " " + String.join(" ", call.args()));
        line(
                out,
                last + 113,
                "root",
                1032,
                "R",
                words.length() > 60 ? words.substring(0, 60) : words);
        call.print(out.toString());
        return 0;
    }

    private static void line(
            StringBuilder out, int pid, String user, int size, String state, String command) {
        String shown = size == 0 ? "     0" : String.format(Locale.ROOT, "%6d", size);
        out.append(
                String.format(
                        Locale.ROOT, "%5d %-8s %s %-4s %s%n", pid, user, shown, state, command));
    }

    private static int top(Call call) {
        Device.Memory m = device(call).memory();
        call.print(
                "Mem: "
                        + (m.total() - m.free())
                        + "K used, "
                        + m.free()
                        + "K free, 0K shrd, "
                        + m.buffers()
                        + "K buff, "
                        + m.cached()
                        + "K cached\n"
                        + "CPU:   0% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq\n"
                        + "Load average: 0.08 0.03 0.05 1/"
                        + device(call).tasks().size()
                        + " "
                        + device(call).tasks().getLast().pid()
                        + "\n");
        return ps(call);
    }

    private static int pidof(Call call) {
        for (Device.Task task : device(call).tasks()) {
            String name = task.command().split(" ", 2)[0];
            if (call.args().contains(name.substring(name.lastIndexOf('/') + 1))) {
                return say(call, Integer.toString(task.pid()));
            }
        }
        return 1;
    }

    private static int kill(Call call) {
        if (call.args().isEmpty()) {
            return Usage.show(call);
        }
        int status = 0;
        for (String arg : call.args()) {
            if (arg.startsWith("-")) {
                continue;
            }
            long pid = Options.number0(arg, -1);
            if (pid < 0) {
                status = call.fail("invalid number '" + arg + "'");
            } else if (device(call).tasks().stream().noneMatch(t -> t.pid() == pid)) {
                status = call.fail("can't kill pid " + pid + ": No such process");
            }
        }
        return status;
    }

    private static int killall(Call call) {
        int status = 0;
        List<String> names = call.args().stream().filter(a -> !a.startsWith("-")).toList();
        if (names.isEmpty()) {
            return Usage.show(call);
        }
        for (String name : names) {
            boolean there = device(call).tasks().stream().anyMatch(t -> t.command().contains(name));
            if (!there) {
                status = call.args().contains("-q") ? 1 : call.fail(name + ": no process killed");
            }
        }
        return status;
    }

    private static int lscpu(Call call) {
        Device device = device(call);
        return say(
                call,
                "Architecture:          "
                        + device.machine().uname()
                        + "\nByte Order:            "
                        + (device.machine().bigEndian() ? "Big" : "Little")
                        + " Endian\n"
                        + "CPU(s):                1\n"
                        + "On-line CPU(s) list:   0\n"
                        + "Thread(s) per core:    1\n"
                        + "Core(s) per socket:    1\n"
                        + "Socket(s):             1");
    }

    private static int dmesg(Call call) {
        Opening.Opened version = Opening.readable(call.shell(), "/proc/version");
        String text =
                version.input() == null
                        ? ""
                        : new String(version.input().rest(4096), StandardCharsets.ISO_8859_1);
        call.print(
                text
                        + "Memory: "
                        + device(call).memory().total()
                        + "k available\n"
                        + "Mount-cache hash table entries: 512\n"
                        + "NET: Registered protocol family 16\n"
                        + "NET: Registered protocol family 2\n"
                        + "VFS: Mounted root (squashfs filesystem) readonly.\n");
        return 0;
    }

    /// The device goes away for a moment, as the caller wanted: the session ends.
    private static int reboot(Call call) {
        call.shell().leaveSession();
        return 0;
    }

    private static int passwd(Call call) {
        call.print("Changing password for root\nNew password: ");
        String first = call.io().in().line();
        call.print("\nRetype password: ");
        String second = call.io().in().line();
        if (first == null || !first.equals(second)) {
            call.print("\nPasswords don't match\n");
            return call.fail("password for root is unchanged");
        }
        call.print("\nPassword for root changed by root\n");
        return 0;
    }

    private static int crontab(Call call) {
        if (call.args().contains("-l")) {
            Node node =
                    call.shell().files().find("/", "/var/spool/cron/crontabs/root", true).node();
            return node == null ? call.fail("can't open 'root': No such file or directory") : 0;
        }
        if (call.args().isEmpty() || call.args().contains("-")) {
            call.io().in().rest(Sources.MOST);
        }
        return 0;
    }
}
