/// Sealed execution of samples: what a program does is watched where nothing it sends can leave.
@NullMarked
package teiten.lab;

import org.jspecify.annotations.NullMarked;
