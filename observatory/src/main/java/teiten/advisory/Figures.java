package teiten.advisory;

import teiten.net.Port;
import teiten.store.Estimate;
import teiten.trend.Level;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Numbers and times as a reader of the language writes them, with no more digits than their error leaves.
final class Figures {
    private final Language language;
    private final DateTimeFormatter date;
    private final DateTimeFormatter dateTime;

    Figures(Language language) {
        this.language = language;
        boolean ja = language == Language.JA;
        date = DateTimeFormatter.ofPattern(ja ? "uuuu年M月d日" : "d MMMM uuuu", Locale.ENGLISH);
        dateTime =
                DateTimeFormatter.ofPattern(
                        ja ? "uuuu年M月d日 H時mm分" : "d MMMM uuuu HH:mm", Locale.ENGLISH);
    }

    String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /// An estimate keeps the digits down to the size of its error.
    String estimate(Estimate estimate) {
        return estimate.isExact()
                ? count(Math.round(estimate.value()))
                : approximate(estimate.value(), estimate.relativeError());
    }

    String approximate(double value, double relativeError) {
        return toError(value, value * relativeError);
    }

    /// A rate that rests on so many accesses: the error of a count is its square root.
    String rate(double value, long accesses) {
        return toError(value, value / Math.sqrt(Math.max(1, accesses)));
    }

    /// A median is as uncertain as one day among its days, give or take.
    String median(Level.Part part) {
        return rate(part.median(), part.accesses() / Math.max(1, part.days()));
    }

    /// "1.7"; two digits are all that a ratio of medians bears.
    String factor(double ratio) {
        return significant(ratio, 2);
    }

    /// @return "12.3%", "less than 0.1%", "more than 99.9%"; one decimal when the sampling error is below 0.1 points
    String percent(long part, long whole) {
        double share = (double) part / whole;
        double error = Math.sqrt(share * (1 - share) / whole);
        int decimals = error < 0.001 ? 1 : 0;
        double step = decimals == 1 ? 0.1 : 1;
        double percent = share * 100;
        if (part == 0 || part == whole) {
            return (part == 0 ? "0" : "100") + "%";
        }
        if (percent < step) {
            return language == Language.JA ? plain(step) + "%未満" : "less than " + plain(step) + "%";
        }
        if (percent > 100 - step) {
            String most = plain(100 - step);
            return language == Language.JA ? most + "%超" : "more than " + most + "%";
        }
        return String.format(Locale.ROOT, "%." + decimals + "f%%", percent);
    }

    String date(LocalDate day) {
        return date.format(day);
    }

    String date(Instant instant, ZoneId zone) {
        return date.format(instant.atZone(zone));
    }

    /// The day that ends at this instant, when it is a midnight.
    String lastDate(Instant end, ZoneId zone) {
        return date(end.minusNanos(1), zone);
    }

    String time(Instant instant, ZoneId zone) {
        return dateTime.format(instant.atZone(zone));
    }

    /// `23/TCP`, as the police's reports write it.
    static String port(Port port) {
        return port.toString().toUpperCase(Locale.ROOT);
    }

    /// Rounded to the decimal place of the error's first digit; at most five digits are kept, and two behind the point
    /// unless the value is too small for them.
    private static String toError(double value, double error) {
        if (value == 0 || !Double.isFinite(value)) {
            return "0";
        }
        int place = (int) Math.floor(Math.log10(Math.max(error, Math.abs(value) * 1e-5)));
        int lead = (int) Math.floor(Math.log10(Math.abs(value)));
        int least = Math.max(lead - 4, Math.min(-2, lead - 1));
        int scale = -Math.min(Math.max(place, least), lead);
        BigDecimal rounded = new BigDecimal(value).setScale(scale, RoundingMode.HALF_EVEN);
        return String.format(Locale.ROOT, "%,." + Math.max(0, scale) + "f", rounded);
    }

    static String significant(double value, int digits) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded =
                new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int decimals = Math.max(0, digits - rounded.precision() + rounded.scale());
        return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
