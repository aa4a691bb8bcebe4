package org.servicerecovery.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;

/** When the report goes out, and of which week. */
class ReportScheduleTest {

    @Test
    void theHourIsThatOfTheBusinesssClockBeforeAndAfterItIsPutForwardOrBack() {
        ReportSchedule berlin = schedule(DayOfWeek.MONDAY, 7, "Europe/Berlin");
        assertThat(berlin.latest(Instant.parse("2026-03-24T10:00:00Z")).at()).isEqualTo("2026-03-23T06:00:00Z");
        assertThat(berlin.next(Instant.parse("2026-03-24T10:00:00Z")))
                .as("six days and twenty-three hours later")
                .isEqualTo("2026-03-30T05:00:00Z");
        assertThat(berlin.next(Instant.parse("2026-10-19T12:00:00Z"))).isEqualTo("2026-10-26T06:00:00Z");

        ReportSchedule onTheNight = schedule(DayOfWeek.SUNDAY, 2, "Europe/Berlin");
        assertThat(onTheNight.latest(Instant.parse("2026-03-29T10:00:00Z")).at())
                .as("two o’clock is left out: at three")
                .isEqualTo("2026-03-29T01:00:00Z");
        assertThat(onTheNight.latest(Instant.parse("2026-10-25T10:00:00Z")).at())
                .as("two o’clock comes twice: the first time")
                .isEqualTo("2026-10-25T00:00:00Z");
        assertThat(onTheNight.latest(Instant.parse("2026-10-25T00:30:00Z")).week())
                .as("the hour that comes again is the same sending")
                .isEqualTo(
                        onTheNight.latest(Instant.parse("2026-10-25T01:30:00Z")).week());
    }

    @Test
    void itIsOfTheLastWeekThatIsOverAndNotBeforeItsHour() {
        ReportSchedule mondays = schedule(DayOfWeek.MONDAY, 7, "UTC");
        assertThat(mondays.latest(Instant.parse("2026-11-30T06:59:59Z")).week()).hasToString("2026-W47");
        assertThat(mondays.latest(Instant.parse("2026-11-30T07:00:00Z")).week()).hasToString("2026-W48");
        assertThat(mondays.latest(Instant.parse("2027-01-04T07:00:00Z")).week())
                .as("a year with 53 weeks")
                .hasToString("2026-W53");
        assertThat(schedule(DayOfWeek.FRIDAY, 16, "UTC")
                        .latest(Instant.parse("2026-11-27T16:00:00Z"))
                        .week())
                .hasToString("2026-W47");
        // Monday begins in Auckland while it is Sunday in UTC.
        assertThat(schedule(DayOfWeek.MONDAY, 7, "Pacific/Auckland").next(Instant.parse("2026-11-27T10:00:00Z")))
                .isEqualTo("2026-11-29T18:00:00Z");
    }

    @Test
    void aWeekIsNamedAsIsoDoesAndNothingElseIsOne() {
        assertThat(Week.named("2026-W53").monday()).isEqualTo("2026-12-28");
        assertThat(Week.of(LocalDate.parse("2027-01-03"))).hasToString("2026-W53");
        assertThat(Week.of(LocalDate.parse("2025-12-29"))).hasToString("2026-W01");
        for (String none : new String[] {"2025-W53", "2026-W00", "2026-W54", "2026-48", "2026-W5", "W48", ""}) {
            assertThatThrownBy(() -> Week.named(none)).as(none).isInstanceOf(Refused.class);
        }
    }

    private static ReportSchedule schedule(DayOfWeek day, int hour, String zone) {
        return new ReportSchedule(new ReportProperties(day, hour, ""), Loop.businessIn(zone));
    }
}
