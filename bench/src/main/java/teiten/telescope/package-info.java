/// Benchmarks that reach what this package shows to nobody else.
@NullMarked
package teiten.telescope;

import org.jspecify.annotations.NullMarked;
