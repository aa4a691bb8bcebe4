package org.servicerecovery.engine;

import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.rest.exception.InvalidRequestException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Around every outermost engine command: a conflict with another transaction is tried again a few times, and a refusal
 * thrown deep inside a listener reaches the caller as itself. The engine would wrap it, and its REST API answer 500.
 */
final class OutermostCommandInterceptor extends CommandInterceptor {

    private static final int TRIES = 4;

    @Override
    public <T> T execute(Command<T> command) {
        if (isNested()) {
            return next.execute(command);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return next.execute(command);
            } catch (OptimisticLockingException e) {
                // The job executor has its own way with conflicts.
                if (Context.getJobExecutorContext() != null) {
                    throw e;
                }
                if (attempt == TRIES) {
                    throw new InvalidRequestException(
                            Status.CONFLICT, e, "Somebody else changed this at the same moment. Reload and try again.");
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000L, 40_000_000L * attempt));
            } catch (RuntimeException e) {
                throw Refusals.forCaller(e);
            }
        }
    }

    /** Inside a transaction of ours a part cannot be tried again: the whole has to be. */
    private static boolean isNested() {
        return Context.getCommandContext() != null || TransactionSynchronizationManager.isActualTransactionActive();
    }
}
