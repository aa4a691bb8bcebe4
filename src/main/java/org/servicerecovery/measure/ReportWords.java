package org.servicerecovery.measure;

import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;

/** How figures and times are written for a reader, as the Recovery page in Cockpit writes them. */
final class ReportWords {

    static final String NONE = "–";

    private static final BigDecimal TENTH = new BigDecimal("0.1");

    private final Locale reader;
    private final ZoneId zone;

    private ReportWords(Locale reader, ZoneId zone) {
        this.reader = reader;
        this.zone = zone;
    }

    /** For whoever asks. */
    static ReportWords ofReader(ZoneId zone) {
        return new ReportWords(
                Messages.asWritten(Messages.language(Messages.reader()).getLanguage()), zone);
    }

    Locale reader() {
        return reader;
    }

    String text(String key, Object... arguments) {
        return Messages.text(reader, key, arguments);
    }

    /** With one place below a tenth, where a whole one would say little. */
    String percent(@Nullable BigDecimal share) {
        if (share == null) {
            return NONE;
        }
        NumberFormat format = NumberFormat.getPercentInstance(reader);
        format.setMaximumFractionDigits(share.signum() > 0 && share.compareTo(TENTH) < 0 ? 1 : 0);
        return format.format(share);
    }

    String number(long number) {
        return NumberFormat.getIntegerInstance(reader).format(number);
    }

    String number(@Nullable BigDecimal number) {
        return number == null ? NONE : number(number.longValue());
    }

    String score(BigDecimal score) {
        NumberFormat format = NumberFormat.getNumberInstance(reader);
        format.setMinimumFractionDigits(1);
        format.setMaximumFractionDigits(2);
        return format.format(score);
    }

    String money(BigDecimal amount, String currency) {
        NumberFormat format = NumberFormat.getCurrencyInstance(reader);
        format.setCurrency(Currency.getInstance(currency));
        format.setMinimumFractionDigits(amount.scale());
        format.setMaximumFractionDigits(amount.scale());
        return format.format(amount);
    }

    String duration(Duration duration) {
        Duration time = duration.abs();
        if (time.toDays() > 0) {
            return time.toHoursPart() > 0
                    ? text("duration.daysHours", time.toDays(), time.toHoursPart())
                    : text("duration.days", time.toDays());
        }
        if (time.toHours() > 0) {
            return time.toMinutesPart() > 0
                    ? text("duration.hoursMinutes", time.toHours(), time.toMinutesPart())
                    : text("duration.hours", time.toHours());
        }
        return time.toMinutes() > 0
                ? text("duration.minutes", time.toMinutes())
                : text("duration.seconds", time.toSeconds());
    }

    String day(LocalDate day) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(reader)
                .format(day);
    }

    String longDay(LocalDate day) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(reader)
                .format(day);
    }

    String moment(Instant instant) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                .withLocale(reader)
                .format(instant.atZone(zone));
    }

    String month(YearMonth month) {
        return DateTimeFormatter.ofPattern("LLLL yyyy", reader).format(month);
    }

    /** 2026-10 as "Oct 26"; 2026-Q4 as everywhere. */
    String period(String name) {
        return name.contains("Q")
                ? name
                : DateTimeFormatter.ofPattern("MMM yy", reader).format(YearMonth.parse(name));
    }
}
