package org.servicerecovery.engine;

import java.time.Instant;
import java.util.Date;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Lets the demo's stories begin in the past. Exists in the demo profile only: nothing else may move the clock. */
@Component
@Profile("demo")
public class PastMoment {

    /** Sets the engine's clock, and with it the whole application's. */
    public void begin(Instant moment) {
        ClockUtil.setCurrentTime(Date.from(moment));
    }

    public void end() {
        ClockUtil.reset();
    }
}
