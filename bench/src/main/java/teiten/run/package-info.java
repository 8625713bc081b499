/// Benchmarks that reach what this package shows to nobody else.
@NullMarked
package teiten.run;

import org.jspecify.annotations.NullMarked;
