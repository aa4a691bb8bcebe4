package org.servicerecovery.job.outbound;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Backoff;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobEnded;
import org.servicerecovery.job.JobReleased;
import org.servicerecovery.job.JobRescheduled;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the receiver has to be told, written with each change of a job. Of each job only the first message that is not
 * delivered has a time of its next try, so that those after it wait for it, on whichever node: a job's messages go out in
 * the order of its changes, and one that is dead keeps those of its own job alone.
 */
@Component
class Outbox {

    /**
     * A message that was given up.
     *
     * @param waiting how many later ones of the same job wait for it
     */
    record Dead(
            UUID messageId,
            UUID job,
            String number,
            String type,
            Instant writtenAt,
            int tries,
            Instant deadAt,
            String failure,
            int waiting) {}

    /** @param oldestAt when the longest waiting one was written; null when none waits */
    record Standing(int waiting, @Nullable Instant oldestAt, int dead) {}

    private static final Duration BESIDE_THE_DELIVERY = Duration.ofSeconds(5);
    private static final int LONGEST_FAILURE = 300;

    private final JdbcClient db;
    private final Clock clock;
    private final Jobs jobs;
    private final JobReceiver receiver;
    private final UndeliveredOrders undelivered;
    private final Backoff backoff;
    private final Duration keepDelivered;

    Outbox(
            JdbcClient db,
            Clock clock,
            Jobs jobs,
            JobReceiver receiver,
            UndeliveredOrders undelivered,
            OutboundProperties properties) {
        this.db = db;
        this.clock = clock;
        this.jobs = jobs;
        this.receiver = receiver;
        this.undelivered = undelivered;
        this.backoff = properties.outbox().backoff();
        this.keepDelivered = properties.outbox().keepDelivered();
    }

    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void released(JobReleased event) {
        tell(event.job(), ChangeType.RELEASED);
    }

    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void rescheduled(JobRescheduled event) {
        tell(event.job(), ChangeType.RESCHEDULED);
    }

    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    void ended(JobEnded event) {
        tell(
                event.job(),
                jobs.get(event.job()).state() == JobState.CANCELLED ? ChangeType.CANCELLED : ChangeType.CLOSED);
    }

    /**
     * Tells of the open jobs that this receiver has not heard of: they were released when jobs did not go to it, and are
     * offered by nobody any more. Who has taken one here works it here.
     */
    @Scheduled(initialDelayString = "PT1M", fixedDelayString = "PT10M")
    @Transactional
    public void introduce() {
        if (receiver.isBuiltIn()) {
            return;
        }
        db.sql("""
                        select id from job j
                         where state = 'OPEN' and released_at is not null and assignee is null
                           and not exists (select 1 from job_outbox o where o.job_id = j.id)
                         order by number for update skip locked""").query(UUID.class).list().stream()
                .filter(job -> lastRevision(job) == 0)
                .forEach(job -> tell(job, ChangeType.RELEASED));
    }

    private int lastRevision(UUID job) {
        return db.sql("select coalesce(max(revision), 0) from job_outbox where job_id = ?")
                .param(job)
                .query(Integer.class)
                .single();
    }

