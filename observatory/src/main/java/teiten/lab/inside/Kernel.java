package teiten.lab.inside;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// System calls by number, for the few things Java's own classes do not open: packet sockets, transparent sockets,
/// mounts. One foreign function (`syscall(2)`) instead of twenty keeps the warden's start short.
///
/// Numbers and structures are those of x86-64 Linux; `teiten lab check` refuses other hosts. An instance belongs to
/// one thread, because it owns that thread's errno.
final class Kernel {
    static final int CLOSE = 3;
    static final int SOCKET = 41;
    static final int SENDTO = 44;
    static final int SENDMSG = 46;
    static final int RECVFROM = 45;
    static final int RECVMSG = 47;
    static final int BIND = 49;
    static final int LISTEN = 50;
    static final int SETSOCKOPT = 54;
    static final int GETSOCKOPT = 55;
    static final int KILL = 62;
    static final int MOUNT = 165;
    static final int EPOLL_WAIT = 232;
    static final int EPOLL_CTL = 233;
    static final int ACCEPT4 = 288;
    static final int EPOLL_CREATE1 = 291;

    static final int EAGAIN = 11;
    static final int EINTR = 4;

    private static final long ERRNO_AT =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL = bind();

    private final MemorySegment state;

    Kernel(Arena arena) {
        state = arena.allocate(Linker.Option.captureStateLayout());
    }

    private static MethodHandle bind() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor shape =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG);
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                shape,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(1));
    }

    /// One call; an error comes back as the negative errno, as the kernel itself gives it.
    long call(int number, long a, long b, long c, long d, long e, long f) {
        try {
            long answer = (long) SYSCALL.invokeExact(state, (long) number, a, b, c, d, e, f);
            return answer == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO_AT) : answer;
        } catch (RuntimeException | Error ours) {
            throw ours;
        } catch (Throwable never) {
            throw new IllegalStateException(never);
        }
    }

    long call(int number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0, 0);
    }

    /// The same for calls that may not fail here; `what` names the part for the refusal.
    int must(String what, int number, long a, long b, long c, long d, long e) {
        long answer = call(number, a, b, c, d, e, 0);
        if (answer < 0) {
            throw new SealBroken(what + ": the kernel answered with error " + -answer);
        }
        return (int) answer;
    }

    void option(String what, int socket, int level, int name, int value, Arena arena) {
        MemorySegment cell = arena.allocateFrom(ValueLayout.JAVA_INT, value);
        must(what, SETSOCKOPT, socket, level, name, cell.address(), Integer.BYTES);
    }

    void close(int descriptor) {
        call(CLOSE, descriptor, 0, 0);
    }
}
