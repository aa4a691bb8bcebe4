package org.servicerecovery;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What every node does at its start and must be done once: nodes that start at the same time wait for each other. */
@Component
public class OneNodeAtATime {

    private final JdbcClient db;
    private final TransactionTemplate transaction;

    OneNodeAtATime(JdbcClient db, PlatformTransactionManager transactions) {
        this.db = db;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Runs the work in one transaction under a lock of this database.
     *
     * @param lock any number of our own, one for each kind of work
     */
    public void run(long lock, Runnable work) {
        transaction.executeWithoutResult(status -> {
            db.sql("select pg_advisory_xact_lock(?)")
                    .param(lock)
                    .query((row, n) -> true)
                    .single();
            work.run();
        });
    }
}
