package org.servicerecovery.trend;

import java.time.Clock;
import java.time.LocalDate;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.AskedDay;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** A training signal got an owner and a measure. */
@ProcessBean("planMeasureListener")
class PlanMeasureListener implements TaskListener {

    private final TrainingSignals signals;
    private final OwnerDirectory people;
    private final BusinessZone zone;
    private final Clock clock;

    PlanMeasureListener(TrainingSignals signals, OwnerDirectory people, BusinessZone zone, Clock clock) {
        this.signals = signals;
        this.people = people;
        this.zone = zone;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        TrainingSignals.Course of = signals.lock(task.getProcessInstanceId());
        Dimension dimension = of.cluster().dimension();
        TrendAccess.requireMaySee(dimension);
        String owner = form.requiredText("owner", "refused.trend.who");
        if (!people.mayOwnCases(owner)) {
            throw Refused.field("owner", "refused.trend.nobody", owner);
        }
        if (dimension == Dimension.OPERATIVE && !people.isInAnyRole(owner, CaseRoles.LEADS)) {
            throw Refused.field("owner", "refused.trend.ownerSeesNone", owner);
        }
        String measure =
                PlainText.upTo(PlainText.LONGEST_ACTION, "measure", form.requiredText("measure", "refused.trend.what"));
        LocalDate dueOn = form.date("dueOn").orElseThrow(() -> Refused.field("dueOn", "refused.trend.byWhen"));
        LocalDate today = zone.dateOf(clock.instant());
        if (dueOn.isBefore(today)) {
            throw Refused.field("dueOn", "refused.trend.past");
        }
        AskedDay.soonEnough("dueOn", dueOn, today);
        signals.measurePlanned(of, owner, measure, dueOn);
        Variable.TRAINING_OWNER.set(task.getExecution(), owner);
        // Due by the end of that day, as the business counts days.
        Variable.TRAINING_DUE_AT.set(
                task.getExecution(),
                Date.from(dueOn.plusDays(1).atStartOfDay(zone.id()).toInstant()));
    }
}
