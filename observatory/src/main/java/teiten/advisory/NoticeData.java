package teiten.advisory;

import org.jspecify.annotations.Nullable;

import teiten.store.Readings.MarkLine;
import teiten.store.Readings.PortReport;
import teiten.store.Readings.SensorReport;
import teiten.store.Readings.Series;

import java.time.LocalDate;
import java.util.List;

/// What the store answered about one port: all that a notice may speak of.
///
/// @param days the port's series by days of the notice's zone; the level is judged on it
/// @param chart the series that is drawn: `days`, or a finer one where the window is short
/// @param report the port over the same window
/// @param marks of the window, for the versions of the rules by which they were counted
/// @param sensors every sensor that the window was counted over; others are passed over
/// @param published the date on the page; null for the last day with data
/// @param issuer who publishes the page; null leaves the line out
public record NoticeData(
        Series days,
        Series chart,
        PortReport report,
        List<MarkLine> marks,
        List<SensorReport> sensors,
        @Nullable LocalDate published,
        @Nullable String issuer) {
    public NoticeData {
        marks = List.copyOf(marks);
        sensors = List.copyOf(sensors);
        if (days.buckets().isEmpty() || chart.buckets().isEmpty()) {
            throw new IllegalArgumentException("a notice needs at least one bucket of its window");
        }
    }
}
