package teiten.cli;

import teiten.store.WatchReadings.Interval;
import teiten.store.WatchReadings.LossMinute;
import teiten.store.WatchReadings.Lost;
import teiten.store.WatchReadings.Stop;
import teiten.store.WatchReadings.Watched;

import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How `show sensor` and `doctor` tell a live capture: whether it runs, when it stopped, what it lost.
final class CaptureStory {
    private static final int MOST_LINES = 10;

    private CaptureStory() {}

    static Map<String, Object> json(Watched w) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("running", w.running());
        json.put("packets", w.packets());
        json.put("lost", json(w.lost()));
        json.put("lost_share", w.share());
        List<Map<String, Object>> intervals = new ArrayList<>();
        for (Interval interval : w.intervals()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("from", interval.from().toString());
            row.put("to", interval.to().toString());
            row.put("interface", interval.source());
            row.put("ended", interval.ended());
            intervals.add(row);
        }
        json.put("intervals", intervals);
        List<Map<String, Object>> stops = new ArrayList<>();
        for (Stop stop : w.stops()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("from", stop.from().toString());
            row.put("to", stop.to().toString());
            row.put("seconds", seconds(stop));
            stops.add(row);
        }
        json.put("stops", stops);
        List<Map<String, Object>> minutes = new ArrayList<>();
        for (LossMinute minute : w.minutes()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("minute", minute.minute().toString());
            row.putAll(json(minute.lost()));
            minutes.add(row);
        }
        json.put("loss", minutes);
        return json;
    }

    private static Map<String, Object> json(Lost lost) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kernel", lost.kernel());
        json.put("interface", lost.device());
        json.put("teiten", lost.ours());
        return json;
    }

    private static double seconds(Stop stop) {
        return Duration.between(stop.from(), stop.to()).toMillis() / 1e3;
    }

    static void text(Print print, Watched w, ZoneId zone) {
        Interval newest = w.intervals().getFirst();
        print.line(
                "  live: "
                        + (w.running() ? "capturing now, stored up to " : "not capturing, ended ")
                        + Print.time(newest.to(), zone)
                        + ", "
                        + Print.safe(newest.source())
                        + (newest.ended().isEmpty() || newest.ended().equals("stopped")
                                ? ""
                                : " (" + Print.safe(newest.ended()) + ")"));
        print.line("  lost: " + sentence(w));
        for (LossMinute minute : w.minutes().stream().limit(MOST_LINES).toList()) {
            print.line(
                    "    "
                            + Print.time(minute.minute(), zone)
                            + "  "
                            + Print.count(minute.lost().sum())
                            + " packets");
        }
        for (Stop stop : w.stops().stream().limit(MOST_LINES).toList()) {
            print.line(
                    "  capture stopped "
                            + Print.time(stop.from(), zone)
                            + " to "
                            + Print.time(stop.to(), zone)
                            + String.format(Locale.ROOT, " (%.1f s)", seconds(stop)));
        }
    }

    /// What was lost, by whom, in one sentence.
    static String sentence(Watched w) {
        Lost lost = w.lost();
        if (lost.sum() == 0) {
            return "nothing of " + Print.count(w.packets()) + " packets";
        }
        return String.format(
                Locale.ROOT,
                "%s packets (%.3g %% of what came): %s by the kernel's ring, %s by the interface,"
                        + " %s by Teiten",
                Print.count(lost.sum()),
                100 * w.share(),
                Print.count(lost.kernel()),
                Print.count(lost.device()),
                Print.count(lost.ours()));
    }
}
