package teiten.decoy.netis;

import java.nio.charset.StandardCharsets;

/// What a datagram to 53413/UDP says.
///
/// ```
/// knock     one CR or LF; or 8 zero bytes; or 0A 00×13 9E 21 BD AD (the scanners' 18 bytes)
/// password  | header (8) | "netcore" 00 |
/// command   | header (8) | shell command, perhaps 00 |
/// ```
/// The header is 8 zero bytes or `AA 00 00 'AAAA'`; its value is not checked, as the router does not.
sealed interface NetisMessage {
    int HEADER = 8;

    /// The word that events carry.
    String reading();

    record Knock(boolean scan) implements NetisMessage {
        @Override
        public String reading() {
            return scan ? "netis-scan" : "netis-knock";
        }
    }

    record Password(String password) implements NetisMessage {
        @Override
        public String reading() {
            return "netis-login";
        }
    }

    /// @param line ISO-8859-1
    record Command(String line) implements NetisMessage {
        @Override
        public String reading() {
            return "netis-command";
        }
    }

    record Unknown() implements NetisMessage {
        @Override
        public String reading() {
            return "";
        }
    }

    static NetisMessage read(byte[] bytes, int length) {
        if (length == 18
                && bytes[0] == 0x0A
                && zeros(bytes, 1, 14)
                && (bytes[14] & 0xFF) == 0x9E
                && bytes[15] == 0x21
                && (bytes[16] & 0xFF) == 0xBD
                && (bytes[17] & 0xFF) == 0xAD) {
            return new Knock(true);
        }
        boolean lineEnd = length > 0 && (bytes[0] == '\r' || bytes[0] == '\n');
        if ((lineEnd && zeros(bytes, 1, length)) || (length == HEADER && zeros(bytes, 0, HEADER))) {
            return new Knock(false);
        }
        if (length <= HEADER || !header(bytes)) {
            return new Unknown();
        }
        int end = length;
        while (end > HEADER
                && (bytes[end - 1] == 0 || bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        String text = new String(bytes, HEADER, end - HEADER, StandardCharsets.ISO_8859_1);
        if (text.equals("netcore")) {
            return new Password(text);
        }
        boolean printable =
                !text.isEmpty()
                        && text.chars()
                                .allMatch(c -> c == '\t' || c == '\n' || (c >= 32 && c < 127));
        return printable ? new Command(text) : new Unknown();
    }

    private static boolean zeros(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean header(byte[] bytes) {
        boolean letters = bytes[0] == 'A' && bytes[1] == 'A' && bytes[2] == 0 && bytes[3] == 0;
        return letters || zeros(bytes, 0, HEADER);
    }
}
