/// The door for every port that has no door of its own: the first bytes are recorded, nothing is answered.
@NullMarked
package teiten.decoy.catchall;

import org.jspecify.annotations.NullMarked;
