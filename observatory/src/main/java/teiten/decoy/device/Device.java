package teiten.decoy.device;

import teiten.decoy.files.Body;
import teiten.decoy.files.Mount;
import teiten.decoy.files.Node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One modelled device: the definition as it was written and what was derived from it. Immutable and shared by every
/// session that meets it.
///
/// @param name the definition file's name without `.toml`
/// @param built when the firmware was built: the time of its files
/// @param uptime how long the device claims to be up when the decoy starts
/// @param home the home directory of `root`
/// @param applets name → full path, of every applet and program that the device has
/// @param program the bytes of its BusyBox: a whole ELF file of the listed size
/// @param inert what a download is answered with: a whole ELF file for this CPU whose code is `exit(0)`
/// @param root the file tree
public record Device(
        String name,
        String title,
        String titleJa,
        Machine machine,
        String hostname,
        Kernel kernel,
        Instant built,
        Duration uptime,
        String home,
        Memory memory,
        Network network,
        BusyBox busyBox,
        Map<String, String> applets,
        TelnetFace telnet,
        String sshVersion,
        HttpFace http,
        List<Mount> mounts,
        List<Task> tasks,
        Body program,
        Body inert,
        Node.Directory root) {

    /// @param build the part of `uname -v`
    /// @param compiler as `/proc/version` names it
    public record Kernel(String release, String build, String compiler) {}

    /// All in KiB.
    public record Memory(int total, int free, int buffers, int cached) {}

    /// @param mac six octets in lower case, never multicast, fixed for one installation
    public record Network(String interfaceName, String address, String mac) {
        /// The address of the router that this device would use.
        public String gateway() {
            return address.substring(0, address.lastIndexOf('.')) + ".1";
        }
    }

    public record BusyBox(String version, String built, int size) {
        /// `BusyBox v1.12.1 (2013-11-12 14:46:05 CST)`
        public String banner() {
            return "BusyBox v" + version + " (" + built + ")";
        }

        /// True when this version is at least the given one, such as 1.20.
        public boolean since(int major, int minor) {
            String[] parts = version.split("\\.");
            int m = Integer.parseInt(parts[0]);
            int n = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return m > major || (m == major && n >= minor);
        }
    }

    /// @param negotiation the first bytes, sent before the greeting, as ISO-8859-1 text
    /// @param greeting what stands before `hostname login: `
    /// @param shellBanner what stands before the first prompt
    /// @param prompt `PS1`, with the escapes w (directory), h (host) and u (user)
    /// @param accounts `user:password` pairs that open
    public record TelnetFace(
            String negotiation,
            String greeting,
            String shellBanner,
            String prompt,
            Duration failDelay,
            Set<String> accounts) {}

    /// @param protocol of the status line, `HTTP/1.0` or `HTTP/1.1`
    public record HttpFace(
            String protocol, String server, String realm, String title, String upnp) {}

    /// One line of `ps`.
    ///
    /// @param size virtual size in KiB; 0 for a kernel thread
    /// @param state as `ps` prints it, such as `S` or `SW<`
    public record Task(int pid, String user, int size, String state, String command) {}

    /// What a download of a script is answered with.
    public static final Body INERT_SCRIPT = Body.fixed(new byte[] {'#', '\n'});

    /// True for bytes that this decoy itself handed out instead of a download.
    public boolean isInert(Body body) {
        Body ours = body.length() == INERT_SCRIPT.length() ? INERT_SCRIPT : inert;
        return body.length() == ours.length()
                && java.util.Arrays.equals(
                        body.bytes(), 0, body.length(), ours.bytes(), 0, ours.length());
    }

    /// `Linux host 2.6.21 #1014 Tue … mips GNU/Linux`
    public String unameAll() {
        return "Linux "
                + hostname
                + " "
                + kernel.release()
                + " "
                + kernel.build()
                + " "
                + machine.uname()
                + " "
                + operatingSystem();
    }

    /// What `uname -o` prints: BusyBox has it since 1.2 or so; old builds say `unknown`.
    public String operatingSystem() {
        return busyBox.since(1, 10) ? "GNU/Linux" : "unknown";
    }
}
