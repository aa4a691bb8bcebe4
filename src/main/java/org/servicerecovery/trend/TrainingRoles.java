package org.servicerecovery.trend;

import java.util.List;
import org.servicerecovery.engine.ProcessBean;

/** Who is asked about a pattern besides those who lead; they are named in the model. */
@ProcessBean("trainingRoles")
public class TrainingRoles {

    private final TrainingSignals signals;

    TrainingRoles(TrainingSignals signals) {
        this.signals = signals;
    }

    /** Managers, except about an operative: they may not see those figures, so they could not answer. */
    public List<String> besideLeads(long signalId) {
        return signals.dimensionOf(signalId) == Dimension.OPERATIVE ? List.of() : List.of("manager");
    }
}
