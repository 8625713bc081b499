package teiten.store;

import org.jspecify.annotations.Nullable;

import teiten.session.understand.Stage;

/// How far an attack came, in steps of which each needs the one before. A session counts for every step up to the
/// furthest that it reached; an exploit that skips the login has passed it.
///
/// The order of the constants is that of the steps.
public enum AttackStep {
    /// It connected.
    KNOCK("knock"),
    /// It tried a name and a password.
    LOGIN_TRY("login-try"),
    /// It was let in.
    LOGIN("login"),
    /// It gave commands.
    SHELL("shell"),
    /// It brought a file, or ran one.
    DOWNLOAD("download"),
    /// The file it brought is known by its SHA-256.
    SAMPLE("sample");

    private final String label;

    AttackStep(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    public static @Nullable AttackStep ofLabel(String label) {
        for (AttackStep step : values()) {
            if (step.label.equals(label)) {
                return step;
            }
        }
        return null;
    }

    /// The furthest step of a row of `session`, as a number.
    static final String SQL =
            "(CASE WHEN samples <> '' THEN 5 WHEN stages & "
                    + bits(Stage.DOWNLOAD, Stage.RUN)
                    + " <> 0 THEN 4 WHEN commands > 0 OR stages & "
                    + bits(Stage.RECONNAISSANCE, Stage.CLEAN_UP)
                    + " <> 0 THEN 3 WHEN stages & "
                    + bits(Stage.LOGIN)
                    + " <> 0 THEN 2 WHEN stages & "
                    + bits(Stage.LOGIN_TRY)
                    + " <> 0 THEN 1 ELSE 0 END)";

    private static int bits(Stage... stages) {
        int bits = 0;
        for (Stage stage : stages) {
            bits |= 1 << stage.ordinal();
        }
        return bits;
    }
}
