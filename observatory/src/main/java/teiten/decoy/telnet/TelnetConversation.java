package teiten.decoy.telnet;

import org.jspecify.annotations.Nullable;

import teiten.decoy.Counter;
import teiten.decoy.House;
import teiten.decoy.LineTerminal;
import teiten.decoy.VisitLog;
import teiten.decoy.device.Device;
import teiten.decoy.shell.Shell;

/// One Telnet connection from the first option to the last prompt.
public final class TelnetConversation {
    private static final int LOGIN_TRIES = 3;
    private static final int LONGEST_NAME = 128;

    private final House house;
    private final VisitLog log;
    private final Device device;
    private final LineTerminal terminal;

    private TelnetConversation(House house, VisitLog log, Device device, LineTerminal terminal) {
        this.house = house;
        this.log = log;
        this.device = device;
        this.terminal = terminal;
    }

    /// Talks until the visitor leaves or has to; gives how it ended.
    public static Counter hold(House.Caller caller) throws java.io.IOException {
        House house = caller.house();
        LineTerminal terminal =
                new LineTerminal(
                        caller.in(),
                        caller.out(),
                        caller.pass(),
                        caller.log(),
                        new TelnetInput(caller.log()),
                        house.limits().input());
        return new TelnetConversation(house, caller.log(), caller.device(), terminal).run();
    }

    private Counter run() {
        terminal.raw(device.telnet().negotiation());
        terminal.raw(device.telnet().greeting());
        for (int i = 0; i < LOGIN_TRIES; i++) {
            String user = ask(device.hostname() + " login: ", LineTerminal.Echo.TEXT);
            while (user != null && user.isBlank()) {
                user = ask(device.hostname() + " login: ", LineTerminal.Echo.TEXT);
            }
            String password = user == null ? null : ask("Password: ", LineTerminal.Echo.HIDDEN);
            if (user == null || password == null) {
                return ended();
            }
            boolean opened = house.opens(device, log.visit().source(), user, password);
            log.login(user, password, opened);
            if (opened) {
                return shell();
            }
            terminal.pause(device.telnet().failDelay().toMillis());
            terminal.raw("Login incorrect\r\n");
        }
        terminal.flush();
        return Counter.CLOSED_LOGIN_FAILED;
    }

    private @Nullable String ask(String prompt, LineTerminal.Echo echo) {
        terminal.raw(prompt);
        String answer = terminal.readLine(echo);
        return answer == null || answer.length() <= LONGEST_NAME
                ? answer
                : answer.substring(0, LONGEST_NAME);
    }

    private Counter shell() {
        terminal.raw(device.telnet().shellBanner());
        House.Room room = house.room(device, log, terminal);
        try {
            Shell shell = room.shell();
            shell.interact();
            if (shell.budget().spent()) {
                return Counter.CLOSED_SPENT;
            }
        } finally {
            room.close();
        }
        terminal.flush();
        return terminal.closed() || terminal.tooMuch() ? ended() : Counter.CLOSED_BY_LOGOUT;
    }

    private Counter ended() {
        terminal.flush();
        return terminal.tooMuch()
                ? Counter.CLOSED_INPUT
                : terminal.closed() ? Counter.CLOSED_BY_VISITOR : Counter.CLOSED_BY_LOGOUT;
    }
}
