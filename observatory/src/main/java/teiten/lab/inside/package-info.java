/// What runs inside the seal: the warden of one sample, the sinkhole that answers it, the recorder that listens.
/// These classes know nobody else of the house, so the process inside the namespaces carries nothing but them.
@NullMarked
package teiten.lab.inside;

import org.jspecify.annotations.NullMarked;
