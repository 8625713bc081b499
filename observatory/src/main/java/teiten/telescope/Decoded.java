package teiten.telescope;

/// Hot lane. A batch's packets, parted by the worker that owns their sources. One [Decoder] fills it, then all workers may
/// read it.
public final class Decoded {
    final Headers[] shares;

    /// TCP segments with data from or to Telnet's ports: what conversations are made of.
    long talk;

    /// @param workers that share the sources
    public Decoded(int workers) {
        shares = new Headers[workers];
        for (int i = 0; i < workers; i++) {
            shares[i] = new Headers();
        }
    }

    void clear() {
        for (Headers share : shares) {
            share.clear();
        }
        talk = 0;
    }
}
