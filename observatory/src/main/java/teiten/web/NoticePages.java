package teiten.web;

import teiten.net.Port;
import teiten.store.Scope;

import java.util.Locale;

/// Writes the printable notice of a port; the advisory package gives it.
@FunctionalInterface
public interface NoticePages {
    Page page(Port port, Scope scope, Locale language);

    /// @param html the whole document
    /// @param contentSecurityPolicy what the document may do, such as the hash of its one style; sent as is
    record Page(String html, String contentSecurityPolicy) {}
}
