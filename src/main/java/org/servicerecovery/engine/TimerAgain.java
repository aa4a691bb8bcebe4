package org.servicerecovery.engine;

import java.util.Date;
import java.util.Objects;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.jobexecutor.TimerDeclarationImpl;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TimerEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;

/**
 * Sets a boundary timer a further time, as the engine does for one that repeats. It has no repetition whose times can
 * move, and a date is over once it was reached.
 *
 * @param execution that of the activity at which the timer stands
 */
record TimerAgain(String execution, String activity, String boundaryEvent, Date at) implements Command<Void> {

    @Override
    public @org.jspecify.annotations.Nullable Void execute(CommandContext context) {
        ExecutionEntity scope =
                Objects.requireNonNull(context.getExecutionManager().findExecutionById(execution), execution);
        ActivityImpl activityOfScope = scope.getProcessDefinition().findActivity(activity);
        TimerDeclarationImpl declaration =
                TimerDeclarationImpl.getDeclarationsForScope(activityOfScope).get(boundaryEvent);
        TimerEntity timer = Objects.requireNonNull(declaration, boundaryEvent).createTimer(scope);
        timer.setDuedate(at);
        return null;
    }
}
