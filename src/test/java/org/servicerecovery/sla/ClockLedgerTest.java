package org.servicerecovery.sla;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.sla.ClockEntry.Extended;
import org.servicerecovery.sla.ClockEntry.Merged;
import org.servicerecovery.sla.ClockEntry.Paused;
import org.servicerecovery.sla.ClockEntry.Resumed;
import org.servicerecovery.sla.ClockEntry.SeverityChanged;
import org.servicerecovery.sla.ClockEntry.Span;
import org.servicerecovery.sla.ClockEntry.Started;
import org.servicerecovery.sla.ClockLedger.Reading;
import org.servicerecovery.sla.ClockLedger.Verdict;
import org.servicerecovery.sla.Term.CountingTime;
import org.servicerecovery.sla.Term.WorkingDays;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.servicerecovery.sla.calendar.OpeningHours;
import org.servicerecovery.sla.calendar.WorkCalendar;

class ClockLedgerTest {

    private static final WorkCalendar BERLIN = new AroundTheClock(ZoneId.of("Europe/Berlin"));
    private static final Instant MONDAY_NOON = Instant.parse("2031-02-10T12:00:00Z");

    @Test
    void anExtensionIsWhatItAddedAndNotWhatWasOverdueBefore() {
        Instant raised = MONDAY_NOON.plus(hours(10));
        Instant lowered = raised.plus(hours(1));
        Reading reading = ledger(
                        BERLIN,
                        new Started(MONDAY_NOON, policy(Severity.MINOR, new CountingTime(hours(48)))),
                        new SeverityChanged(raised, policy(Severity.CRITICAL, new CountingTime(hours(4))), "by"),
                        new Extended(raised, raised, raised.plus(hours(2)), "reason", "by", "another"),
                        new SeverityChanged(lowered, policy(Severity.MAJOR, new CountingTime(hours(24))), "by"))
                .at(lowered);
        assertThat(reading.dueAt()).isEqualTo(MONDAY_NOON.plus(hours(24 + 2)));
    }

    @Test
    void raisingTheSeverityEndsAnExtendedDateToo() {
        Instant end = Instant.parse("2031-02-13T23:00:00Z");
        Instant raised = MONDAY_NOON.plus(hours(1));
        ClockLedger ledger = ledger(
                BERLIN,
                new Started(MONDAY_NOON, policy(Severity.MINOR, new WorkingDays(3, false))),
                new Extended(MONDAY_NOON, end, end.plus(hours(48)), "reason", "by", "another"),
                new SeverityChanged(raised, policy(Severity.MAJOR, new WorkingDays(2, false)), "by"));
        assertThat(ledger.at(MONDAY_NOON).dueAt()).isEqualTo(end.plus(hours(48)));
        assertThat(ledger.at(raised).dueAt()).isEqualTo(end.minus(hours(24)));
    }

    @Test
    void aChangeAfterAnExtendedDateDoesNotWarnAfterTheDeadline() {
        Instant end = Instant.parse("2031-02-11T23:00:00Z");
        Instant extended = end.plus(hours(24));
        Instant lowered = extended.plus(hours(5));
        Reading reading = ledger(
                        BERLIN,
                        new Started(MONDAY_NOON, policy(Severity.MAJOR, new WorkingDays(1, false))),
                        new Extended(MONDAY_NOON, end, extended, "reason", "by", "another"),
                        new SeverityChanged(lowered, policy(Severity.MINOR, new WorkingDays(1, false)), "by"))
                .at(lowered);
        assertThat(reading.dueAt()).isEqualTo(lowered);
        assertThat(reading.nearAt()).isEqualTo(lowered);
        assertThat(reading.missedAt()).isEqualTo(extended);
    }

    @Test
    void beforeItsStartAClockIsReadAsJustStarted() {
        Policy dated = policy(Severity.MINOR, new WorkingDays(1, false));
        Policy warnedAtOnce = policy(Severity.MINOR, new CountingTime(Duration.ofMinutes(30)));
        for (Policy policy : List.of(dated, warnedAtOnce)) {
            ClockLedger ledger = ledger(BERLIN, new Started(MONDAY_NOON, policy));
            assertThat(ledger.at(MONDAY_NOON.minus(hours(3)))).isEqualTo(ledger.at(MONDAY_NOON));
        }
        assertThat(ledger(BERLIN, new Started(MONDAY_NOON, warnedAtOnce))
                        .at(MONDAY_NOON.minus(hours(3)))
                        .verdict())
                .isEqualTo(Verdict.NEAR);
    }

