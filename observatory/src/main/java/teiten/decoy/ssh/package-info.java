/// The SSH door, over Apache MINA SSHD, onto the same shell.
@NullMarked
package teiten.decoy.ssh;

import org.jspecify.annotations.NullMarked;
