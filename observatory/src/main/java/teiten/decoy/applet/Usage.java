package teiten.decoy.applet;

import org.tomlj.Toml;
import org.tomlj.TomlTable;

import teiten.decoy.shell.Call;

import java.io.IOException;
import java.io.InputStream;

/// What a BusyBox applet prints when it is called without the arguments it needs; the texts stand in
/// `applet-usage.toml`.
final class Usage {
    private static final TomlTable TEXTS = read();

    private Usage() {}

    private static TomlTable read() {
        String file = "/teiten/decoy/applet-usage.toml";
        try (InputStream in = Usage.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the program's own file " + file + " is missing");
            }
            return Toml.parse(in);
        } catch (IOException fault) {
            throw new IllegalStateException("the program's own file " + file + " is broken", fault);
        }
    }

    /// Prints the usage on standard error and gives 1.
    static int show(Call call) {
        String text = TEXTS.get(call.name()) instanceof String known ? known : "[OPTIONS]";
        call.io()
                .err()
                .print(
                        call.shell().device().busyBox().banner()
                                + " multi-call binary.\n\nUsage: "
                                + call.name()
                                + " "
                                + text
                                + "\n\n");
        return 1;
    }
}
