/// Wiring: settings, which captures feed which sensor of the store, and what runs beside it.
@NullMarked
package teiten.run;

import org.jspecify.annotations.NullMarked;
