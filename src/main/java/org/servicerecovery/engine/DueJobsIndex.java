package org.servicerecovery.engine;

import org.servicerecovery.OneNodeAtATime;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The engine looks several times a second for jobs that are due, and has no index on when that is: with many open cases
 * each look would read all of their timers. The table is the engine's, so the index is made once the engine has made it,
 * and not by a migration of ours.
 */
@Component
class DueJobsIndex implements SmartInitializingSingleton {

    private static final long LOCK = 7_240_913;

    private final OneNodeAtATime once;
    private final JdbcClient db;

    DueJobsIndex(OneNodeAtATime once, JdbcClient db) {
        this.once = once;
        this.db = db;
    }

    @Override
    public void afterSingletonsInstantiated() {
        once.run(LOCK, () -> {
            db.sql("create index if not exists sr_job_due_idx on act_ru_job (duedate_) where retries_ > 0")
                    .update();
            // Jobs from before this application gave each a date would never be found.
            db.sql("update act_ru_job set duedate_ = now() at time zone 'UTC' where duedate_ is null")
                    .update();
        });
    }
}
