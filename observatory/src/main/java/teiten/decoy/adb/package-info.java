/// The Android Debug Bridge door on 5555/TCP.
@NullMarked
package teiten.decoy.adb;

import org.jspecify.annotations.NullMarked;
