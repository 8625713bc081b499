package teiten.advisory;

import teiten.telescope.Mark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Writes pages of known truth into a folder, to be looked at and printed: `NoticeRendering FOLDER`.
final class NoticeRendering {
    private NoticeRendering() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        Observed rising = Observed.rising();
        rising.marked = Map.of(Mark.MIRAI, 0.62, Mark.MASSCAN, 0.05, Mark.ZMAP_4, 0.01);
        rising.issuer = "Example CERT";
        Observed brief = new Observed();
        brief.days = 6;
        brief.demo = true;
        brief.inferred = true;
        Observed high = new Observed();
        high.rate = day -> day < 40 ? 8 : 26;
        Observed year = new Observed();
        year.days = 720;
        year.rate = day -> 10 + 6 * Math.sin(day / 30.0);
        year.noise = 0.2;
        Map<String, Observed> pages =
                Map.of("rising", rising, "brief", brief, "high", high, "year", year);
        for (Map.Entry<String, Observed> page : pages.entrySet()) {
            for (Language language : Language.values()) {
                Files.writeString(
                        folder.resolve(page.getKey() + "-" + language.tag() + ".html"),
                        page.getValue().page(language));
            }
        }
    }
}
