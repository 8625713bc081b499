/// Packet sources: capture files, streams, growing directories and live interfaces become batches of headers.
@NullMarked
package teiten.capture;

import org.jspecify.annotations.NullMarked;
