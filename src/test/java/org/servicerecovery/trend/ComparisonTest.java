package org.servicerecovery.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.servicerecovery.trend.Comparison.Stretch;
import org.servicerecovery.trend.Comparison.Verdict;
import org.servicerecovery.trend.Comparison.Windows;
import org.servicerecovery.trend.Comparison.Withheld;
import org.servicerecovery.trend.taxonomy.Succession;

/** By numbers that can be worked out by hand. */
class ComparisonTest {

    private static final LocalDate TOOK_HOLD = LocalDate.parse("2031-03-10");
    private static final LocalDate LONG_AGO = LocalDate.parse("2020-01-01");

    @Test
    void theDayOnWhichItTookHoldIsTheFirstOfTheTimeAfter() {
        Windows windows = Windows.around(TOOK_HOLD, 8, LONG_AGO, null);
        assertThat(windows.before()).isEqualTo(days("2031-01-13", "2031-03-10"));
        assertThat(windows.after()).isEqualTo(days("2031-03-10", "2031-05-05"));
        assertThat(windows.before().count()).isEqualTo(windows.after().count()).isEqualTo(56);
        assertThat(windows.year()).containsExactly(days("2030-01-13", "2031-01-13"));
    }

    @Test
    void theYearBeforeIsWithoutTheQuarterInWhichThePatternWasFound() {
        assertThat(Windows.around(TOOK_HOLD, 8, LONG_AGO, Quarter.parse("2031-Q1"))
                        .year())
                .containsExactly(days("2030-01-13", "2031-01-01"));
        assertThat(Windows.around(TOOK_HOLD, 8, LONG_AGO, Quarter.parse("2030-Q4"))
                        .year())
                .containsExactly(days("2030-01-13", "2030-10-01"), days("2031-01-01", "2031-01-13"));
        assertThat(Windows.around(TOOK_HOLD, 8, LONG_AGO, Quarter.parse("2031-Q2"))
                        .year())
                .containsExactly(days("2030-01-13", "2031-01-13"));
    }

