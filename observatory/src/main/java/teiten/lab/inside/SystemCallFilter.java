package teiten.lab.inside;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The sample's system call filter, as a classic BPF program for seccomp on an x86-64 host.
///
/// A network namespace alone is no seal: `socket(AF_VSOCK)` reaches the hypervisor from inside it. So socket families
/// are allowed by name, new namespaces and whatever touches the kernel itself are refused, and the two other doors to
/// the same kernel (x32 numbers and `int 0x80`) end the process.
///
/// ```
/// instruction  | code 16 | jump if true 8 | jump if false 8 | operand 32 |
/// seccomp_data | nr 32 @0 | arch 32 @4 | instruction pointer 64 @8 | arguments 6 × 64 @16 |
/// ```
final class SystemCallFilter {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    private static final int[] FAMILIES = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

    static final int EPERM = 1;
    static final int ENOSYS = 38;
    static final int EAFNOSUPPORT = 97;

    private static final int LOAD = 0x20;
    private static final int EQUAL = 0x15;
    private static final int AT_LEAST = 0x35;
    private static final int ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int ALLOW = 0x7fff0000;
    private static final int KILL_PROCESS = 0x80000000;
    private static final int ANSWER = 0x00050000;

    private static final int ARCH_X86_64 = 0xC000003E;
    private static final int X32_BIT = 0x40000000;
    private static final int SOCKET = 41;
    private static final int SOCKETPAIR = 53;
    private static final int CLONE = 56;
    private static final int CLONE3 = 435;

    /// CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private static final int NEW_NAMESPACES = 0x7E020080;

    /// Refused with EPERM: whatever leaves the process's own world.
    private static final int[] REFUSED = {
        101, // ptrace
        103, // syslog
        153, // vhangup
        155, // pivot_root
        159, // adjtimex
        161, // chroot
        163, // acct
        164, // settimeofday
        165, // mount
        166, // umount2
        167, // swapon
        168, // swapoff
        169, // reboot
        170, // sethostname
        171, // setdomainname
        172, // iopl
        173, // ioperm
        175, // init_module
        176, // delete_module
        179, // quotactl
        212, // lookup_dcookie
        227, // clock_settime
        246, // kexec_load
        248, // add_key
        249, // request_key
        250, // keyctl
        272, // unshare
        298, // perf_event_open
        300, // fanotify_init
        303, // name_to_handle_at
        304, // open_by_handle_at
        305, // clock_adjtime
        308, // setns
        310, // process_vm_readv
        311, // process_vm_writev
        313, // finit_module
        320, // kexec_file_load
        321, // bpf
        323, // userfaultfd
        425, // io_uring_setup
        426, // io_uring_enter
        427, // io_uring_register
        428, // open_tree
        429, // move_mount
        430, // fsopen
        431, // fsconfig
        432, // fsmount
        433, // fspick
        438, // pidfd_getfd
        442, // mount_setattr
        443, // quotactl_fd
        444, // landlock_create_ruleset
    };

    /// Answered as if the kernel were built without them: memory that no process's own bound counts (System V shared
    /// memory and message queues, memfd, secret memory).
    private static final int[] ABSENT = {29, 64, 68, 240, 319, 447, CLONE3};

    private record Instruction(int code, int yes, int no, int operand) {}

    private SystemCallFilter() {}

    /// The program's bytes in the host's order, as `bwrap --seccomp` reads them.
    static byte[] program() {
        List<Instruction> all = new ArrayList<>();
        all.add(new Instruction(LOAD, 0, 0, 4));
        all.add(new Instruction(EQUAL, 1, 0, ARCH_X86_64));
        all.add(new Instruction(RETURN, 0, 0, KILL_PROCESS));
        all.add(new Instruction(LOAD, 0, 0, 0));
        all.add(new Instruction(AT_LEAST, 0, 1, X32_BIT));
        all.add(new Instruction(RETURN, 0, 0, KILL_PROCESS));
        families(all, SOCKET);
        families(all, SOCKETPAIR);
        answer(all, REFUSED, EPERM);
        answer(all, ABSENT, ENOSYS);
        all.add(new Instruction(EQUAL, 0, 3, CLONE));
        all.add(new Instruction(LOAD, 0, 0, 16));
        all.add(new Instruction(ANY_BIT, 0, 1, NEW_NAMESPACES));
        all.add(new Instruction(RETURN, 0, 0, ANSWER | EPERM));
        all.add(new Instruction(RETURN, 0, 0, ALLOW));
        ByteBuffer bytes = ByteBuffer.allocate(all.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction one : all) {
            bytes.putShort((short) one.code)
                    .put((byte) one.yes)
                    .put((byte) one.no)
                    .putInt(one.operand);
        }
        return bytes.array();
    }

    private static void families(List<Instruction> all, int call) {
        int n = FAMILIES.length;
        all.add(new Instruction(EQUAL, 0, n + 3, call));
        all.add(new Instruction(LOAD, 0, 0, 16));
        for (int k = 0; k < n; k++) {
            all.add(new Instruction(EQUAL, n - k, 0, FAMILIES[k]));
        }
        all.add(new Instruction(RETURN, 0, 0, ANSWER | EAFNOSUPPORT));
        all.add(new Instruction(RETURN, 0, 0, ALLOW));
    }

    private static void answer(List<Instruction> all, int[] calls, int error) {
        for (int call : calls) {
            all.add(new Instruction(EQUAL, 0, 1, call));
            all.add(new Instruction(RETURN, 0, 0, ANSWER | error));
        }
    }
}
