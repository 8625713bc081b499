package teiten.session.stream;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Takes the Telnet protocol out of one side's bytes (RFC 854): what remains is the text; commands and options become
/// words. Any bytes are accepted, at any cut.
///
/// ```
/// IAC IAC          the byte 255
/// IAC WILL/WONT/DO/DONT option
/// IAC SB option … IAC SE
/// IAC command      any other, two bytes
/// CR NUL           a carriage return alone
/// ```
final class TelnetDecoder {
    private static final int IAC = 255;
    private static final int SB = 250;
    private static final int SE = 240;

    /// The most bytes of a subnegotiation that are told.
    private static final int MOST_SUB = 64;

    /// The most words kept until they are taken.
    static final int MOST_WORDS = 64;

    private static final String[] VERBS = {"WILL", "WONT", "DO", "DONT"};
    private static final String[] COMMANDS = {
        "SE", "NOP", "DM", "BRK", "IP", "AO", "AYT", "EC", "EL", "GA"
    };

    private enum State {
        TEXT,
        AFTER_CR,
        COMMAND,
        OPTION,
        SUB,
        SUB_COMMAND
    }

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final ByteArrayOutputStream sub = new ByteArrayOutputStream();
    private final List<String> words = new ArrayList<>();
    private State state = State.TEXT;
    private int verb;
    private int subLength;
    private long droppedWords;

    void accept(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            accept(bytes[i] & 0xFF);
        }
    }

    private void accept(int b) {
        switch (state) {
            case TEXT, AFTER_CR -> {
                if (b == IAC) {
                    state = State.COMMAND;
                } else if (state == State.AFTER_CR && b == 0) {
                    state = State.TEXT;
                } else {
                    text.write(b);
                    state = b == '\r' ? State.AFTER_CR : State.TEXT;
                }
            }
            case COMMAND -> command(b);
            case OPTION -> {
                word(VERBS[verb] + " " + option(b));
                state = State.TEXT;
            }
            case SUB -> {
                if (b == IAC) {
                    state = State.SUB_COMMAND;
                } else {
                    sub(b);
                }
            }
            case SUB_COMMAND -> {
                if (b == SE) {
                    endSub("");
                    state = State.TEXT;
                } else if (b == IAC) {
                    sub(b);
                    state = State.SUB;
                } else {
                    // A command within a subnegotiation: the SE is missing.
                    endSub(" (unended)");
                    state = State.COMMAND;
                    command(b);
                }
            }
        }
    }

    private void command(int b) {
        if (b == IAC) {
            text.write(b);
            state = State.TEXT;
        } else if (b > SB) {
            verb = b - SB - 1;
            state = State.OPTION;
        } else if (b == SB) {
            sub.reset();
            subLength = 0;
            state = State.SUB;
        } else {
            word(b >= SE ? COMMANDS[b - SE] : "COMMAND " + b);
            state = State.TEXT;
        }
    }

    private void sub(int b) {
        subLength++;
        if (sub.size() < MOST_SUB) {
            sub.write(b);
        }
    }

    private void endSub(String remark) {
        byte[] bytes = sub.toByteArray();
        StringBuilder out = new StringBuilder("SB");
        for (int i = 0; i < bytes.length; i++) {
            out.append(' ').append(i == 0 ? option(bytes[0] & 0xFF) : "" + (bytes[i] & 0xFF));
        }
        if (subLength > bytes.length) {
            out.append(" … ").append(subLength).append(" bytes");
        }
        word(out.append(remark).toString());
    }

    private void word(String word) {
        if (words.size() < MOST_WORDS) {
            words.add(word);
        } else {
            droppedWords++;
        }
    }

    /// IANA's names of the options that terminals and bots use.
    private static String option(int code) {
        return switch (code) {
            case 0 -> "BINARY";
            case 1 -> "ECHO";
            case 3 -> "SGA";
            case 5 -> "STATUS";
            case 6 -> "TIMING-MARK";
            case 24 -> "TTYPE";
            case 25 -> "EOR";
            case 31 -> "NAWS";
            case 32 -> "TSPEED";
            case 33 -> "LFLOW";
            case 34 -> "LINEMODE";
            case 35 -> "XDISPLOC";
            case 36 -> "OLD-ENVIRON";
            case 37 -> "AUTHENTICATION";
            case 38 -> "ENCRYPT";
            case 39 -> "NEW-ENVIRON";
            default -> Integer.toString(code);
        };
    }

    /// The text so far; taking it empties it.
    byte[] takeText() {
        byte[] bytes = text.toByteArray();
        text.reset();
        return bytes;
    }

    /// The words so far, joined by `, `; taking them empties them.
    String takeWords() {
        String joined = String.join(", ", words);
        if (droppedWords > 0) {
            joined += ", … " + droppedWords + " more";
            droppedWords = 0;
        }
        words.clear();
        return joined;
    }
}
