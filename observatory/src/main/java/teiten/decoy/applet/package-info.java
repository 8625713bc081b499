/// The BusyBox applets that loaders call, acting on a session's files and recording what they were asked.
@NullMarked
package teiten.decoy.applet;

import org.jspecify.annotations.NullMarked;
