package teiten.sample;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// Writes a zip whose members are encrypted by PKWARE's traditional cipher with the password `infected`: how malware
/// researchers pass samples on, so that no scanner deletes them and nobody opens them by accident. It is a wrapper
/// against accidents and keeps no secret.
///
/// ```
/// local header, 12 random bytes encrypted (the last is the CRC's high byte), the bytes encrypted, …, central directory
/// ```
///
/// Members are stored, not packed; names and sizes are plain, as in every such archive. (APPNOTE.TXT 6.1)
public final class PasswordZip {
    public static final String PASSWORD = "infected";

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int MOST_MEMBERS = 65_535;

    private record Member(String name, long crc, long size, long offset) {}

    private final OutputStream out;
    private final SecureRandom random = new SecureRandom();
    private final List<Member> members = new ArrayList<>();
    private long written;

    public PasswordZip(OutputStream out) {
        this.out = out;
    }

    /// Adds one member; `name` is ours (a hash), never the attacker's.
    public void add(String name, byte[] bytes) throws IOException {
        if (members.size() >= MOST_MEMBERS || written + bytes.length + 1000 > 0xffff_ffffL) {
            throw new IOException("a zip holds at most " + MOST_MEMBERS + " members and 4 GB");
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        Member member = new Member(name, crc.getValue(), bytes.length, written);
        members.add(member);
        put(local(member));
        Cipher cipher = new Cipher(PASSWORD);
        byte[] head = new byte[12];
        random.nextBytes(head);
        head[11] = (byte) (crc.getValue() >>> 24);
        cipher.encrypt(head);
        put(head);
        byte[] hidden = bytes.clone();
        cipher.encrypt(hidden);
        put(hidden);
    }

    /// Writes the directory; the stream stays open.
    public void finish() throws IOException {
        long at = written;
        for (Member member : members) {
            put(central(member));
        }
        ByteBuffer end = buffer(22);
        end.putInt(END).putShort((short) 0).putShort((short) 0);
        end.putShort((short) members.size()).putShort((short) members.size());
        end.putInt((int) (written - at)).putInt((int) at).putShort((short) 0);
        put(end.array());
        out.flush();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer common(ByteBuffer to, Member member) {
        // version 2.0, flag 1 encrypted, method 0 stored, 1980-01-01: no clock leaks out
        to.putShort((short) 20)
                .putShort((short) 1)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0x21);
        to.putInt((int) member.crc())
                .putInt((int) (member.size() + 12))
                .putInt((int) member.size());
        return to.putShort((short) member.name().length()).putShort((short) 0);
    }

    private static byte[] local(Member member) {
        byte[] name = member.name().getBytes(StandardCharsets.US_ASCII);
        return common(buffer(30 + name.length).putInt(LOCAL), member).put(name).array();
    }

    private static byte[] central(Member member) {
        byte[] name = member.name().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer entry =
                common(buffer(46 + name.length).putInt(CENTRAL).putShort((short) 20), member);
        entry.putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt((int) member.offset());
        return entry.put(name).array();
    }

    private void put(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    /// PKWARE's stream cipher: three keys stirred by each plain byte.
    private static final class Cipher {
        private static final int[] CRC = crcTable();

        private int key0 = 0x12345678;
        private int key1 = 0x23456789;
        private int key2 = 0x34567890;

        Cipher(String password) {
            for (byte b : password.getBytes(StandardCharsets.US_ASCII)) {
                stir(b);
            }
        }

        void encrypt(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                int temp = key2 & 0xffff | 2;
                byte plain = bytes[i];
                bytes[i] = (byte) (plain ^ temp * (temp ^ 1) >>> 8);
                stir(plain);
            }
        }

        private void stir(byte plain) {
            key0 = crc(key0, plain);
            key1 = (key1 + (key0 & 0xff)) * 134775813 + 1;
            key2 = crc(key2, (byte) (key1 >>> 24));
        }

        private static int crc(int crc, byte next) {
            return crc >>> 8 ^ CRC[(crc ^ next) & 0xff];
        }

        private static int[] crcTable() {
            int[] table = new int[256];
            for (int i = 0; i < 256; i++) {
                int value = i;
                for (int bit = 0; bit < 8; bit++) {
                    value = (value & 1) != 0 ? value >>> 1 ^ 0xedb88320 : value >>> 1;
                }
                table[i] = value;
            }
            return table;
        }
    }
}
