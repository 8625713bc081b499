/// One small definition makes one consistent device: CPU, kernel, files, processes, banners.
@NullMarked
package teiten.decoy.device;

import org.jspecify.annotations.NullMarked;
