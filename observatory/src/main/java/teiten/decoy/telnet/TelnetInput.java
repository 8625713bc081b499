package teiten.decoy.telnet;

import teiten.decoy.Counter;
import teiten.decoy.LineTerminal;
import teiten.decoy.VisitLog;

/// Takes Telnet's commands out of a stream of bytes, as BusyBox telnetd does: options are noticed and not answered, so
/// that no two ends can talk each other into a loop.
///
/// ```
/// FF FF        one data byte FF
/// FF FB..FE n  WILL, WONT, DO, DONT option n
/// FF FA … FF F0  a subnegotiation
/// FF F4        interrupt: as if Ctrl-C was typed
/// ```
///
/// Adversary: options without end, subnegotiations that never close. Nothing is kept but the state; a subnegotiation
/// over [#LONGEST_OPTION] bytes is counted and read as data again.
final class TelnetInput implements LineTerminal.Wire {
    private static final int LONGEST_OPTION = 512;
    private static final int IAC = 255;
    private static final int SE = 240;
    private static final int INTERRUPT = 244;
    private static final int SB = 250;
    private static final int WILL = 251;
    private static final int CTRL_C = 3;

    private enum State {
        DATA,
        COMMAND,
        OPTION,
        SUB,
        SUB_COMMAND
    }

    private static final int MOST_WORDS = 512;
    private static final String[] VERBS = {"WILL", "WONT", "DO", "DONT"};

    private final VisitLog log;
    private final StringBuilder words = new StringBuilder(0);
    private State state = State.DATA;
    private int length;
    private int verb;

    TelnetInput(VisitLog log) {
        this.log = log;
    }

    /// Feeds one byte of the wire; gives the data byte that it stands for, or [#NOTHING].
    @Override
    public int feed(int b) {
        switch (state) {
            case DATA -> {
                if (b != IAC) {
                    return b;
                }
                state = State.COMMAND;
            }
            case COMMAND -> {
                state = State.DATA;
                if (b == IAC) {
                    return IAC;
                }
                if (b >= WILL) {
                    state = State.OPTION;
                    verb = b - WILL;
                } else if (b == SB) {
                    state = State.SUB;
                    length = 0;
                } else if (b == INTERRUPT) {
                    return CTRL_C;
                }
            }
            case OPTION -> {
                log.counters().add(Counter.TELNET_OPTIONS);
                word(VERBS[verb] + " " + option(b));
                state = State.DATA;
            }
            case SUB -> {
                if (b == IAC) {
                    state = State.SUB_COMMAND;
                } else if (length++ == 0) {
                    word("SB " + option(b));
                } else if (length > LONGEST_OPTION) {
                    log.counters().add(Counter.TELNET_OPTIONS_TOO_LONG);
                    state = State.DATA;
                }
            }
            case SUB_COMMAND -> {
                if (b == SE) {
                    log.counters().add(Counter.TELNET_OPTIONS);
                    state = State.DATA;
                } else {
                    state = State.SUB;
                    length++;
                }
            }
        }
        return NOTHING;
    }

    private void word(String word) {
        if (words.length() + word.length() < MOST_WORDS) {
            words.append(words.isEmpty() ? "" : ", ").append(word);
        }
    }

    private static String option(int number) {
        return switch (number) {
            case 0 -> "BINARY";
            case 1 -> "ECHO";
            case 3 -> "SGA";
            case 24 -> "TTYPE";
            case 31 -> "NAWS";
            case 32 -> "TSPEED";
            case 33 -> "LFLOW";
            case 34 -> "LINEMODE";
            case 39 -> "NEW-ENVIRON";
            default -> Integer.toString(number);
        };
    }

    /// Writes down the options that came since the last time.
    @Override
    public void lineEnded() {
        if (!words.isEmpty()) {
            log.negotiated(words.toString());
            words.setLength(0);
            words.trimToSize();
        }
    }

    @Override
    public boolean doublesFf() {
        return true;
    }
}
