/// Logs and recordings of other honeypots, read into the same events. Every line is a counted outcome.
@NullMarked
package teiten.session.read;

import org.jspecify.annotations.NullMarked;
