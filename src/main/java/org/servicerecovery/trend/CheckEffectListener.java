package org.servicerecovery.trend;

import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/** Somebody checked whether the measure worked. Without an effect the signal goes back to planning. */
@ProcessBean("checkEffectListener")
class CheckEffectListener implements TaskListener {

    private static final String CHOICES = "effective, no-effect";

    private static final Duration PLAN_AGAIN_WITHIN = Duration.ofDays(14);

    private final TrainingSignals signals;
    private final Clock clock;

    CheckEffectListener(TrainingSignals signals, Clock clock) {
        this.signals = signals;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        String effect = form.requiredText("effect", "refused.missingChoose", CHOICES);
        if (!effect.equals("effective") && !effect.equals("no-effect")) {
            throw Refused.field("effect", "refused.notKnownChoose", effect, CHOICES);
        }
        String notes = form.requiredText("notes", "refused.trend.whatShowsIt");
        boolean closes = effect.equals("effective");
        signals.effectChecked(task.getProcessInstanceId(), effect + ": " + notes, closes);
        Variable.TRAINING_EFFECT.set(task.getExecution(), effect);
        if (!closes) {
            Variable.TRAINING_DUE_AT.set(
                    task.getExecution(), Date.from(clock.instant().plus(PLAN_AGAIN_WITHIN)));
        }
    }
}
