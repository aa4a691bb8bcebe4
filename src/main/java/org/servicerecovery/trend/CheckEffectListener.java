package org.servicerecovery.trend;

import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.engine.Variable;

/**
 * Somebody checked whether the measure worked. Without an effect the signal goes back to planning. Whoever answers
 * otherwise than the figures says why; where there are none, in instances of a model from before too, what shows it.
 */
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
        TrainingSignals.Course of = signals.lock(task.getProcessInstanceId());
        TrendAccess.requireMaySee(of.cluster().dimension());
        String effect = form.requiredText("effect", "refused.missingChoose", CHOICES);
        if (!effect.equals("effective") && !effect.equals("no-effect")) {
            throw Refused.field("effect", "refused.notKnownChoose", effect, CHOICES);
        }
        Comparison comparison = of.comparison();
        @Nullable
        String notes = comparison == null || comparison.proposal() == null
                ? form.requiredText("notes", "refused.trend.whatShowsIt")
                : form.textOrNull("notes");
        @Nullable
        String reason = comparison != null && comparison.isContradictedBy(effect)
                ? form.requiredText("reason", "refused.trend.whyOtherwise")
                : form.textOrNull("reason");
        signals.effectChecked(of, effect, notes, reason);
        Variable.TRAINING_EFFECT.set(task.getExecution(), effect);
        if (!effect.equals("effective")) {
            Variable.TRAINING_DUE_AT.set(
                    task.getExecution(), Date.from(clock.instant().plus(PLAN_AGAIN_WITHIN)));
        }
    }
}
