package teiten.capture.live;

/// The interface gives no more packets: it was taken away, or set down. What was captured before stays good.
public final class CaptureEnded extends Exception {
    private static final long serialVersionUID = 1;

    CaptureEnded(String reason) {
        super(reason, null, false, false);
    }
}