    private void tell(UUID id, ChangeType change) {
        if (receiver.isBuiltIn()) {
            return;
        }
        Job job = jobs.get(id);
        // Nobody outside has heard of one that is not released.
        if (job.number() == null) {
            return;
        }
        // Whoever changes a job holds its row, so that no two draw the same one.
        int revision = lastRevision(id) + 1;
        boolean isNews = revision == 1 && change != ChangeType.RELEASED;
        if (isNews && (job.state() != JobState.OPEN || job.assignee() != null)) {
            return;
        }
        ChangeType type = isNews ? ChangeType.RELEASED : change;
        Instant now = clock.instant();
        Instant at = type == ChangeType.RELEASED && job.releasedAt() != null ? job.releasedAt() : now;
        // Locks the one before: if it is delivered in this moment, whoever does that either sees the new one, or it is
        // seen here that nothing is in the way any more.
        boolean waits = db.sql("""
                        select id from job_outbox where job_id = ? and delivered_at is null
                         order by id desc limit 1 for update""").param(id).query(Long.class).optional().isPresent();
        db.sql("""
                        insert into job_outbox (message_id, job_id, revision, type, body, written_at, next_try_at)
                        values (?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        UUID.randomUUID(),
                        id,
                        revision,
                        type.code(),
                        NeutralOrder.of(job).told(type, at, revision),
                        Timestamp.from(now),
                        waits ? null : Timestamp.from(now))
                .update();
    }

    /**
     * Claims the next message that is due, in a transaction of its own. Whoever dies with a claim has it no longer than a
     * delivery takes. How long that is says the database's clock, which is the same for all nodes.
     */
    @Transactional
    Optional<OutboundMessage> claim() {
        return db.sql("""
                        update job_outbox
                           set tries = tries + 1, lease = lease + 1,
                               leased_until = clock_timestamp() + make_interval(secs => :seconds)
                         where id = (select id from job_outbox
                                      where next_try_at <= :now
                                        and (leased_until is null or leased_until < clock_timestamp())
                                      order by next_try_at limit 1 for update skip locked)
                        returning id, message_id, job_id, type, body, tries, lease""")
                .param("seconds", seconds(receiver.longest().plus(BESIDE_THE_DELIVERY)))
                .param("now", Timestamp.from(clock.instant()))
                .query((row, n) -> new OutboundMessage(
                        row.getLong("id"),
                        row.getObject("message_id", UUID.class),
                        row.getObject("job_id", UUID.class),
                        ChangeType.of(row.getString("type")),
                        row.getString("body"),
                        row.getInt("tries"),
                        row.getInt("lease")))
                .optional();
    }

    /**
     * Whether a claim still holds, for as long as a delivery takes: asked right before sending, since a node may have been
     * paused after the claim, and another one have told this change and the next meanwhile.
     */
    @Transactional
    boolean holds(OutboundMessage message) {
        return db.sql("""
                        select id from job_outbox
                         where id = ? and lease = ? and delivered_at is null and dead_at is null
                           and leased_until > clock_timestamp() + make_interval(secs => ?)""")
                .params(message.id(), message.lease(), seconds(receiver.longest()))
                .query(Long.class)
                .optional()
                .isPresent();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    /** Keeps what became of a delivery. What another node has delivered meanwhile stays delivered. */
    @Transactional
    void record(OutboundMessage message, JobReceiver.Answer answer) {
        if (answer instanceof JobReceiver.Answer.Taken) {
            delivered(message);
        } else if (answer instanceof JobReceiver.Answer.Refused refused) {
            giveUp(message, refused.why(), refused.said());
        } else if (answer instanceof JobReceiver.Answer.NotTaken notTaken) {
            if (backoff.isOver(message.tries())) {
                giveUp(message, notTaken.why(), notTaken.said());
            } else {
                again(message, notTaken);
            }
        }
    }

    private void delivered(OutboundMessage message) {
        int first = db.sql("""
                        update job_outbox set delivered_at = ?, next_try_at = null, leased_until = null, dead_at = null,
                                              failure = null
                         where id = ? and delivered_at is null""")
                .params(Timestamp.from(clock.instant()), message.id())
                .update();
        if (first == 1) {
            next(message.job());
            undelivered.settled();
        }
    }

    private void next(UUID job) {
        db.sql("""
                        update job_outbox set next_try_at = ?
                         where id = (select min(id) from job_outbox where job_id = ? and delivered_at is null)
                           and dead_at is null and next_try_at is null""").params(Timestamp.from(clock.instant()), job).update();
    }

    private void again(OutboundMessage message, JobReceiver.Answer.NotTaken answer) {
        Duration wait = backoff.pause(message.tries());
        Duration asked = answer.notBefore();
        db.sql("""
                        update job_outbox set next_try_at = ?, leased_until = null, failure = ?
                         where id = ? and lease = ? and delivered_at is null and dead_at is null""")
                .params(
                        Timestamp.from(clock.instant().plus(asked == null || asked.compareTo(wait) < 0 ? wait : asked)),
                        failure(answer.why(), answer.said()),
                        message.id(),
                        message.lease())
                .update();
    }

    private void giveUp(OutboundMessage message, String why, @Nullable String said) {
        int dead = db.sql("""
                        update job_outbox set dead_at = ?, next_try_at = null, leased_until = null, failure = ?
                         where id = ? and lease = ? and delivered_at is null and dead_at is null""")
                .params(Timestamp.from(clock.instant()), failure(why, said), message.id(), message.lease())
                .update();
        if (dead == 1) {
            undelivered.ask(why);
        }
    }

    private static String failure(String why, @Nullable String said) {
        String text = said == null || said.isBlank() ? why : why + " " + said.strip();
        return text.length() <= LONGEST_FAILURE ? text : text.substring(0, LONGEST_FAILURE) + "…";
    }

    /** The longest dead first. */
    List<Dead> dead(int limit) {
        return db.sql("""
                        select o.message_id, o.job_id, j.number, o.type, o.written_at, o.tries, o.dead_at, o.failure,
                               (select count(*) from job_outbox l
                                 where l.job_id = o.job_id and l.delivered_at is null and l.id > o.id) as waiting
                          from job_outbox o join job j on j.id = o.job_id
                         where o.dead_at is not null order by o.dead_at, o.id limit ?""")
                .param(limit)
                .query((row, n) -> new Dead(
                        row.getObject("message_id", UUID.class),
                        row.getObject("job_id", UUID.class),
                        row.getString("number"),
                        row.getString("type"),
                        row.getTimestamp("written_at").toInstant(),
                        row.getInt("tries"),
                        row.getTimestamp("dead_at").toInstant(),
                        row.getString("failure"),
                        row.getInt("waiting")))
                .list();
    }

    Standing standing() {
        return db.sql("""
                        select count(*) filter (where dead_at is null) as waiting,
                               min(written_at) filter (where dead_at is null) as oldest_at,
                               count(*) filter (where dead_at is not null) as dead
                          from job_outbox where delivered_at is null""")
                .query((row, n) ->
                        new Standing(row.getInt("waiting"), InstantColumns.read(row, "oldest_at"), row.getInt("dead")))
                .single();
    }

    /**
     * Has a dead message sent again, under the id it has.
     *
     * @throws Refused when there is none with this id
     */
    @Transactional
    void resend(UUID messageId) {
        long id = db.sql("select id from job_outbox where message_id = ? and dead_at is not null for update")
                .param(messageId)
                .query(Long.class)
                .optional()
                .orElseThrow(() -> Refused.notFound("jobs.outbound.refused.notDead", messageId.toString()));
        db.sql("update job_outbox set dead_at = null, tries = 0, next_try_at = ? where id = ?")
                .params(Timestamp.from(clock.instant()), id)
                .update();
        undelivered.settled();
    }

    /** @return how many */
    @Transactional
    int resendAll() {
        int dead = reviveAll();
        undelivered.settled();
        return dead;
    }

    /**
     * All are sent again, under the ids they have, as somebody decided who was asked.
     *
     * @param instanceId of the process that asked
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void resendAllAsAnswered(String instanceId) {
        // Their rows before that of the outage, as whoever gives one up has them.
        lockDead();
        undelivered.answered(instanceId, this::reviveAll);
    }

    /**
     * Somebody has told the receiver of jobs in another way: that is sent no more, and the later ones of these jobs go on.
     *
     * @param instanceId of the process that asked
     * @param numbers of the jobs; none when it is clear which
     * @throws Refused when it is not, or nothing about one of them was given up
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void toldAnotherWay(String instanceId, Set<String> numbers, String notes) {
        Map<String, Long> dead = lockDead();
        if (numbers.isEmpty() && dead.size() != 1) {
            throw Refused.field("jobs", "jobs.outbound.refused.whichJobs");
        }
        numbers.stream().filter(number -> !dead.containsKey(number)).findFirst().ifPresent(unknown -> {
            throw Refused.field("jobs", "jobs.outbound.refused.noneOfJob", unknown);
        });
        undelivered.answered(
                instanceId,
                () -> dead.forEach((number, id) -> {
                    if (numbers.isEmpty() || numbers.contains(number)) {
                        leaveOut(id, notes);
                    }
                }));
    }

    private void leaveOut(long id, String notes) {
        db.sql("""
                        update job_outbox
                           set delivered_at = ?, dead_at = null, next_try_at = null, told_another_way = ?
                         where id = ? and delivered_at is null""").params(Timestamp.from(clock.instant()), notes, id).update();
        next(db.sql("select job_id from job_outbox where id = ?")
                .param(id)
                .query(UUID.class)
                .single());
    }

    /** What is given up, by the number of the job: the later ones of a job wait, so that each has one. */
    private Map<String, Long> lockDead() {
        return db.sql("""
                        select o.id, j.number from job_outbox o join job j on j.id = o.job_id
                         where o.dead_at is not null order by o.id for update of o""").query((row, n) -> Map.entry(row.getString("number"), row.getLong("id"))).list().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, later) -> first));
    }

    private int reviveAll() {
        return db.sql("update job_outbox set dead_at = null, tries = 0, next_try_at = ? where dead_at is not null")
                .param(Timestamp.from(clock.instant()))
                .update();
    }

    /**
     * What was delivered holds who opens the door, and is needed no more once its job has ended long ago. Of an open job
     * it says that the receiver knows it, and which revision was the last.
     */
    @Scheduled(initialDelayString = "PT10M", fixedDelayString = "PT12H")
    @Transactional
    public void forget() {
        db.sql("""
                        delete from job_outbox o using job j
                         where j.id = o.job_id and j.ended_at < :before and o.delivered_at < :before""")
                .param("before", Timestamp.from(clock.instant().minus(keepDelivered)))
                .update();
    }
}
