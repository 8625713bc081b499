/// Seeded captures with known truth: what a darknet would have recorded in chosen scenarios, without anybody's traffic.
@NullMarked
package teiten.simulate;

import org.jspecify.annotations.NullMarked;
