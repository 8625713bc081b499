/// Web doors: login pages, TR-069 and UPnP endpoints, exploit paths recorded and classified by rule files.
@NullMarked
package teiten.decoy.http;

import org.jspecify.annotations.NullMarked;
