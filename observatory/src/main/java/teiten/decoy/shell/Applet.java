package teiten.decoy.shell;

/// One program of the device.
@FunctionalInterface
public interface Applet {
    /// Runs to its end and gives the exit status.
    int run(Call call);
}
