package teiten.lab.inside;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;

/// Proves the seal from inside, before every run: a native program behind the very same walls tries what a sample
/// could try, and each answer must be the refusal that the wall is there for.
final class Proof {
    private static final int FCNTL = 72;
    private static final int SOCKET = 41;
    private static final int CONNECT = 42;
    private static final int OPEN = 2;
    private static final int IOCTL = 16;
    private static final int SIOCSIFMTU = 0x8922;
    private static final int PRCTL = 157;
    private static final int EBADF = -9;
    private static final int ENOENT = -2;

    /// 128 + the signal, as bubblewrap passes it on: SIGSYS, SIGSEGV.
    private static final int BAD_SYSTEM_CALL = 159;

    private static final int SEGMENTATION_FAULT = 139;

    /// One thing tried from inside.
    ///
    /// @param name the part of the seal it proves
    /// @param holds whether the answer was the one the seal must give
    /// @param answer what the kernel answered, as a number: an error is negative
    record Answer(String name, boolean holds, long answer) {
        String line() {
            return name + "\t" + holds + "\t" + answer;
        }
    }

    private record Question(String name, int place, LongPredicate holds) {}

    private final Cell cell;
    private final Probe probe = new Probe(64);
    private final List<Question> questions = new ArrayList<>();

    Proof(Cell cell) {
        this.cell = cell;
    }

    /// Asks everything once; the wall that fails is in the answers, not in an exception.
    List<Answer> ask(List<String> gateways) throws IOException, InterruptedException {
        for (int descriptor = 3; descriptor < 12; descriptor++) {
            expect("no descriptor leaks in", EBADF, FCNTL, descriptor, 1);
        }
        int[] families = {40, 38, 31, 44, 30, 21};
        String[] names = {"AF_VSOCK", "AF_ALG", "AF_BLUETOOTH", "AF_XDP", "AF_TIPC", "AF_RDS"};
        for (int k = 0; k < families.length; k++) {
            expect(
                    "socket(" + names[k] + ") is refused",
                    -SystemCallFilter.EAFNOSUPPORT,
                    SOCKET,
                    families[k],
                    1);
        }
        expect("a new user namespace is refused", -1, 272, 0x10000000);
        expect("a new network namespace is refused", -1, 272, 0x40000000);
        expect("a clone into a new namespace is refused", -1, 56, 0x10000000 | 17);
        expect("clone3 is absent", -SystemCallFilter.ENOSYS, 435, 0, 0);
        expect("setns is refused", -1, 308, 3, 0);
        expect("mount is refused", -1, 165, 0, 0, 0, 0, 0);
        expect("ptrace is refused", -1, 101, 0, 0, 0);
        expect("bpf is refused", -1, 321, 0, 0, 0);
        expect("io_uring is refused", -1, 425, 1, 0);
        expect("memfd_create is absent", -SystemCallFilter.ENOSYS, 319, 0, 0);
        expect("kernel modules are refused", -1, 175, 0, 0, 0);
        expect("the host's files are not there", ENOENT, OPEN, probe.place("/etc/passwd"), 0);
        expect(
                "the host's files are not there",
                ENOENT,
                OPEN,
                probe.place("/proc/1/root/etc/passwd"),
                0);
        refuse("the root is read-only", OPEN, probe.place("/x"), 0101, 0600);
        refuse("/dev is read-only", OPEN, probe.place("/dev/x"), 0101, 0600);
        refuse("/proc/sys is read-only", OPEN, probe.place("/proc/sys/net/ipv4/ip_forward"), 1);
        refuse("/proc/sys is read-only", OPEN, probe.place("/proc/sys/kernel/core_pattern"), 1);
        expect("privileges cannot grow", 1, PRCTL, 39, 0, 0, 0, 0);
        expect("the filter is on", 2, PRCTL, 21, 0, 0, 0, 0);
        // Dropping from the bounding set asks for CAP_SETPCAP, which the walls must have taken.
        expect("capabilities are gone", -1, PRCTL, 24, 21, 0, 0, 0);
        expect("a socket for the interface", 3, SOCKET, 2, 2, 0);
        expect("the interface cannot be changed", -1, IOCTL, 3, SIOCSIFMTU, interfaceRequest());
        int descriptor = 4;
        for (String gateway : gateways) {
            // The connection must succeed: the sinkhole answers in the gateway's place.
            expect("a socket for the gateway", descriptor, SOCKET, 2, 1, 0);
            expect(
                    "the sinkhole answers for the host's gateway",
                    0,
                    CONNECT,
                    descriptor++,
                    address(gateway),
                    16);
        }
        expect("a socket for the Internet", descriptor, SOCKET, 2, 1, 0);
        expect(
                "the sinkhole answers for the Internet",
                0,
                CONNECT,
                descriptor,
                address("192.0.2.1"),
                16);
        return judge(run(probe.program()));
    }

