package org.servicerecovery.engine;

import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.SuspendedEntityInteractionException;
import org.camunda.bpm.engine.TaskAlreadyClaimedException;
import org.camunda.bpm.engine.exception.NullValueException;
import org.camunda.bpm.engine.impl.cmd.CompleteTaskCmd;
import org.camunda.bpm.engine.impl.cmd.StartProcessInstanceAtActivitiesCmd;
import org.camunda.bpm.engine.impl.cmd.SubmitTaskFormCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.rest.exception.InvalidRequestException;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Around every outermost engine command: a conflict with another transaction is tried again a few times, and a refusal
 * thrown deep inside a listener reaches the caller as itself. The engine would wrap it, and its REST API answer 500. A
 * start in the middle of a process is refused: it passes by the start event that binds an instance to its case and takes
 * what was submitted out of the engine.
 */
final class OutermostCommandInterceptor extends CommandInterceptor {

    private static final int TRIES = 4;

    @Override
    public <T> T execute(Command<T> command) {
        if (command instanceof StartProcessInstanceAtActivitiesCmd) {
            throw Refusals.forCaller(Refused.forbidden("refused.process.startsAtItsStart"));
        }
        try {
            ControlVariables.refuseIn(command);
        } catch (Refused refused) {
            throw Refusals.forCaller(refused);
        }
        if (isNested()) {
            return next.execute(command);
        }
        // The job executor has its own way with conflicts.
        boolean byJobExecutor = Context.getJobExecutorContext() != null;
        for (int attempt = 1; ; attempt++) {
            try {
                return next.execute(command);
            } catch (AuthorizationException e) {
                // The permissions of a task go with it: whoever was a moment too late is told so the second time.
                if (attempt > 1 || !completesATask(command)) {
                    throw e;
                }
            } catch (NullValueException e) {
                if (completesATask(command)) {
                    throw new InvalidRequestException(Status.NOT_FOUND, e, Messages.text("refused.task.gone"));
                }
                throw e;
            } catch (TaskAlreadyClaimedException e) {
                throw new InvalidRequestException(Status.CONFLICT, e, Messages.text("refused.task.taken"));
            } catch (SuspendedEntityInteractionException e) {
                throw new InvalidRequestException(Status.CONFLICT, e, Messages.text("refused.process.suspended"));
            } catch (RuntimeException e) {
                if (byJobExecutor || !EngineTrouble.isConflict(e)) {
                    throw Refusals.forCaller(e);
                }
                if (attempt == TRIES) {
                    throw new InvalidRequestException(Status.CONFLICT, e, Messages.text("refused.process.conflict"));
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000L, 40_000_000L * attempt));
            }
        }
    }

    private static boolean completesATask(Command<?> command) {
        return command instanceof CompleteTaskCmd || command instanceof SubmitTaskFormCmd;
    }

    /** Inside a transaction of ours a part cannot be tried again: the whole has to be. */
    private static boolean isNested() {
        return Context.getCommandContext() != null || TransactionSynchronizationManager.isActualTransactionActive();
    }
}
