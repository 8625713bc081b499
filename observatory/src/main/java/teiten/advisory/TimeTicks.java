package teiten.advisory;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Where an axis of time bears a tick: at most some ten, on round times of the zone.
final class TimeTicks {
    /// @param names how finely the tick is named
    record At(Instant instant, Words.Tick names) {}

    private static final int MOST = 10;
    private static final int[] MINUTES = {1, 5, 15, 30, 60, 180, 360, 720};
    private static final int[] DAYS = {1, 2, 5, 7, 10, 14};
    private static final int[] MONTHS = {1, 2, 3, 6, 12, 24, 60};

    private TimeTicks() {}

    static List<At> between(Instant begin, Instant end, ZoneId zone) {
        ZonedDateTime from = begin.atZone(zone);
        ZonedDateTime to = end.atZone(zone);
        long minutes = ChronoUnit.MINUTES.between(from, to);
        for (int step : MINUTES) {
            if (minutes <= (long) step * MOST && minutes < 2 * 24 * 60) {
                return minutes(from, to, step);
            }
        }
        long days = ChronoUnit.DAYS.between(from, to);
        for (int step : DAYS) {
            if (days <= (long) step * MOST) {
                return days(from, to, step);
            }
        }
        long months = ChronoUnit.MONTHS.between(from, to) + 1;
        for (int step : MONTHS) {
            if (months <= (long) step * MOST || step == MONTHS[MONTHS.length - 1]) {
                return months(from, to, step);
            }
        }
        throw new AssertionError("the last step holds any span");
    }

    private static List<At> minutes(ZonedDateTime from, ZonedDateTime to, int step) {
        LocalDateTime at = from.toLocalDate().atStartOfDay();
        List<At> ticks = new ArrayList<>();
        for (; !at.isAfter(to.toLocalDateTime()); at = at.plusMinutes(step)) {
            if (!at.isBefore(from.toLocalDateTime())) {
                ticks.add(new At(at.atZone(from.getZone()).toInstant(), Words.Tick.MINUTE));
            }
        }
        return ticks;
    }

    private static List<At> days(ZonedDateTime from, ZonedDateTime to, int step) {
        LocalDateTime at = from.toLocalDate().atStartOfDay();
        List<At> ticks = new ArrayList<>();
        for (; at.isBefore(to.toLocalDateTime()); at = at.plusDays(step)) {
            if (!at.isBefore(from.toLocalDateTime())) {
                ticks.add(new At(at.atZone(from.getZone()).toInstant(), Words.Tick.DAY));
            }
        }
        return ticks;
    }

    private static List<At> months(ZonedDateTime from, ZonedDateTime to, int step) {
        LocalDateTime at = from.toLocalDate().withDayOfYear(1).atStartOfDay();
        List<At> ticks = new ArrayList<>();
        for (; at.isBefore(to.toLocalDateTime()); at = at.plusMonths(step)) {
            if (!at.isBefore(from.toLocalDateTime())) {
                boolean withYear = ticks.isEmpty() || at.getMonthValue() == 1;
                ticks.add(
                        new At(
                                at.atZone(from.getZone()).toInstant(),
                                withYear ? Words.Tick.YEAR_MONTH : Words.Tick.MONTH));
            }
        }
        return ticks;
    }
}
