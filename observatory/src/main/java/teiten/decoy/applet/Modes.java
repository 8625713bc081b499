package teiten.decoy.applet;

/// File modes, written and read as `chmod` and `ls` do.
final class Modes {
    private Modes() {}

    /// @return the changed mode; -1 when the text is no mode
    static int apply(String text, int mode) {
        if (text.matches("[0-7]{1,5}")) {
            return Integer.parseInt(text, 8) & 07777;
        }
        int now = mode;
        for (String clause : text.split(",", 16)) {
            if (clause.length() > 64 || !clause.matches("[ugoa]*([-+=][rwxstX]*)+")) {
                return -1;
            }
            int sign = 0;
            while ("ugoa".indexOf(clause.charAt(sign)) >= 0) {
                sign++;
            }
            String who = clause.substring(0, sign);
            int mask = who.isEmpty() || who.contains("a") ? 0777 : 0;
            mask |= who.contains("u") ? 0700 : 0;
            mask |= who.contains("g") ? 0070 : 0;
            mask |= who.contains("o") ? 0007 : 0;
            char operator = '+';
            for (int i = sign; i < clause.length(); i++) {
                char c = clause.charAt(i);
                if (c == '+' || c == '-' || c == '=') {
                    operator = c;
                    now = c == '=' ? now & ~mask : now;
                    continue;
                }
                int bits =
                        switch (c) {
                            case 'r' -> 0444;
                            case 'w' -> 0222;
                            case 'x', 'X' -> 0111;
                            default -> 0;
                        };
                now = operator == '-' ? now & ~(bits & mask) : now | (bits & mask);
            }
        }
        return now;
    }

    static String show(char type, int mode) {
        StringBuilder out = new StringBuilder(10);
        out.append(type);
        for (int shift = 6; shift >= 0; shift -= 3) {
            int three = mode >> shift & 7;
            out.append((three & 4) != 0 ? 'r' : '-');
            out.append((three & 2) != 0 ? 'w' : '-');
            boolean sticky = shift == 0 && (mode & 01000) != 0;
            out.append((three & 1) != 0 ? sticky ? 't' : 'x' : sticky ? 'T' : '-');
        }
        return out.toString();
    }
}
