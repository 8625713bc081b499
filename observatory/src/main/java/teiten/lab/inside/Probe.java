package teiten.lab.inside;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A program of a few hundred bytes, assembled here, that makes a list of system calls from inside the seal and
/// writes down what each answered. Only a native program proves the seal: an emulator would answer some calls itself.
///
/// ```
/// 0x400000  ELF header 64 | program header 56 | code | table: calls × 7 × 8 | answers: calls × 8 | data |
/// ```
final class Probe {
    private static final long BASE = 0x400000;
    private static final int CODE_AT = 120;

    private final List<long[]> calls = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();
    private final int capacity;

    /// @param capacity how many calls will be asked; it fixes where the data lie
    Probe(int capacity) {
        this.capacity = capacity;
    }

    /// Adds one call and returns its place among the answers.
    int ask(long number, long... arguments) {
        long[] row = new long[7];
        row[0] = number;
        System.arraycopy(arguments, 0, row, 1, arguments.length);
        calls.add(row);
        return calls.size() - 1;
    }

    /// Puts bytes into the program and returns the address they will have.
    long place(byte[] bytes) {
        long at = BASE + CODE_AT + code().length + capacity * 64L + data.length();
        data.append(new String(bytes, StandardCharsets.ISO_8859_1));
        return at;
    }

    long place(String text) {
        return place((text + "\0").getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte[] code() {
        int count = calls.size();
        ByteBuffer code = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        int length = 104;
        int table = length;
        int answers = length + capacity * 56;
        code.put(hex("488d1d")).putInt(table - 7); // lea rbx, [table]
        code.put(hex("4c8d25")).putInt(answers - 14); // lea r12, [answers]
        code.put(hex("41bd")).putInt(count); // mov r13d, count
        int loop = code.position();
        code.put(hex("4d85ed")).put(hex("742e")); // test r13, r13; jz done
        code.put(hex("488b03")); // mov rax, [rbx]
        code.put(hex("488b7b08488b7310488b5318")); // mov rdi, rsi, rdx, [rbx + 8 ...]
        code.put(hex("4c8b53204c8b43284c8b4b30")); // mov r10, r8, r9, [rbx + 32 ...]
        code.put(hex("0f05")); // syscall
        code.put(hex("49890424")); // mov [r12], rax
        code.put(hex("4883c3384983c40849ffcd")); // add rbx, 56; add r12, 8; dec r13
        code.put((byte) 0xeb).put((byte) (loop - code.position() - 1)); // jmp loop
        // Fixed distance of the jump to here: 46 bytes.
        code.put(hex("b801000000bf01000000")); // mov eax, write; mov edi, 1
        code.put(hex("488d35")).putInt(answers - code.position() - 4); // lea rsi, [answers]
        code.put((byte) 0xba).putInt(count * 8); // mov edx, count * 8
        code.put(hex("0f05b83c00000031ff0f05")); // syscall; exit(0)
        byte[] bytes = new byte[length];
        System.arraycopy(code.array(), 0, bytes, 0, code.position());
        return bytes;
    }

    byte[] program() {
        byte[] code = code();
        byte[] tail = data.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer file = ByteBuffer.allocate(CODE_AT + code.length + capacity * 64 + tail.length);
        header(file);
        file.put(code);
        for (long[] row : calls) {
            for (long cell : row) {
                file.putLong(cell);
            }
        }
        file.position(CODE_AT + code.length + capacity * 64);
        file.put(tail);
        return file.array();
    }

    /// A program that enters the kernel by `code` and then ends with status 0, if it is still there.
    static byte[] door(String code) {
        byte[] enter = hex(code);
        byte[] leave = hex("b83c00000031ff0f05");
        ByteBuffer file = ByteBuffer.allocate(CODE_AT + enter.length + leave.length);
        header(file);
        file.put(enter).put(leave);
        return file.array();
    }

    private static void header(ByteBuffer file) {
        file.order(ByteOrder.LITTLE_ENDIAN);
        file.put(hex("7f454c46020101000000000000000000"));
        file.putShort((short) 2).putShort((short) 62).putInt(1);
        file.putLong(BASE + CODE_AT).putLong(64).putLong(0).putInt(0);
        file.putShort((short) 64).putShort((short) 56).putShort((short) 1).putShort((short) 64);
        file.putShort((short) 0).putShort((short) 0);
        file.putInt(1).putInt(7).putLong(0).putLong(BASE).putLong(BASE);
        file.putLong(file.capacity()).putLong(file.capacity()).putLong(4096);
    }

    private static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits);
    }
}
