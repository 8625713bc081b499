/// Decode, classify, mark and summarise what reached a sensor. Hot lane: packets never become objects.
@NullMarked
package teiten.telescope;

import org.jspecify.annotations.NullMarked;
