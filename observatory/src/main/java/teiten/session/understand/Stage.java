package teiten.session.understand;

import org.jspecify.annotations.Nullable;

/// How far a visitor went, in the order of a whole attack.
public enum Stage {
    /// It knocked: a connection, a datagram, a request.
    PROBE("probe"),
    LOGIN_TRY("login-try"),
    /// It was let in.
    LOGIN("login"),
    /// It asked what the device is and what it can: CPU, mounts, tools, places where it may write.
    RECONNAISSANCE("reconnaissance"),
    /// It brought a file, by a download or by writing it byte by byte.
    DOWNLOAD("download"),
    /// It ran something of its own, or made itself at home (keys, passwords, timers).
    RUN("run"),
    /// It removed traces or rivals.
    CLEAN_UP("clean-up");

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    /// The word in JSON and tables.
    public String label() {
        return label;
    }

    public static @Nullable Stage ofLabel(String label) {
        for (Stage stage : values()) {
            if (stage.label.equals(label)) {
                return stage;
            }
        }
        return null;
    }
}
