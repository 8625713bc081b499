/// Transcripts of sessions, played again: in a terminal and as asciicast.
@NullMarked
package teiten.session.replay;

import org.jspecify.annotations.NullMarked;
