package teiten.lab.inside;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The sample's world: an empty read-only root with the emulator, a resolver, a processor's name, and 32 MB of `/tmp`
/// in which the sample lies and may write. Builds the argument vectors; no shell ever sees them.
final class Cell {
    static final int PROCESSES = 128;
    static final int MEMORY_MB = 256;
    static final int DISK_MB = 32;
    static final int FILE_MB = 16;
    static final int OPEN_FILES = 256;

    /// Where the filter's descriptor ends up: `flock` opens it as the first free one and leaves it open.
    private static final String FILTER_DESCRIPTOR = "3";

    private static final String TRACED =
            "trace=execve,execveat,fork,vfork,clone,clone3,exit_group,kill,tkill,tgkill,open,openat,creat,unlink,"
                + "unlinkat,rmdir,rename,renameat,renameat2,mkdir,mkdirat,chmod,fchmod,fchmodat,link,linkat,symlink,"
                + "symlinkat,prctl,ptrace,mount,umount2,reboot,unshare,setns,socket,bind,connect,listen,ioctl,bpf,"
                + "init_module,finit_module,setsid,memfd_create,chroot,pivot_root,sethostname";

    private final Path folder;
    private final int seconds;

    Cell(Path folder, int seconds) {
        this.folder = folder;
        this.seconds = seconds;
    }

    /// The directory that is `/tmp` inside.
    Path tmp() {
        return folder.resolve("tmp");
    }

    Path trace() {
        return folder.resolve("trace.txt");
    }

    /// Where the proving program's launcher writes what went wrong.
    Path complaints() {
        return folder.resolve("proof.err");
    }

    /// Writes the small files of the world and mounts its `/tmp`, bounded in bytes and in files.
    void furnish(Kernel kernel, java.lang.foreign.Arena arena) throws IOException {
        Files.write(folder.resolve("filter.bpf"), SystemCallFilter.program());
        Files.writeString(folder.resolve("resolv.conf"), "nameserver 10.0.2.3\n");
        Files.writeString(folder.resolve("cpuinfo"), "processor\t: 0\nBogoMIPS\t: 398.13\n");
        Files.createDirectories(tmp());
        mount(
                kernel,
                arena,
                "tmpfs",
                tmp().toString(),
                "size=" + DISK_MB + "m,nr_inodes=4096,mode=1777");
    }

    /// Teaches this namespace's own binfmt_misc to run dropped files through the emulators, so that a second stage is
    /// seen as well. Kernels before 6.7 have none of their own; then false.
    boolean runDroppedFiles(Kernel kernel, java.lang.foreign.Arena arena, List<String> magics) {
        try {
            mount(kernel, arena, "binfmt_misc", "/proc/sys/fs/binfmt_misc", "");
            for (String magic : magics) {
                Files.write(
                        Path.of("/proc/sys/fs/binfmt_misc/register"),
                        magic.getBytes(StandardCharsets.ISO_8859_1));
            }
            return true;
        } catch (SealBroken | IOException _) {
            return false;
        }
    }

    private static void mount(
            Kernel kernel,
            java.lang.foreign.Arena arena,
            String type,
            String where,
            String options) {
        int noSetuidNoDevices = 2 | 4;
        kernel.must(
                "mount of " + type,
                Kernel.MOUNT,
                arena.allocateFrom(type).address(),
                arena.allocateFrom(where).address(),
                arena.allocateFrom(type).address(),
                noSetuidNoDevices,
                arena.allocateFrom(options).address());
    }

    /// A program of our own, native, behind everything the sample is behind, untraced.
    List<String> proving(String program) {
        List<String> line = new ArrayList<>(filter());
        line.addAll(bounds());
        line.addAll(walls());
        line.addAll(List.of("--remount-ro", "/", "--", "/tmp/" + program));
        return line;
    }

    /// The sample, through its emulator and no other way, under the host's system call trace.
    ///
    /// Not with strace's `--seccomp-bpf`, which would halve the cost: a call that the seal's filter refuses would then
    /// never reach the trace, and what a sample tries in vain is what we want to see.
    List<String> running(String emulator, String name) {
        List<String> line = new ArrayList<>(filter());
        line.addAll(
                List.of(
                        "strace",
                        "-f",
                        "-qq",
                        "-ttt",
                        "-s",
                        "200",
                        "-o",
                        trace().toString(),
                        "-e",
                        TRACED,
                        "--"));
        line.addAll(bounds());
        line.addAll(walls());
        line.addAll(List.of("--ro-bind", emulator, "/q", "--remount-ro", "/", "--"));
        line.addAll(List.of("/q", "-r", "5.10.176", "/tmp/" + name));
        return line;
    }

    private List<String> filter() {
        return List.of("flock", "--shared", "--no-fork", folder.resolve("filter.bpf").toString());
    }

    private List<String> bounds() {
        return List.of(
                "prlimit",
                "--nproc=" + PROCESSES,
                "--nofile=" + OPEN_FILES,
                "--fsize=" + (FILE_MB << 20),
                "--data=" + (MEMORY_MB << 20),
                "--core=0",
                "--memlock=65536",
                "--msgqueue=0",
                "--cpu=" + (seconds + 1),
                "--");
    }

    private List<String> walls() {
        List<String> line = new ArrayList<>();
        line.addAll(
                List.of(
                        "bwrap",
                        "--unshare-pid",
                        "--unshare-ipc",
                        "--unshare-uts",
                        "--unshare-cgroup-try"));
        line.addAll(
                List.of(
                        "--hostname",
                        "gw",
                        "--clearenv",
                        "--setenv",
                        "PATH",
                        "/bin:/sbin:/usr/bin"));
        line.addAll(List.of("--new-session", "--cap-drop", "ALL", "--cap-add", "CAP_NET_RAW"));
        line.addAll(List.of("--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"));
        line.addAll(
                List.of(
                        "--dev",
                        "/dev",
                        "--dev-bind",
                        "/dev/null",
                        "/dev/watchdog",
                        "--remount-ro",
                        "/dev"));
        line.addAll(List.of("--ro-bind", folder.resolve("cpuinfo").toString(), "/proc/cpuinfo"));
        line.addAll(
                List.of("--ro-bind", folder.resolve("resolv.conf").toString(), "/etc/resolv.conf"));
        line.addAll(List.of("--bind", tmp().toString(), "/tmp"));
        line.addAll(List.of("--symlink", "/tmp", "/var/run", "--symlink", "/tmp", "/var/tmp"));
        line.addAll(List.of("--chdir", "/tmp", "--seccomp", FILTER_DESCRIPTOR));
        return line;
    }
}
