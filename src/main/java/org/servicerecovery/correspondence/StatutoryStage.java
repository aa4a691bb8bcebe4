package org.servicerecovery.correspondence;

import java.util.Arrays;
import java.util.Optional;
import org.servicerecovery.sla.ClockName;

/** A stage of a regulator's procedure that only an answer in writing ends. Its code is that of its clock. */
enum StatutoryStage {
    STAGE_1(ClockName.STAGE_1),
    STAGE_2(ClockName.STAGE_2),
    FINAL_RESPONSE(ClockName.FINAL_RESPONSE);

    private final ClockName clock;

    StatutoryStage(ClockName clock) {
        this.clock = clock;
    }

    ClockName clock() {
        return clock;
    }

    String code() {
        return clock.code();
    }

    /** Such as "Stage 1". */
    String label() {
        return clock.label();
    }

    /** The same in the language of whoever asks. */
    String shown() {
        return clock.shown();
    }

    static Optional<StatutoryStage> withCode(String code) {
        return Arrays.stream(values())
                .filter(stage -> stage.code().equals(code))
                .findFirst();
    }
}
