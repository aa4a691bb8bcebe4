package org.servicerecovery.job;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;

/** How a visit can end, as a code. */
final class Outcomes {

    static final List<JobState> ALL =
            Arrays.stream(JobState.values()).filter(JobState::isOutcome).toList();

    private Outcomes() {}

    /** @throws Refused naming the field {@code outcome} */
    static JobState parse(@Nullable String code) {
        return Optional.ofNullable(code)
                .flatMap(text -> Coded.find(JobState.class, text))
                .filter(JobState::isOutcome)
                .orElseThrow(() -> Refused.field(
                        "outcome",
                        "jobs.refused.notOneOf",
                        ALL.stream().map(JobState::code).collect(Collectors.joining(", "))));
    }
}
