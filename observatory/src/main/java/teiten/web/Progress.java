package teiten.web;

/// How far a running import has come.
///
/// @param file as the operator named it; may hold anything a file name may hold
/// @param packets read so far
/// @param bytes of the file read so far
/// @param totalBytes of the file; 0 when unknown, as on standard input; [#ENDLESS] for what is watched
/// @param packetsPerSecond since the last event
/// @param done true with the last event of a file
public record Progress(
        String file,
        long packets,
        long bytes,
        long totalBytes,
        double packetsPerSecond,
        boolean done) {
    /// There is no end to come: an interface, or a directory that is followed.
    public static final long ENDLESS = -1;
}
