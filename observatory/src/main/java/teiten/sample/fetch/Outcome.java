package teiten.sample.fetch;

import java.util.Locale;

/// How a fetch ended; each try is counted as exactly one of these.
public enum Outcome {
    /// The whole body came and was kept.
    FETCHED,
    /// No URL of a form that is fetched (`http` and `https` only).
    REFUSED_URL,
    /// An address, of the URL or of a redirect, that is not dialled.
    REFUSED_ADDRESS,
    /// Fetched before, or tried as often as it may be.
    REFUSED_AGAIN,
    /// The run's limits on how many and how often.
    REFUSED_RATE,
    /// More redirects than are followed.
    REFUSED_REDIRECTS,
    NO_SUCH_NAME,
    NO_ANSWER,
    /// An answer other than 200.
    NO_FILE,
    /// Not HTTP.
    MALFORMED,
    TOO_LARGE,
    TOO_SLOW,
    /// The connection ended before the body did.
    CUT;

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
