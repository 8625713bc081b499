/// One class a command: what the user typed goes in, an answer and an exit status come out.
@NullMarked
package teiten.cli;

import org.jspecify.annotations.NullMarked;
