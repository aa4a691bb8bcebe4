package org.servicerecovery.job;

import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** An order as somebody fills it in, in a form or at the API; one check for all, which leaves no trace of which it was. */
public record OrderFields(
        @Nullable String site,
        @Nullable String contactName,
        @Nullable String contactPhone,
        @Nullable String skill,
        @Nullable String area,
        @Nullable String task,
        @Nullable Instant windowFrom,
        @Nullable Instant windowTo,
        @Nullable String parts,
        @Nullable Integer durationMinutes,
        @Nullable String priceReference) {

    private static final String MISSING = "jobs.refused.missing";
    private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9 ()/.-]{3,28}");
    /** As the form's clock offers times: finer ones would tell where an order came from. */
    private static final Duration GRID = Duration.ofMinutes(15);

    private static final Duration LONGEST_WINDOW = Duration.ofDays(14);
    private static final Duration FURTHEST = Duration.ofDays(3 * 366);
    private static final int SHORT = 120;
    private static final int LONG = 2_000;
    private static final int LONGEST_WORK = 24 * 60;

    /** @throws Refused naming each field that is wrong */
    Order checked(Collection<String> skills, Collection<String> areas, Instant now) {
        Refused.Gathered wrong = new Refused.Gathered();
        String site = wrong.take(() -> text("site", this.site, SHORT, true));
        String contactName = wrong.take(() -> text("contactName", this.contactName, SHORT, true));
        String contactPhone = wrong.take(() -> phone(text("contactPhone", this.contactPhone, SHORT, true)));
        String skill = wrong.take(() -> oneOf("skill", this.skill, skills));
        String area = wrong.take(() -> oneOf("area", this.area, areas));
        String task = wrong.take(() -> text("task", this.task, LONG, true));
        String parts = wrong.take(() -> text("parts", this.parts, LONG, false));
        Integer minutes = wrong.take(this::minutes);
        String price = wrong.take(() -> text("priceReference", this.priceReference, SHORT, true));
        Window window = wrong.take(() -> Window.checked(windowFrom, windowTo, now));
        wrong.refuseIfAny();
        return new Order(
                there(site),
                there(contactName),
                there(contactPhone),
                there(skill),
                there(area),
                there(task),
                there(window).from(),
                there(window).to(),
                there(parts),
                there(minutes),
                there(price));
    }

    /** The order that these stood for when it was placed, nothing of it checked; empty where one never could. */
    Optional<Order> asWritten() {
        if (windowFrom == null || windowTo == null || durationMinutes == null) {
            return Optional.empty();
        }
        return Optional.of(new Order(
                line(site),
                line(contactName),
                line(contactPhone),
                line(skill),
                line(area),
                evened(task),
                windowFrom,
                windowTo,
                evened(parts),
                durationMinutes,
                line(priceReference)));
    }

    /** When the visit may begin and has to be over. */
    record Window(Instant from, Instant to) {

        static Window checked(@Nullable Instant from, @Nullable Instant to, Instant now) {
            Refused.Gathered wrong = new Refused.Gathered();
            if (from == null) {
                wrong.add("windowFrom", MISSING);
            } else if (!isOnGrid(from)) {
                wrong.add("windowFrom", "jobs.refused.quarter");
            }
            if (to == null) {
                wrong.add("windowTo", MISSING);
            } else if (to.isAfter(now.plus(FURTHEST))) {
                wrong.add("windowTo", "jobs.refused.tooFar");
            } else if (!to.isAfter(now)) {
                wrong.add("windowTo", "jobs.refused.past");
            } else if (!isOnGrid(to)) {
                wrong.add("windowTo", "jobs.refused.quarter");
            } else if (from != null && !to.isAfter(from)) {
                wrong.add("windowTo", "jobs.refused.windowOrder");
            } else if (from != null && from.isBefore(to.minus(LONGEST_WINDOW))) {
                wrong.add("windowTo", "jobs.refused.windowTooLong", String.valueOf(LONGEST_WINDOW.toDays()));
            }
            wrong.refuseIfAny();
            return new Window(there(from), there(to));
        }

        private static boolean isOnGrid(Instant at) {
            return at.getNano() == 0 && Math.floorMod(at.getEpochSecond(), GRID.toSeconds()) == 0;
        }
    }

    private int minutes() {
        if (durationMinutes == null) {
            throw Refused.field("durationMinutes", MISSING);
        }
        if (durationMinutes < 1 || durationMinutes > LONGEST_WORK) {
            throw Refused.field("durationMinutes", "jobs.refused.minutes", String.valueOf(LONGEST_WORK));
        }
        return durationMinutes;
    }

    private static String phone(String text) {
        if (!PHONE.matcher(text).matches()) {
            throw Refused.field("contactPhone", "jobs.refused.phone");
        }
        return text;
    }

    private static String oneOf(String field, @Nullable String code, Collection<String> codes) {
        String given = text(field, code, SHORT, true);
        if (!codes.contains(given)) {
            throw Refused.field(field, "jobs.refused.notOneOf", String.join(", ", codes));
        }
        return given;
    }

    private static String text(String field, @Nullable String given, int longest, boolean required) {
        String text = longest == SHORT ? line(given) : evened(given);
        if (text.isEmpty() && required) {
            throw Refused.field(field, MISSING);
        }
        if (text.length() > longest) {
            throw Refused.field(field, "jobs.refused.tooLong", String.valueOf(longest));
        }
        return text;
    }

    private static String line(@Nullable String given) {
        return evened(given).replaceAll("\n+", " ");
    }

    /**
     * Composed letters, one kind of line end, of blank, of quotation mark and of dash, no blanks at the ends and none twice:
     * how somebody types is no mark of where.
     */
    private static String evened(@Nullable String given) {
        return Normalizer.normalize(given == null ? "" : given, Normalizer.Form.NFC)
                .replace("\r\n", "\n")
                .replaceAll("[\r\u000b\f\u0085\u2028\u2029]", "\n")
                .replaceAll("[\\t\\p{Zs}]+", " ")
                .replaceAll("[\\p{Cc}\\p{Cf}&&[^\n]]", "")
                .replaceAll("[\u2018\u2019\u201a\u201b]", "'")
                .replaceAll("[\u201c\u201d\u201e\u201f\u00ab\u00bb]", "\"")
                .replaceAll("[\u2010-\u2014\u2212]", "-")
                .replaceAll(" +(?=\n)|(?<=\n) +(?=\n)", "")
                .strip();
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("What is missing was refused.");
        }
        return value;
    }
}
