package org.servicerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BusinessZoneTest {

    @ParameterizedTest
    @CsvSource({
        "UTC,              2031-03-31T23:59:59.999Z, 2031-Q1",
        "UTC,              2031-04-01T00:00:00Z,     2031-Q2",
        "Europe/Berlin,    2031-03-31T21:59:59.999Z, 2031-Q1",
        "Europe/Berlin,    2031-03-31T22:00:00Z,     2031-Q2",
        "Europe/Berlin,    2030-12-31T23:00:00Z,     2031-Q1",
        "Pacific/Auckland, 2031-03-31T10:59:59.999Z, 2031-Q1",
        "Pacific/Auckland, 2031-03-31T11:00:00Z,     2031-Q2",
        "America/New_York, 2031-01-01T04:59:59.999Z, 2030-Q4",
        "America/New_York, 2031-01-01T05:00:00Z,     2031-Q1",
    })
    void aQuarterEndsAtMidnightWhereTheBusinessIs(String zone, Instant instant, String quarter) {
        assertThat(new BusinessZone(zone).quarterOf(instant)).isEqualTo(quarter);
    }
}
