package teiten.capture;

import java.io.IOException;

/// A compressed stream that cannot be read on. Its message is the reason that [Damage] gives the user.
final class BrokenStream extends IOException {
    private static final long serialVersionUID = 1;

    BrokenStream(String reason) {
        super(reason);
    }
}