    @Test
    void figuresThatBeginLaterGiveAShorterTimeBeforeAndNoYear() {
        Windows windows = Windows.around(TOOK_HOLD, 8, LocalDate.parse("2031-02-03"), null);
        assertThat(windows.before()).isEqualTo(days("2031-02-03", "2031-03-10"));
        assertThat(windows.before().count()).isEqualTo(35);
        assertThat(windows.year()).isEmpty();

        // 5 in 35 days would be 8 in 56.
        Comparison found = compare(TOOK_HOLD, 8, stretch(35, 5, null), stretch(56, 8, null), null, 0, Instant.EPOCH);
        assertThat(found.ratio().value()).isCloseTo(1, within(1e-9));
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_SHOWN);
        assertThat(found.proposal()).isEqualTo("no-effect");
        Comparison firstDays = compare(TOOK_HOLD, 8, stretch(7, 6, null), stretch(56, 1, null), null, 0, Instant.EPOCH);
        assertThat(firstDays.verdict()).isEqualTo(Verdict.FEWER);
        assertThat(firstDays.proposal()).as("of the first week of all figures").isNull();
        assertThat(firstDays.withheld()).isEqualTo(Withheld.TOO_SHORT);
    }

    @Test
    void aMeasureThatTookHoldBeforeTheFirstCaseIsComparedWithNothing() {
        Windows windows = Windows.around(TOOK_HOLD, 8, TOOK_HOLD.plusDays(1), null);
        assertThat(windows.before().count()).isZero();
        Comparison found = compare(TOOK_HOLD, 8, stretch(0, 0, null), stretch(56, 3, null), null, 2, Instant.EPOCH);
        assertThat(found.ratio()).isNull();
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_SHOWN);
        assertThat(found.proposal()).isNull();
        assertThat(found.withheld()).as("there is nothing to propose from").isNull();
        assertThat(found.isContradictedBy("effective") || found.isContradictedBy("no-effect"))
                .isFalse();
    }

    @Test
    void noneBeforeAndNoneAfterProposesNothing() {
        Comparison found = compared(0, 0, 0);
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_SHOWN);
        assertThat(found.proposal()).isNull();
        assertThat(found.smallNumbers()).isTrue();
    }

    @Test
    void theIntervalDecidesAndProposesTheAnswer() {
        // The upper end is below one for six and none, and above it for six and one: see RateRatioTest.
        Comparison fewer = compared(6, 0, 0);
        assertThat(fewer.verdict()).isEqualTo(Verdict.FEWER);
        assertThat(fewer.proposal()).isEqualTo("effective");
        assertThat(fewer.isContradictedBy("no-effect")).isTrue();
        assertThat(fewer.isContradictedBy(false)).isTrue();
        assertThat(fewer.smallNumbers()).isFalse();
        Comparison notShown = compared(6, 1, 0);
        assertThat(notShown.verdict()).isEqualTo(Verdict.NOT_SHOWN);
        assertThat(notShown.proposal()).isEqualTo("no-effect");
        Comparison more = compared(0, 6, 0);
        assertThat(more.verdict()).isEqualTo(Verdict.MORE);
        assertThat(more.proposal()).isEqualTo("no-effect");
        assertThat(compared(4, 4, 0).smallNumbers()).isTrue();
    }

    @Test
    void aFallThatDependsOnCasesThatAreStillOpenIsSaidToBeOne() {
        assertThat(compared(6, 0, 0).dependsOnOpen()).isFalse();
        assertThat(compared(6, 0, 1).dependsOnOpen()).isTrue();
        assertThat(compared(20, 0, 1).dependsOnOpen()).isFalse();
        assertThat(compared(6, 6, 9).dependsOnOpen()).isFalse();
    }

    @Test
    void whereJobsAreKnownOnBothSidesTheRateIsPerJob() {
        // As many cases, of twice the jobs.
        Comparison found = compare(
                TOOK_HOLD, 8, stretch(56, 10, 100L), stretch(56, 10, 200L), stretch(300, 30, 300L), 0, Instant.EPOCH);
        assertThat(found.perJobs()).isTrue();
        assertThat(found.ratio().value()).isEqualTo(0.5);
        assertThat(found.toYear().value()).isEqualTo(0.5);

        Comparison byDay = compare(
                TOOK_HOLD, 8, stretch(56, 10, 100L), stretch(56, 10, null), stretch(280, 25, 300L), 0, Instant.EPOCH);
        assertThat(byDay.perJobs()).isFalse();
        assertThat(byDay.ratio().value()).isEqualTo(1);
        assertThat(byDay.toYear().value()).isEqualTo(2);
        assertThat(compare(TOOK_HOLD, 8, stretch(56, 10, 0L), stretch(56, 10, 0L), null, 0, Instant.EPOCH)
                        .perJobs())
                .as("no jobs are no measure")
                .isFalse();
    }

    @Test
    void aFallFromABadTimeAloneIsSeenBesideTheYearBefore() {
        // Twelve in the bad eight weeks and three after; in the 280 days before, fifteen: three in each 56.
        Comparison found = compare(
                TOOK_HOLD, 8, stretch(56, 12, null), stretch(56, 3, null), stretch(280, 15, null), 0, Instant.EPOCH);
        assertThat(found.verdict()).isEqualTo(Verdict.FEWER);
        assertThat(found.toYear().value()).isEqualTo(1);
        assertThat(found.toYear().belowOne()).isFalse();
        assertThat(found.proposal()).as("it is as it always was").isNull();
        assertThat(found.withheld()).isEqualTo(Withheld.USUAL_RATE);
        assertThat(found.isContradictedBy("effective") || found.isContradictedBy("no-effect"))
                .isFalse();
    }

    @Test
    void effectiveIsProposedOnlyWhereThereAreFewerThanInTheYearBeforeAsWell() {
        // Eight, then one: as in a year of five, and less than in one of fifty.
        assertThat(againstYear(8, 1, 5).proposal()).isNull();
        assertThat(againstYear(8, 1, 50).proposal()).isEqualTo("effective");
        assertThat(againstYear(8, 1, 50).withheld()).isNull();
        assertThat(againstYear(8, 0, 0).withheld())
                .as("what was never usual is rare again")
                .isEqualTo(Withheld.USUAL_RATE);
        assertThat(againstYear(8, 7, 50).proposal())
                .as("what did not fall needs no year")
                .isEqualTo("no-effect");
    }

    @Test
    void whereCasesAreTaggedOtherwiseMeanwhileNothingIsProposed() {
        Succession leaks = new Succession(List.of(1L), List.of(), true);
        for (long after : new long[] {0, 10}) {
            Comparison found = Comparison.of(
                    leaks, TOOK_HOLD, 8, stretch(56, 10, null), stretch(56, after, null), null, 0, Instant.EPOCH);
            assertThat(found.proposal()).isNull();
            assertThat(found.withheld()).isEqualTo(Withheld.TAXONOMY);
        }
    }

    private static Comparison againstYear(long before, long after, long year) {
        return compare(
                TOOK_HOLD,
                8,
                stretch(56, before, null),
                stretch(56, after, null),
                stretch(280, year, null),
                0,
                Instant.EPOCH);
    }

    private static Comparison compare(
            LocalDate tookHoldOn, int weeks, Stretch before, Stretch after, Stretch year, long stillOpen, Instant at) {
        Succession alone = new Succession(List.of(1L), List.of(), false);
        return Comparison.of(alone, tookHoldOn, weeks, before, after, year, stillOpen, at);
    }

    private static Comparison compared(long before, long after, long open) {
        return compare(TOOK_HOLD, 8, stretch(56, before, null), stretch(56, after, null), null, open, Instant.EPOCH);
    }

    private static Stretch stretch(int days, long cases, Long jobs) {
        return new Stretch(TOOK_HOLD, TOOK_HOLD.plusDays(days - 1), days, cases, jobs);
    }

    private static Days days(String from, String to) {
        return new Days(LocalDate.parse(from), LocalDate.parse(to));
    }
}
