package org.servicerecovery.sla;

import java.util.List;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.engine.ProcessBean;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What the process asks about the clocks beside that of the resolution. */
@ProcessBean("furtherClockQuestions")
public class FurtherClockQuestions {

    private final Cases cases;
    private final FurtherClocks clocks;

    FurtherClockQuestions(Cases cases, FurtherClocks clocks) {
        this.cases = cases;
        this.clocks = clocks;
    }

    /** The codes of the clocks that the epoch in this instance has. */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<String> of(String processInstanceId) {
        return clocks.names(cases.lockByInstance(processInstanceId)).stream()
                .map(ClockName::code)
                .toList();
    }
}
