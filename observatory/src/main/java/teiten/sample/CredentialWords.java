package teiten.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Finds tables of default credentials: several words of the well-known lists close together. One such word alone means
/// nothing; `admin` stands in many honest programs.
final class CredentialWords {
    private static final int NEAR = 512;
    private static final int ENOUGH = 4;
    private static final int MOST = 200;

    /// Published defaults of routers, cameras and recorders that bots carry.
    private static final Set<String> KNOWN =
            Set.of(
                    "root",
                    "admin",
                    "xc3511",
                    "vizxv",
                    "888888",
                    "xmhdipc",
                    "juantech",
                    "123456",
                    "54321",
                    "support",
                    "password",
                    "1234",
                    "12345",
                    "user",
                    "pass",
                    "admin1234",
                    "1111",
                    "smcadmin",
                    "666666",
                    "klv123",
                    "klv1234",
                    "Zte521",
                    "hi3518",
                    "jvbzd",
                    "anko",
                    "zlxx.",
                    "7ujMko0vizxv",
                    "7ujMko0admin",
                    "system",
                    "ikwb",
                    "dreambox",
                    "realtek",
                    "00000000",
                    "1111111",
                    "meinsm",
                    "tech",
                    "ubnt",
                    "service",
                    "supervisor",
                    "guest",
                    "default",
                    "administrator",
                    "mother",
                    "hunt5759",
                    "cat1029",
                    "GM8182",
                    "antslq",
                    "S2fGqNFs",
                    "OxhlwSG8",
                    "tlJwpbo6",
                    "20080826",
                    "vstarcam2015",
                    "fucker",
                    "Administrator",
                    "login",
                    "enable",
                    "telnet",
                    "toor",
                    "alpine",
                    "oelinux123",
                    "hikvision",
                    "5up",
                    "changeme",
                    "raspberry");

    private final List<Found> near = new ArrayList<>();
    private final List<Found> tables = new ArrayList<>();
    private boolean cut;

    void see(String text, long offset, String via) {
        String word = text.length() <= 32 ? text.strip() : "";
        int colon = word.indexOf(':');
        boolean pair =
                colon > 0
                        && KNOWN.contains(word.substring(0, colon))
                        && !word.startsWith("//", colon + 1);
        if (!pair && !KNOWN.contains(word)) {
            return;
        }
        if (!near.isEmpty()) {
            Found last = near.get(near.size() - 1);
            if (offset - last.offset() > NEAR
                    || offset < last.offset()
                    || !last.via().equals(via)) {
                flush();
            }
        }
        if (near.size() < MOST) {
            near.add(new Found(word, offset, via));
        } else {
            cut = true;
        }
    }

    private void flush() {
        long different = near.stream().map(Found::value).distinct().count();
        if (different >= ENOUGH) {
            for (Found word : near) {
                if (tables.size() < MOST) {
                    tables.add(word);
                } else {
                    cut = true;
                }
            }
        }
        near.clear();
    }

    List<Found> tables() {
        flush();
        return List.copyOf(tables);
    }

    boolean cut() {
        return cut;
    }
}
