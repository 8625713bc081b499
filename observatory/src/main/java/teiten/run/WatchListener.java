package teiten.run;

/// Hears how watching goes on; called from several threads, a few times a second at most.
public interface WatchListener {
    /// Something the operator should know: a capture began, an interface is gone, a file is damaged.
    void told(String sentence);

    /// Everything of this source up to now survives whatever happens.
    ///
    /// @param packets of the source since watching began
    /// @param perSecond since it was last stored
    void stored(String source, long packets, double perSecond);
}
