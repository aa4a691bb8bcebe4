package org.servicerecovery.trend;

import java.time.Clock;
import java.time.LocalDate;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** A measure was carried out: from the day on which it took hold its effect is watched. */
@ProcessBean("carryOutMeasureListener")
class CarryOutMeasureListener implements TaskListener {

    private final TrainingSignals signals;
    private final Comparisons comparisons;
    private final BusinessZone zone;
    private final Clock clock;

    CarryOutMeasureListener(TrainingSignals signals, Comparisons comparisons, BusinessZone zone, Clock clock) {
        this.signals = signals;
        this.comparisons = comparisons;
        this.zone = zone;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        TrainingSignals.Course of = signals.lock(task.getProcessInstanceId());
        TrendAccess.requireMaySee(of.cluster().dimension());
        LocalDate tookHoldOn =
                form.date("tookHoldOn").orElseThrow(() -> Refused.field("tookHoldOn", "refused.trend.sinceWhen"));
        if (tookHoldOn.isAfter(zone.dateOf(clock.instant()))) {
            throw Refused.field("tookHoldOn", "refused.trend.tookHoldInFuture");
        }
        // Whoever writes it down late may be right; before the pattern was seen nothing was done about it.
        LocalDate found = zone.dateOf(of.openedAt());
        if (tookHoldOn.isBefore(found)) {
            throw Refused.field("tookHoldOn", "refused.trend.tookHoldBefore", Messages.day(found));
        }
        // What the measure before it did would be taken for what this one did.
        of.checkedAt().map(zone::dateOf).filter(tookHoldOn::isBefore).ifPresent(checked -> {
            throw Refused.field("tookHoldOn", "refused.trend.tookHoldBeforeCheck", Messages.day(checked));
        });
        String evidence = form.requiredText("evidence", "refused.trend.evidence");
        LocalDate watchedUntil = tookHoldOn.plusWeeks(comparisons.weeks(of.cluster()));
        signals.carriedOut(of, tookHoldOn, evidence, watchedUntil);
        Variable.TRAINING_WATCHED_UNTIL.set(
                task.getExecution(),
                Date.from(watchedUntil.atStartOfDay(zone.id()).toInstant()));
    }
}
