/// A shell as BusyBox ash reads it: parser, expansion and a bounded evaluator that only ever touches the session.
@NullMarked
package teiten.decoy.shell;

import org.jspecify.annotations.NullMarked;
