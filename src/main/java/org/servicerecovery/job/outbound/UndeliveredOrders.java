package org.servicerecovery.job.outbound;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.engine.FieldJobs;
import org.servicerecovery.engine.InstanceEnded;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Asks a lead what to do about the messages that were given up: by one task, however many there are, as most have one
 * cause. What is given up while it is open joins it; it is over when none is left.
 */
@Component
class UndeliveredOrders {

    /** @param instanceId of the open task's process; null when nobody is asked */
    private record Outage(@Nullable String instanceId, String why, String shown) {}

    private static final String PROCESS = "undelivered-order";
    private static final Duration TIME_TO_ACT = Duration.ofHours(2);
    private static final int NAMED = 12;

    private final JdbcClient db;
    private final Clock clock;
    private final FieldJobs process;

    UndeliveredOrders(JdbcClient db, Clock clock, FieldJobs process) {
        this.db = db;
        this.clock = clock;
        this.process = process;
    }

    /**
     * A message was given up.
     *
     * @param why in our words: the receiver's own stay out of the engine
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void ask(String why) {
        db.sql("update job_outage set why = ?").param(why).update();
        compare();
    }

    /** Some are not given up any more. */
    @Transactional(propagation = Propagation.MANDATORY)
    void settled() {
        boolean isAsked = db.sql("select instance_id is not null from job_outage")
                .query(Boolean.class)
                .single();
        if (isAsked) {
            compare();
        }
    }

    /**
     * The task is over, and what was decided is done. Whoever decided of some only is asked about the others anew.
     *
     * @param decided what it did
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void answered(String instanceId, Runnable decided) {
        over(instanceId);
        decided.run();
        compare();
    }

    /** Also when an administrator ends it: then the next one that is given up asks anew. */
    @EventListener
    @Transactional
    public void instanceEnded(InstanceEnded ended) {
        if (ended.processKey().equals(PROCESS)) {
            over(ended.processInstanceId());
        }
    }

    /** Has the open task say what has joined it. Not with each one: there may be thousands in a minute. */
    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT1M")
    @Transactional
    public void tell() {
        Outage now = locked();
        String text = text(now.why());
        if (now.instanceId() != null && !text.equals(now.shown())) {
            process.undeliveredNow(now.instanceId(), text);
            db.sql("update job_outage set shown = ?").param(text).update();
        }
    }

    private void over(String instanceId) {
        db.sql("update job_outage set instance_id = null where instance_id = ?")
                .param(instanceId)
                .update();
    }

    private void compare() {
        Outage now = locked();
        List<String> dead = dead();
        if (now.instanceId() == null && !dead.isEmpty()) {
            String text = text(now.why());
            db.sql("update job_outage set instance_id = ?, shown = ?")
                    .params(
                            process.undelivered(
                                    dead.get(0), text, clock.instant().plus(TIME_TO_ACT)),
                            text)
                    .update();
        } else if (now.instanceId() != null && dead.isEmpty()) {
            over(now.instanceId());
            process.deliveredAfterAll(now.instanceId());
        }
    }

    private Outage locked() {
        return db.sql("select instance_id, why, shown from job_outage for update")
                .query((row, n) ->
                        new Outage(row.getString("instance_id"), row.getString("why"), row.getString("shown")))
                .single();
    }

    /** The numbers of some of the jobs, the longest dead first. */
    private List<String> dead() {
        return db.sql("""
                        select j.number from job_outbox o join job j on j.id = o.job_id
                         where o.dead_at is not null order by o.dead_at, o.id limit ?""").param(NAMED).query(String.class).list();
    }

    /** For readers of every language: numbers, how many if there are more, and why. */
    private String text(String why) {
        List<String> named = dead();
        int all = db.sql("select count(*) from job_outbox where dead_at is not null")
                .query(Integer.class)
                .single();
        return String.join(", ", named) + (all > named.size() ? " … (" + all + ")" : "") + ": " + why;
    }
}
