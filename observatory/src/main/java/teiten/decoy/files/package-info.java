/// The file system of a device and a bounded copy-on-write layer over it for each session.
@NullMarked
package teiten.decoy.files;

import org.jspecify.annotations.NullMarked;