    @Test
    void aMinuteOfTheNextDayBetweenTwoEveningsCountsWhenItIsShown() {
        // In 2008 St. John's went from 00:01 on Sunday back to 23:01 on Saturday.
        WorkCalendar always = new OpeningHours(
                ZoneId.of("America/St_Johns"),
                Arrays.stream(DayOfWeek.values())
                        .collect(Collectors.toMap(
                                day -> day,
                                day -> List.of(new OpeningHours.Interval(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT)))),
                day -> false);
        Instant halfPastEleven = Instant.parse("2008-11-02T02:00:00Z");
        assertThat(always.after(halfPastEleven, Duration.ofMinutes(31)))
                .isEqualTo(halfPastEleven.plus(Duration.ofMinutes(31)));
    }

    @Test
    @EdgeCase("A working day is the local calendar's")
    void aDayThatTheLocalCalendarSkipsIsNoWorkingDay() {
        // Samoa had no 30 December 2011.
        WorkCalendar apia = new AroundTheClock(ZoneId.of("Pacific/Apia"));
        Instant onThe29th = Instant.parse("2011-12-29T22:00:00Z");
        Reading reading = ledger(apia, new Started(onThe29th, policy(Severity.MINOR, new WorkingDays(1, false))))
                .at(onThe29th);
        assertThat(reading.dueAt()).isEqualTo(Instant.parse("2011-12-31T10:00:00Z"));
    }

    @Test
    void aMergeCountsFromTheEarlierStartAndKeepsItsOwnPauses() {
        Instant earlier = MONDAY_NOON.minus(hours(10));
        ClockLedger ledger = ledger(
                BERLIN,
                new Started(MONDAY_NOON, policy(Severity.MINOR, new CountingTime(hours(48)))),
                new Paused(MONDAY_NOON.plus(hours(1)), "reason", "by"),
                new Resumed(MONDAY_NOON.plus(hours(3)), "why", "by"),
                new Merged(
                        MONDAY_NOON.plus(hours(4)),
                        "SR-2031-000001",
                        earlier,
                        // It was paused for four of the ten hours before this clock had started.
                        List.of(
                                new Span(earlier, earlier.plus(hours(2))),
                                new Span(earlier.plus(hours(6)), MONDAY_NOON)),
                        null,
                        "by"));
        Reading reading = ledger.at(MONDAY_NOON.plus(hours(5)));
        assertThat(reading.startedAt()).isEqualTo(earlier);
        assertThat(reading.elapsed()).isEqualTo(hours(6 + 5 - 2));
        assertThat(reading.dueAt()).isEqualTo(MONDAY_NOON.plus(hours(48 - 6 + 2)));
        assertThat(ledger.at(MONDAY_NOON.plus(hours(3))).dueAt())
                .as("before the merge it was what it was")
                .isEqualTo(MONDAY_NOON.plus(hours(50)));
    }

    @Test
    void aDeadlineThatHasPassedByAMergeIsTheMomentOfTheMerge() {
        Instant earlier = MONDAY_NOON.minus(hours(100));
        Instant merged = MONDAY_NOON.plus(hours(4));
        Reading reading = ledger(
                        BERLIN,
                        new Started(MONDAY_NOON, policy(Severity.MINOR, new CountingTime(hours(48)))),
                        new Merged(
                                merged, "SR-2031-000001", earlier, List.of(new Span(earlier, MONDAY_NOON)), null, "by"))
                .at(merged.plus(hours(1)));
        assertThat(reading.dueAt()).isEqualTo(merged);
        assertThat(reading.missedAt()).isEqualTo(merged);
    }

    @Test
    void aMergeOfTwoBrokenPromisesKeepsTheFirstBreach() {
        Instant due = MONDAY_NOON.plus(hours(4));
        Instant theirs = MONDAY_NOON.plus(hours(3));
        ClockLedger ledger = ledger(
                BERLIN,
                new Started(MONDAY_NOON, policy(Severity.CRITICAL, new CountingTime(hours(4)))),
                new Merged(due.plus(hours(2)), "SR-2031-000001", MONDAY_NOON.plus(hours(1)), List.of(), theirs, "by"));
        assertThat(ledger.at(due.plus(hours(1))).missedAt()).isEqualTo(due);
        Reading reading = ledger.at(due.plus(hours(3)));
        assertThat(reading.missedAt()).isEqualTo(theirs);
        assertThat(reading.startedAt()).isEqualTo(MONDAY_NOON);
        assertThat(reading.verdict()).isEqualTo(Verdict.MISSED);
    }

    private static ClockLedger ledger(WorkCalendar calendar, ClockEntry... entries) {
        return new ClockLedger(List.of(entries), (code, version) -> calendar);
    }

    private static Policy policy(Severity severity, Term term) {
        return new Policy("table/1", severity, term, List.of(hours(1)), "calendar", 1, List.of());
    }

    private static Duration hours(int hours) {
        return Duration.ofHours(hours);
    }
}
