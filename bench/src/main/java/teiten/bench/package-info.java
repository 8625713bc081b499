/// Benchmarks of the pieces and of the layers of the hot lane; nothing of it ships.
@NullMarked
package teiten.bench;

import org.jspecify.annotations.NullMarked;
