package teiten.session;

import java.util.Locale;

/// The service a visitor knocked on, whatever its port number was.
public enum Door {
    TELNET("telnet"),
    SSH("ssh"),
    HTTP("http"),
    /// Android Debug Bridge, usually 5555/tcp.
    ADB("adb"),
    /// CPE WAN management, usually 7547/tcp.
    TR069("tr069"),
    /// UPnP SOAP, usually 52869/tcp and 37215/tcp.
    UPNP("upnp"),
    /// The back door of Netis/Netcore routers, 53413/udp.
    NETIS("netis"),
    /// Any other port, where only the first bytes are recorded.
    OTHER("other");

    private final String label;

    Door(String label) {
        this.label = label;
    }

    /// The lower-case word used in JSON and commands.
    public String label() {
        return label;
    }

    /// The door of that word; a word that nobody knows is `OTHER`, because logs of other programs bring their own.
    public static Door of(String label) {
        String lower = label.toLowerCase(Locale.ROOT);
        for (Door door : values()) {
            if (door.label.equals(lower)) {
                return door;
            }
        }
        return OTHER;
    }
}
