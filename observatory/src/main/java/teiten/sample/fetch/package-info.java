/// Fetching what visitors asked a decoy to download: off by default, and never in the decoy's process.
@NullMarked
package teiten.sample.fetch;

import org.jspecify.annotations.NullMarked;
