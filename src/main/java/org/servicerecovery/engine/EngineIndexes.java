package org.servicerecovery.engine;

import org.servicerecovery.OneNodeAtATime;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The engine looks several times a second for jobs that are due and belong to no instance of which a job runs, and has an
 * index for neither: with many open cases each look would read all of their timers, twice. Tasks are looked for by what
 * they are, by when they are due and by whom they wait for, by the lists in Tasklist; activities by their process and
 * when they ended, for what is drawn over its diagram. The tables are the engine's, so the
 * indexes are made once the engine has made them, and not by a migration of ours.
 */
@Component
class EngineIndexes implements SmartInitializingSingleton {

    private static final long LOCK = 7_240_913;

    private final OneNodeAtATime once;
    private final JdbcClient db;

    EngineIndexes(OneNodeAtATime once, JdbcClient db) {
        this.once = once;
        this.db = db;
    }

    @Override
    public void afterSingletonsInstantiated() {
        once.run(LOCK, () -> {
            db.sql("create index if not exists sr_job_due_idx on act_ru_job (duedate_) where retries_ > 0")
                    .update();
            db.sql("create index if not exists sr_job_locked_idx on act_ru_job (lock_exp_time_)"
                            + " where lock_owner_ is not null")
                    .update();
            db.sql("create index if not exists sr_task_due_idx on act_ru_task (due_date_)")
                    .update();
            db.sql(
                            "create index if not exists sr_task_assignee_idx on act_ru_task (assignee_, due_date_) include (id_)")
                    .update();
            db.sql("create index if not exists sr_task_key_idx on act_ru_task (task_def_key_)")
                    .update();
            db.sql("drop index if exists sr_variable_waits_idx").update();
            db.sql("create index if not exists sr_variable_waiting_idx on act_ru_variable (task_id_, text_, type_)"
                            + " where name_ = 'waitsFor'")
                    .update();
            // What the database knows of each column alone makes tasks that wait look rare.
            db.sql("create statistics if not exists sr_variable_waits_stat (mcv) on name_, text_ from act_ru_variable")
                    .update();
            db.sql("create index if not exists sr_candidate_idx on act_ru_identitylink (task_id_, group_id_)"
                            + " where type_ = 'candidate'")
                    .update();
            db.sql("create index if not exists sr_task_grant_idx on act_ru_authorization"
                            + " (resource_id_, group_id_, user_id_, perms_) where resource_type_ = 7")
                    .update();
            db.sql("create index if not exists sr_revoked_idx on act_ru_authorization (resource_type_) where type_ = 2")
                    .update();
            // What waited where, and how long, read from the index alone; what is done at once is not in it.
            db.sql("create index if not exists sr_activity_waits_idx on act_hi_actinst (proc_def_id_, end_time_)"
                            + " include (act_id_, act_type_, act_inst_state_, duration_, proc_inst_id_, start_time_)"
                            + " where act_type_ in (" + ActivityKind.WAITING + ")")
                    .update();
            // Tasks that were done late, of which there are few.
            db.sql("create index if not exists sr_task_missed_idx on act_hi_taskinst (proc_def_id_, due_date_)"
                            + " include (task_def_key_, proc_inst_id_) where end_time_ > due_date_")
                    .update();
            // Jobs from before this application gave each a date would never be found.
            db.sql("update act_ru_job set duedate_ = now() at time zone 'UTC' where duedate_ is null")
                    .update();
        });
    }
}
