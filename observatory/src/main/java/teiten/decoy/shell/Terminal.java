package teiten.decoy.shell;

import org.jspecify.annotations.Nullable;

/// The visitor's end of a shell: a Telnet connection, an SSH channel, or a script that one request brought.
public interface Terminal {
    /// Buffers bytes for the visitor; a newline is one LF here, whatever the wire needs.
    void write(byte[] bytes, int offset, int count);

    /// Sends what was buffered and reads a line; null at an end-of-file (see [#closed()]) or when the visitor is gone.
    @Nullable String readLine();

    /// True when the last line that was read ended with a newline, and not with the end of the stream.
    default boolean endedByNewline() {
        return true;
    }

    /// True when nothing will ever be read again.
    boolean closed();

    /// True when somebody types here, so that a prompt makes sense.
    boolean interactive();

    /// Lets time pass as a sleeping or waiting command does; bounded by the door.
    void pause(long millis);
}
