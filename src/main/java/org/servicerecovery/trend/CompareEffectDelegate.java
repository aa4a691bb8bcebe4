package org.servicerecovery.trend;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Date;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Variable;

/** The weeks after a measure are over: the cases before and after are compared, and somebody is asked what it says. */
@ProcessBean("compareEffectDelegate")
class CompareEffectDelegate implements JavaDelegate {

    private static final Duration CHECKED_WITHIN = Duration.ofDays(14);

    private final TrainingSignals signals;
    private final Comparisons comparisons;
    private final Clock clock;

    CompareEffectDelegate(TrainingSignals signals, Comparisons comparisons, Clock clock) {
        this.signals = signals;
        this.comparisons = comparisons;
        this.clock = clock;
    }

    @Override
    public void execute(DelegateExecution execution) {
        TrainingSignals.Course of = signals.lock(execution.getProcessInstanceId());
        LocalDate tookHoldOn = Objects.requireNonNull(of.tookHoldOn(), "no measure was carried out");
        int weeks = Objects.requireNonNull(of.weeks());
        signals.compared(of, comparisons.of(of.cluster(), Quarter.parse(of.quarter()), tookHoldOn, weeks));
        Variable.TRAINING_DUE_AT.set(execution, Date.from(clock.instant().plus(CHECKED_WITHIN)));
    }
}
