/// Addresses, prefixes, ports and header layouts. No input or output, no dependencies.
@NullMarked
package teiten.net;

import org.jspecify.annotations.NullMarked;
