package teiten.decoy.applet;

import teiten.decoy.shell.Applet;

import java.util.HashMap;
import java.util.Map;

/// Every applet that the decoy knows, by name. Which of them a device has is the device's business.
public final class Applets {
    private Applets() {}

    public static Map<String, Applet> all() {
        Map<String, Applet> all = new HashMap<>();
        FileApplets.install(all);
        ListApplets.install(all);
        EchoApplets.install(all);
        TextApplets.install(all);
        PatternApplets.install(all);
        DumpApplets.install(all);
        SystemApplets.install(all);
        ShellApplets.install(all);
        NetApplets.install(all);
        return Map.copyOf(all);
    }
}
