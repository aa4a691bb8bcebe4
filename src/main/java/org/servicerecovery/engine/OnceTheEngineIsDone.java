package org.servicerecovery.engine;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** For what the running command of the engine cannot do itself, such as to move a timer and activate it. */
public final class OnceTheEngineIsDone {

    private OnceTheEngineIsDone() {}

    /** Runs the work in the current transaction, after the engine's command and before anything of it is committed. */
    public static void run(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void beforeCommit(boolean readOnly) {
                work.run();
            }
        });
    }
}
