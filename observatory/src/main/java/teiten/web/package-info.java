/// The dashboard: REST answers, a live stream, and the page that reads them.
@NullMarked
package teiten.web;

import org.jspecify.annotations.NullMarked;
