/// The back door of Netis/Netcore routers on 53413/UDP.
@NullMarked
package teiten.decoy.netis;

import org.jspecify.annotations.NullMarked;
