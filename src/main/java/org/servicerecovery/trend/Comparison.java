package org.servicerecovery.trend;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.trend.statistics.RateIncrease;
import org.servicerecovery.trend.statistics.RateRatio;
import org.servicerecovery.trend.taxonomy.Succession;

/**
 * How often a failure came up before something was done about it, and after. A case belongs to the day on which it was
 * opened: when it was closed says how busy people were, not when it failed.
 *
 * <p>A pattern is found in a bad time, and a bad time is followed by a better one by itself (Galton, "Regression towards
 * mediocrity in hereditary stature", 1886; for counts: Morton and Torgerson, "Effect of regression to the mean on decision
 * making in health care", BMJ 326, 2003). So where the year before is known, without the quarter in which it was found,
 * "it worked" is proposed only if there are fewer than then as well.
 *
 * @param tookHoldOn the first day after
 * @param perJobs whether rates are per job; else they are per day
 * @param year before the weeks before; null where figures do not go back so far
 * @param ratio after to before; null where figures do not go back before the measure
 * @param toYear after to the year; per job where its jobs are known as well
 * @param proposal the answer that the figures give, effective or no-effect; null where there is nothing to compare, and
 *     where it is withheld
 * @param withheld why nothing is proposed although there is something to compare
 * @param countedAlong what the cause was split into, or what is taken in place of it since, by label; null where it was
 *     compared before that was done
 * @param stillOpen cases of the time after that have no cause yet
 * @param dependsOnOpen whether the fall would not be shown if they all turned out to be of this kind
 * @param smallNumbers whether fewer than five were to be expected after, at the rate of before
 */
public record Comparison(
        LocalDate tookHoldOn,
        int weeks,
        boolean perJobs,
        Stretch before,
        Stretch after,
        @Nullable Stretch year,
        RateRatio.@Nullable Interval ratio,
        RateRatio.@Nullable Interval toYear,
        Verdict verdict,
        @Nullable String proposal,
        @Nullable Withheld withheld,
        @Nullable List<String> countedAlong,
        long stillOpen,
        boolean dependsOnOpen,
        boolean smallNumbers,
        Instant comparedAt) {

    public static final String EFFECTIVE = "effective";
    public static final String NO_EFFECT = "no-effect";

    /** Why the figures propose no answer. */
    public enum Withheld {
        /** A pattern that made the first days of all figures cannot but become rarer. */
        @JsonProperty("too-short")
        TOO_SHORT,
        /** Cases were tagged otherwise meanwhile, so that before and after are not of one thing. */
        @JsonProperty("taxonomy")
        TAXONOMY,
        /** It fell no further than to where it was in the year before: that may have come by itself. */
        @JsonProperty("usual-rate")
        USUAL_RATE
    }

    /** What the interval of the ratio says: it lies below one, above it, or around it. */
    public enum Verdict {
        @JsonProperty("fewer")
        FEWER,
        @JsonProperty("more")
        MORE,
        @JsonProperty("not-shown")
        NOT_SHOWN
    }

    /**
     * What was counted in some days.
     *
     * @param until the last day
     * @param days how many there are: of the year without those of the quarter
     * @param jobs null where they are not known
     */
    public record Stretch(
            LocalDate from,
            LocalDate until,
            int days,
            long cases,
            @Nullable Long jobs) {

        private double exposure(boolean perJobs) {
            return perJobs && jobs != null ? jobs : days;
        }

        private boolean hasJobs() {
            return jobs != null && jobs > 0;
        }

        private Stretch with(long more) {
            return new Stretch(from, until, days, cases + more, jobs);
        }
    }

    /**
     * The days that are compared.
     *
     * @param before none where the measure took hold before there were figures
     * @param year in one or two parts; none where there are fewer days than in the time before
     */
    record Windows(Days before, Days after, List<Days> year) {

        /**
         * @param began the first day of which there are figures
         * @param foundIn the quarter in which the pattern was found; null where there is none
         */
        static Windows around(LocalDate tookHoldOn, int weeks, LocalDate began, @Nullable Quarter foundIn) {
            LocalDate first = tookHoldOn.minusWeeks(weeks);
            Days year = new Days(first.minusYears(1), first).since(began);
            List<Days> parts = foundIn == null
                    ? List.of(year)
                    : year.without(new Days(
                            foundIn.first().atDay(1), foundIn.next().first().atDay(1)));
            return new Windows(
                    new Days(first, tookHoldOn).since(began),
                    new Days(tookHoldOn, tookHoldOn.plusWeeks(weeks)),
                    Days.count(parts) < weeks * 7 ? List.of() : parts);
        }
    }

    static Comparison of(
            Succession counted,
            LocalDate tookHoldOn,
            int weeks,
            Stretch before,
            Stretch after,
            @Nullable Stretch year,
            long stillOpen,
            Instant at) {
        boolean perJobs = before.hasJobs() && after.hasJobs();
        RateRatio.Interval ratio = before.days() == 0 ? null : ratio(before, after, perJobs);
        RateRatio.Interval worst = before.days() == 0 ? null : ratio(before, after.with(stillOpen), perJobs);
        Verdict verdict = verdict(ratio);
        RateRatio.Interval toYear = year == null ? null : ratio(year, after, perJobs && year.hasJobs());
        boolean comparable = before.days() > 0 && before.cases() + after.cases() > 0;
        Withheld withheld = comparable ? withheld(verdict, toYear, weeks, before, counted) : null;
        double expected = before.days() == 0 ? 0 : before.cases() / before.exposure(perJobs) * after.exposure(perJobs);
        return new Comparison(
                tookHoldOn,
                weeks,
                perJobs,
                before,
                after,
                year,
                ratio,
                toYear,
                verdict,
                !comparable || withheld != null ? null : verdict == Verdict.FEWER ? EFFECTIVE : NO_EFFECT,
                withheld,
                counted.along(),
                stillOpen,
                verdict == Verdict.FEWER && verdict(worst) != Verdict.FEWER,
                expected < RateIncrease.SMALL,
                at);
    }

    private static @Nullable Withheld withheld(
            Verdict verdict, RateRatio.@Nullable Interval toYear, int weeks, Stretch before, Succession counted) {
        if (before.days() * 2 < weeks * 7) {
            return Withheld.TOO_SHORT;
        }
        if (counted.leaks()) {
            return Withheld.TAXONOMY;
        }
        return verdict == Verdict.FEWER && toYear != null && !toYear.belowOne() ? Withheld.USUAL_RATE : null;
    }

    private static RateRatio.Interval ratio(Stretch before, Stretch after, boolean perJobs) {
        return RateRatio.of(before.cases(), before.exposure(perJobs), after.cases(), after.exposure(perJobs));
    }

    private static Verdict verdict(RateRatio.@Nullable Interval ratio) {
        if (ratio == null) {
            return Verdict.NOT_SHOWN;
        }
        return ratio.belowOne() ? Verdict.FEWER : ratio.aboveOne() ? Verdict.MORE : Verdict.NOT_SHOWN;
    }

    /** Whether somebody answers otherwise than the figures do. */
    boolean isContradictedBy(String answer) {
        return proposal != null && !proposal.equals(answer);
    }

    /** The same for an answer to whether it helped. */
    public boolean isContradictedBy(boolean helped) {
        return isContradictedBy(helped ? EFFECTIVE : NO_EFFECT);
    }
}