    /// The doors that end the process: numbers of x32, and the 32-bit entry. A kernel that was built without the latter
    /// ends the process itself, by SIGSEGV at that instruction; the same program without the instruction must then have
    /// ended well, or the signal would prove nothing.
    List<Answer> doors() throws IOException, InterruptedException {
        int x32 = enter("b814000040" + "0f05");
        int entry = enter("b814000000" + "cd80");
        boolean missing = entry == SEGMENTATION_FAULT && enter("b814000000" + "9090") == 0;
        return List.of(
                new Answer("x32 system calls end the process", x32 == BAD_SYSTEM_CALL, x32),
                new Answer(
                        "int 0x80 ends the process", entry == BAD_SYSTEM_CALL || missing, entry));
    }

    private int enter(String code) throws IOException, InterruptedException {
        Path file = cell.tmp().resolve("door");
        Process process = start(file, Probe.door(code));
        process.waitFor(5, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        Files.delete(file);
        return process.exitValue();
    }

    private void expect(String name, long answer, long number, long... arguments) {
        questions.add(new Question(name, probe.ask(number, arguments), got -> got == answer));
    }

    private void refuse(String name, long number, long... arguments) {
        questions.add(new Question(name, probe.ask(number, arguments), got -> got < 0));
    }

    private long interfaceRequest() {
        byte[] request = new byte[40];
        request[0] = 'l';
        request[1] = 'o';
        request[17] = 4;
        return probe.place(request);
    }

    private long address(String dotted) {
        String[] parts = dotted.split("\\.");
        byte[] socket = new byte[16];
        socket[0] = 2;
        socket[3] = 80;
        for (int k = 0; k < 4; k++) {
            socket[4 + k] = (byte) Integer.parseInt(parts[k]);
        }
        return probe.place(socket);
    }

    private Process start(Path file, byte[] program) throws IOException {
        Files.write(file, program);
        file.toFile().setExecutable(true, false);
        return new ProcessBuilder(cell.proving(file.getFileName().toString()))
                .redirectError(cell.complaints().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .start();
    }

    private long[] run(byte[] program) throws IOException, InterruptedException {
        Path file = cell.tmp().resolve("probe");
        Process process = start(file, program);
        byte[] said = process.getInputStream().readNBytes(64 * 8);
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        Files.delete(file);
        if (said.length == 0) {
            String why = Files.readString(cell.complaints()).strip();
            throw new SealBroken("bubblewrap: the proving program did not run: " + why);
        }
        long[] answers = new long[said.length / 8];
        ByteBuffer.wrap(said).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(answers);
        return answers;
    }

    private List<Answer> judge(long[] answers) {
        List<Answer> judged = new ArrayList<>();
        for (Question question : questions) {
            boolean there = question.place() < answers.length;
            long answer = there ? answers[question.place()] : Long.MIN_VALUE;
            judged.add(new Answer(question.name(), there && question.holds().test(answer), answer));
        }
        return judged;
    }
}
