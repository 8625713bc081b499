/// The embedded database: intervals, sources, sensors, the import ledger, and the one query path over them.
@NullMarked
package teiten.store;

import org.jspecify.annotations.NullMarked;
