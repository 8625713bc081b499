package teiten.decoy.catchall;

import teiten.decoy.Counter;
import teiten.decoy.House;
import teiten.session.Event;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Listens to the first bytes on a port where nothing answers, and hangs up.
public final class FirstBytes {
    private static final int MOST = 4096;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private FirstBytes() {}

    public static Counter hold(House.Caller caller) throws IOException {
        byte[] bytes = new byte[MOST];
        int n = 0;
        long end = System.nanoTime() + PATIENCE_NANOS;
        Counter how = Counter.CLOSED_BY_LOGOUT;
        try {
            while (n < MOST && System.nanoTime() < end) {
                int got = caller.in().read(bytes, n, MOST - n);
                if (got < 0) {
                    how = Counter.CLOSED_BY_VISITOR;
                    break;
                }
                n += got;
                if (n > 0 && caller.in().available() == 0) {
                    break;
                }
            }
        } finally {
            if (n > 0) {
                caller.log().probe(Event.Side.VISITOR, bytes, n, "");
            }
        }
        return how;
    }
}
