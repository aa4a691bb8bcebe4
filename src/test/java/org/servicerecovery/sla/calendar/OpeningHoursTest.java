package org.servicerecovery.sla.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Refused;

/** Calendars as a business writes them down. */
class OpeningHoursTest {

    private static final Map<String, List<String>> WITH_LUNCH = Map.of(
            "thursday", List.of("13:00-17:00", "09:00-12:30"),
            "friday", List.of("09:00-12:30", "13:00-17:00"),
            "monday", List.of("09:00-12:30", "13:00-17:00"));

    @Test
    @EdgeCase("A working day is the local calendar's")
    void theSameInstantIsAnotherWorkingDayElsewhere() {
        // Thursday evening in London is Friday morning in Auckland.
        Instant evening = Instant.parse("2031-06-12T20:00:00Z");

        assertThat(calendar("Europe/London", null).workingDayAfter(evening, 1)).isEqualTo("2031-06-13");
        assertThat(calendar("Pacific/Auckland", null).workingDayAfter(evening, 1))
                .isEqualTo("2031-06-16");
    }

    @Test
    @EdgeCase("A calendar has several intervals a day")
    void theLunchBreakDoesNotCount() {
        WorkCalendar london = calendar("Europe/London", null);
        // 12:00 in London.
        Instant noon = Instant.parse("2031-06-12T11:00:00Z");

        assertThat(london.after(noon, Duration.ofHours(1))).isEqualTo("2031-06-12T12:30:00Z");
        assertThat(london.isOpen(Instant.parse("2031-06-12T11:45:00Z"))).isFalse();
        assertThat(london.between(noon, Instant.parse("2031-06-13T11:00:00Z"))).isEqualTo(Duration.ofMinutes(450));
    }

    @Test
    @EdgeCase("A calendar has holidays")
    void noTimeCountsOnHolidaysButOnThoseThatAreWorked() {
        // Good Friday, Easter Monday.
        Instant thursday = Instant.parse("2031-04-10T15:00:00Z");
        WorkCalendar england = calendar("Europe/London", "gb/eng");

        assertThat(england.after(thursday, Duration.ofHours(2))).isEqualTo("2031-04-17T09:00:00Z");
        assertThat(england.isWorkingDay(LocalDate.parse("2031-04-11"))).isFalse();

        WorkCalendar worked = new CalendarDefinition(
                        "Europe/London",
                        WITH_LUNCH,
                        "gb/eng",
                        List.of(LocalDate.parse("2031-04-17")),
                        List.of(LocalDate.parse("2031-04-11")))
                .toCalendar();
        assertThat(worked.after(thursday, Duration.ofHours(2))).isEqualTo("2031-04-11T09:00:00Z");
        assertThat(worked.isWorkingDay(LocalDate.parse("2031-04-17"))).isFalse();
    }

    @Test
    @EdgeCase("A calendar has at least one working interval")
    void aCalendarOnWhichNoTimeCountsIsRefused() {
        for (Map<String, List<String>> week : List.of(
                Map.<String, List<String>>of(), Map.of("monday", List.<String>of(), "sunday", List.<String>of()))) {
            assertThatThrownBy(() ->
                            new CalendarDefinition("Europe/London", week, null, List.of(), List.of()).toCalendar())
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("week: has no working time. A deadline on this calendar would never be");
        }
    }

    private static WorkCalendar calendar(String zone, @Nullable String holidays) {
        return new CalendarDefinition(zone, WITH_LUNCH, holidays, List.of(), List.of()).toCalendar();
    }
}
