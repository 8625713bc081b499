/// The Telnet door: option negotiation, line discipline, login, shell.
@NullMarked
package teiten.decoy.telnet;

import org.jspecify.annotations.NullMarked;
