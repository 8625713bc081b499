package teiten.session.stream;

/// What became of all segments and their bytes:
/// `payload = delivered + repeated + refused + held`, always.
public final class StreamCounts {
    long segments;
    long otherPorts;
    long payload;
    long delivered;
    long repeated;
    long refused;
    long held;
    long conflicting;
    long incomparable;
    long missing;
    long conversations;
    long unanswered;
    long pushedOut;
    long refusedResets;

    /// TCP segments that were offered.
    public long segments() {
        return segments;
    }

    /// Of those, segments between ports that nobody asked for.
    public long otherPorts() {
        return otherPorts;
    }

    /// Payload bytes of all other segments.
    public long payload() {
        return payload;
    }

    /// Bytes handed on in order.
    public long delivered() {
        return delivered;
    }

    /// Bytes that had come before.
    public long repeated() {
        return repeated;
    }

    /// Bytes outside the window, or of a conversation that had ended.
    public long refused() {
        return refused;
    }

    /// Bytes that wait for others in front of them.
    public long held() {
        return held;
    }

    /// Of the repeated bytes, those that differ from what came first.
    public long conflicting() {
        return conflicting;
    }

    /// Of the repeated bytes, those that came too late to be compared.
    public long incomparable() {
        return incomparable;
    }

    /// Bytes that were never captured.
    public long missing() {
        return missing;
    }

    /// Conversations that were opened.
    public long conversations() {
        return conversations;
    }

    /// SYNs that neither an answer nor data followed; they make no conversation.
    public long unanswered() {
        return unanswered;
    }

    /// Conversations that ended for want of room.
    public long pushedOut() {
        return pushedOut;
    }

    /// RSTs that no end of the conversation can have sent.
    public long refusedResets() {
        return refusedResets;
    }
}
