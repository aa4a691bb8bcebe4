package org.servicerecovery.sla;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The time left for many cases at once, for lists. */
@RestController
@RequestMapping("/api/clocks")
class ClocksApi {

    /** @param dueAt null while paused */
    record TimeLeftJson(
            String number,
            String verdict,
            String calendar,
            @Nullable Instant nearAt,
            @Nullable Instant dueAt,
            long remainingSeconds,
            @Nullable Instant pausedSince,
            @Nullable Instant missedAt) {}

    record TimesLeftJson(Instant readAt, List<TimeLeftJson> clocks) {}

    private static final int MOST = 100;

    private final Clocks clocks;
    private final Cases cases;
    private final CaseAccess access;
    private final Clock clock;

    ClocksApi(Clocks clocks, Cases cases, CaseAccess access, Clock clock) {
        this.clocks = clocks;
        this.cases = cases;
        this.access = access;
        this.clock = clock;
    }

    /** The resolution clocks of those of the cases that the caller may see and whose clock runs; others are left out. */
    @GetMapping
    @Transactional(readOnly = true)
    public TimesLeftJson of(@RequestParam("cases") List<String> numbers) {
        if (numbers.size() > MOST) {
            throw Refused.field(
                    "cases", "refused.clock.manyCases", String.valueOf(numbers.size()), String.valueOf(MOST));
        }
        List<TimeLeftJson> left = new ArrayList<>();
        for (String number : numbers) {
            cases.find(new CaseNumber(number))
                    .filter(access::maySee)
                    .ifPresent(found -> clocks.read(found.id(), found.epoch(), ClockName.RESOLUTION)
                            .filter(ClockLedger.Reading::isRunning)
                            .ifPresent(reading -> left.add(json(number, reading))));
        }
        return new TimesLeftJson(clock.instant(), left);
    }

    private static TimeLeftJson json(String number, ClockLedger.Reading reading) {
        return new TimeLeftJson(
                number,
                reading.verdict().code(),
                reading.policy().calendar(),
                reading.nearAt(),
                reading.dueAt(),
                reading.remaining().toSeconds(),
                reading.isPaused() ? reading.pausedSince() : null,
                reading.missedAt());
    }
}
