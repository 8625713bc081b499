package teiten.decoy.ssh;

import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;

import teiten.decoy.Counter;
import teiten.decoy.House;
import teiten.decoy.LineTerminal;
import teiten.decoy.shell.Shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// One channel of an SSH connection: an interactive shell, or one command. Each runs on a virtual thread.
final class SshCommand implements Command {
    private final @Nullable String line;
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private @Nullable ExitCallback exit;
    private @Nullable Thread running;

    /// @param line null for an interactive shell
    SshCommand(@Nullable String line) {
        this.line = line;
    }

    @Override
    public void setInputStream(InputStream stream) {
        this.in = stream;
    }

    @Override
    public void setOutputStream(OutputStream stream) {
        this.out = stream;
    }

    @Override
    public void setErrorStream(OutputStream stream) {
        // a device's shell on a terminal has one stream
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        this.exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) throws IOException {
        SshDoor.Stay stay = SshDoor.Stay.of(channel.getSession());
        InputStream from = in;
        OutputStream to = out;
        if (stay == null || from == null || to == null) {
            throw new IOException("no visitor behind this channel");
        }
        environment
                .getEnv()
                .forEach((name, value) ->
                        stay.log().trait("variable", SshDoor.latin(name + "=" + value)));
        boolean typed = line == null && environment.getEnv().containsKey(Environment.ENV_TERM);
        running = Thread.ofVirtual().start(() -> run(stay, from, to, typed));
    }

    private void run(SshDoor.Stay stay, InputStream from, OutputStream to, boolean typed) {
        int status = 255;
        House house = stay.house();
        try {
            OutputStream flushing =
                    new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            to.write(b);
                        }

                        @Override
                        public void write(byte[] bytes, int offset, int count) throws IOException {
                            to.write(bytes, offset, count);
                            to.flush();
                        }
                    };
            if (typed) {
                LineTerminal terminal =
                        new LineTerminal(
                                from,
                                flushing,
                                stay.pass(),
                                stay.log(),
                                LineTerminal.PLAIN,
                                house.limits().input());
                terminal.raw(stay.device().telnet().shellBanner());
                try (House.Room room = house.room(stay.device(), stay.log(), terminal)) {
                    status = room.shell().interact();
                }
                terminal.flush();
            } else {
                StreamTerminal terminal =
                        new StreamTerminal(
                                from, flushing, stay.pass(), stay.log(), house.limits().input());
                try (House.Room room = house.room(stay.device(), stay.log(), terminal)) {
                    Shell shell = room.shell();
                    if (line == null) {
                        status = terminal.script(shell);
                    } else {
                        String text = SshDoor.latin(line);
                        stay.log().command(text);
                        status = shell.runCommand(text);
                    }
                }
            }
        } catch (RuntimeException | StackOverflowError fault) {
            house.counters().add(Counter.FAULTS);
            house.fault("ssh", fault);
        } finally {
            if (exit != null) {
                exit.onExit(status);
            }
        }
    }

    @Override
    public void destroy(ChannelSession channel) {
        Thread thread = running;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
