/// Packets of a network interface, through libpcap by the Java FFM API.
@NullMarked
package teiten.capture.live;

import org.jspecify.annotations.NullMarked;
