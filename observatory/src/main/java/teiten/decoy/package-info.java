/// Interactive sensors: doors that IoT loaders knock on, and the one device that stands behind them. Nothing here starts a process, reads a host file or dials out.
@NullMarked
package teiten.decoy;

import org.jspecify.annotations.NullMarked;
