/// Conversations found in captures: TCP streams put together, Telnet options taken out, logins and lines told as events.
@NullMarked
package teiten.session.stream;

import org.jspecify.annotations.NullMarked;
