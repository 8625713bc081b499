package teiten.decoy;

import java.time.Duration;

/// What all visitors together, one source, and one session may take.
///
/// @param sessions open sessions of all sources together
/// @param perSource open sessions of one source (an IPv6 /64 is one source); loopback, which is the operator, is exempt
///     unless `loopbackCounts`
/// @param idle longest silence
/// @param login longest time until a login
/// @param session longest session
/// @param input most bytes that one session may send
/// @param fileBytes bytes that the files of all sessions may hold together
/// @param capturedFiles most captured files of one session
/// @param transcript most bytes of one session's transcript, both sides together
public record Limits(
        int sessions,
        int perSource,
        boolean loopbackCounts,
        Duration idle,
        Duration login,
        Duration session,
        long input,
        long fileBytes,
        int capturedFiles,
        long transcript) {

    public static final Limits DEFAULT =
            new Limits(
                    16_384,
                    128,
                    false,
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(30),
                    16L << 20,
                    256L << 20,
                    32,
                    256L << 10);

    /// The same limits but for the number of sessions.
    public Limits with(int sessionsNow, int perSourceNow) {
        return new Limits(
                sessionsNow,
                perSourceNow,
                loopbackCounts,
                idle,
                login,
                session,
                input,
                fileBytes,
                capturedFiles,
                transcript);
    }
}
