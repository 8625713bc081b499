/// What an attacker did in one conversation: the catalogue of events, and what is made of them.
@NullMarked
package teiten.session;

import org.jspecify.annotations.NullMarked;
