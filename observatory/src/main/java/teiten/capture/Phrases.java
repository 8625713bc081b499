package teiten.capture;

import java.util.Locale;

/// Numbers as the sentences about damage write them.
final class Phrases {
    private Phrases() {}

    /// 4026531840 as `4,026,531,840`.
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
