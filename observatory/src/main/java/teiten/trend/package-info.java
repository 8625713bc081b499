/// What the series say when they are held against their own past, by rules that are stated where they are used.
@NullMarked
package teiten.trend;

import org.jspecify.annotations.NullMarked;
