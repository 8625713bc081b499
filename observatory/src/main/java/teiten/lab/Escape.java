package teiten.lab;

/// Makes an attacker's bytes harmless where they are shown: nothing that a terminal, a log or a table would act on.
final class Escape {
    private Escape() {}

    /// Printable ASCII stays; everything else, and the backslash, becomes an escape.
    static String text(String bytes) {
        StringBuilder safe = new StringBuilder(bytes.length());
        for (int k = 0; k < bytes.length(); k++) {
            char c = bytes.charAt(k);
            switch (c) {
                case '\n' -> safe.append("\\n");
                case '\r' -> safe.append("\\r");
                case '\t' -> safe.append("\\t");
                default -> {
                    if (c >= ' ' && c < 127) {
                        safe.append(c);
                    } else {
                        safe.append(String.format("\\x%02x", (int) c));
                    }
                }
            }
        }
        return safe.toString();
    }

    /// Breaks the dots of an address or a name, so that no reader's program makes a link of it.
    static String defang(String address) {
        return address.replace(".", "[.]");
    }
}
