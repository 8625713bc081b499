/// From readings to documents: facts computed once, worded in Japanese and English, with charts.
@NullMarked
package teiten.advisory;

import org.jspecify.annotations.NullMarked;
