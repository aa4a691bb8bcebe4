package org.servicerecovery.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.FieldJobs;
import org.servicerecovery.engine.InstanceEnded;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The queue of all jobs of the business. What is placed waits for the next release ({@link ReleaseTick}), then it is
 * offered to a team; somebody takes it, works it, and says how it ended.
 */
@Component
@EnableConfigurationProperties(JobsProperties.class)
public class Jobs {

    /** What became of an operative's report. */
    enum Report {
        RECORDED,
        /** The job was cancelled meanwhile: what was written is kept with it, and changes nothing. */
        CANCELLED_MEANWHILE,
        /** Somebody else said how it ended meanwhile: what was written is kept with it, and changes nothing. */
        ENDED_MEANWHILE,
        /** They have reported the same before. */
        ALREADY_ENDED
    }

    /** Of those that are free: more than anybody reads through. */
    static final int MOST_FREE = 200;

    private static final int LONGEST_NOTES = 4_000;
    /** With all that was added after the job had ended. */
    private static final int LONGEST_OF_ALL = 4 * LONGEST_NOTES;

    private final JdbcClient db;
    private final Clock clock;
    private final JobsProperties properties;
    private final JobDue due;
    private final FieldJobs process;
    private final ApplicationEventPublisher events;

    Jobs(
            JdbcClient db,
            Clock clock,
            JobsProperties properties,
            JobDue due,
            FieldJobs process,
            ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.properties = properties;
        this.due = due;
        this.process = process;
        this.events = events;
    }

    /**
     * Places a job within the caller's transaction, and answers with its id. It has a number, and is seen by operatives,
     * from the next release on.
     *
     * @throws Refused naming each field that is wrong
     */
    @Transactional
    public UUID place(OrderFields wanted) {
        return place(checked(wanted));
    }

    /**
     * The order as it would be placed.
     *
     * @throws Refused naming each field that is wrong
     */
    public Order checked(OrderFields wanted) {
        return wanted.checked(properties.skills().keySet(), properties.areas().keySet(), clock.instant());
    }

    /** Places what was checked, within the caller's transaction. */
    @Transactional
    public UUID place(Order order) {
        UUID id = UUID.randomUUID();
        db.sql("""
                        insert into job (id, site, contact_name, contact_phone, skill, area, task, window_from, window_to,
                                         parts, duration_minutes, price_reference, state, notes)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'OPEN', '')""")
                .params(
                        id,
                        order.site(),
                        order.contactName(),
                        order.contactPhone(),
                        order.skill(),
                        order.area(),
                        order.task(),
                        Timestamp.from(order.windowFrom()),
                        Timestamp.from(order.windowTo()),
                        order.parts(),
                        order.durationMinutes(),
                        order.priceReference())
                .update();
        return id;
    }

    /** @throws Refused when there is no such job */
    public Job get(UUID id) {
        return find("where id = ?", id).orElseThrow(() -> Refused.notFound("jobs.refused.unknown", id.toString()));
    }

    /** As many as there are of these; in no order. */
    public List<Job> get(Collection<UUID> ids) {
        return ids.isEmpty()
                ? List.of()
                : db.sql("select * from job where id in (:ids)")
                        .param("ids", ids)
                        .query(Jobs::read)
                        .list();
    }

    /** A job as it stands, which nobody else changes until the caller's transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Job locked(UUID id) {
        return lock("where id = ?", id);
    }

    /**
     * What a dispatcher looks for; null is any.
     *
     * @param taken whether somebody has it
     * @param late whether it is open and past its due time
     */
    record Search(
            @Nullable JobState state,
            @Nullable String team,
            @Nullable Boolean taken,
            @Nullable Boolean late,
            @Nullable String number) {}

    /** In the order of their windows, the next first. */
    List<Job> search(Search wanted, int first, int most) {
        return db.sql("""
                        select j.* from job j
                         where (cast(:state as text) is null or j.state = :state)
                           and (cast(:team as text) is null or j.team = :team)
                           and (cast(:taken as boolean) is null or (j.assignee is not null) = :taken)
                           and (cast(:late as boolean) is null
                                or coalesce(j.state = 'OPEN' and j.due_at < :now, false) = :late)
                           and (cast(:number as text) is null or j.number = :number)
                         order by j.window_from, j.id limit :most offset :first""")
                .param("state", wanted.state() == null ? null : wanted.state().name())
                .param("team", wanted.team())
                .param("taken", wanted.taken())
                .param("late", wanted.late())
                .param("now", Timestamp.from(clock.instant()))
                .param("number", wanted.number())
                .param("most", most)
                .param("first", first)
                .query(Jobs::read)
                .list();
    }

    public Optional<Job> byNumber(String number) {
        return find("where number = ?", number);
    }

    /** The open jobs that somebody has taken, what is due first before the rest. */
    List<Job> mine(Worker worker) {
        return db.sql("select * from job where assignee = ? and state = 'OPEN' order by due_at, number")
                .param(worker.id())
                .query(Jobs::read)
                .list();
    }

    /** What somebody had and what has ended since a moment, the last before the rest. */
    List<Job> over(Worker worker, Instant since) {
        return db.sql("""
                        select * from job where assignee = ? and state <> 'OPEN' and ended_at > ?
                         order by ended_at desc, number limit 100""")
                .params(worker.id(), Timestamp.from(since))
                .query(Jobs::read)
                .list();
    }

    /** The jobs that nobody has taken of somebody's teams, what is due first before the rest. */
    List<Job> free(Worker worker) {
        return worker.groups().isEmpty() || !properties.isOfferedHere()
                ? List.of()
                : db.sql("""
                                select * from job
                                 where team in (:teams) and state = 'OPEN' and assignee is null
                                 order by due_at, number limit :most""")
                        .param("teams", worker.groups())
                        .param("most", MOST_FREE)
                        .query(Jobs::read)
                        .list();
    }

    /**
     * Somebody takes a job that nobody has.
     *
     * @throws Refused when somebody else was faster, or the job is over or not offered to them
     */
    @Transactional
    public void take(String number) {
        Worker worker = Worker.current();
        Job job = lock("where number = ?", number);
        if (worker.has(job) && job.state() == JobState.OPEN) {
            return;
        }
        if (job.state() == JobState.CANCELLED) {
            throw Refused.conflict("jobs.refused.cancelled", number);
        }
        if (!worker.maySee(job)) {
            throw Refused.conflict("jobs.refused.taken", number);
        }
        if (!properties.isOfferedHere()) {
            throw Refused.conflict("jobs.refused.elsewhere", number);
        }
        process.assign(instanceOf(job), worker.id());
    }

    /**
     * Whoever has taken a job cannot do it, and leaves it to their team.
     *
     * @throws Refused when the job is not theirs, or over
     */
    @Transactional
    void giveBack(String number) {
        Job job = lock("where number = ?", number);
        if (!Worker.current().has(job)) {
            throw Refused.conflict("jobs.refused.notYours", number);
        }
        requireOpen(job);
        process.assign(instanceOf(job), null);
    }

    /** The process gave the job to somebody, or to nobody, on whatever route. */
    @Transactional(propagation = Propagation.MANDATORY)
    void assigned(String instanceId, @Nullable String assignee) {
        db.sql("update job set assignee = ? where instance_id = ?")
                .params(assignee, instanceId)
                .update();
    }

    /**
     * The operative who has the job says how the visit ended.
     *
     * @throws Refused when the job is not theirs, or something is missing
     */
    @Transactional
    Report report(String number, JobState outcome, String notes) {
        Worker worker = Worker.current();
        Job job = lock("where number = ?", number);
        if (!worker.has(job)) {
            throw Refused.conflict("jobs.refused.notYours", number);
        }
        if (job.state() == JobState.OPEN) {
            process.worked(instanceOf(job), Map.of("outcome", outcome.code(), "notes", notes));
            return Report.RECORDED;
        }
        boolean said = job.state() == outcome && worker.id().equals(job.endedBy());
        if (!said || !job.notes().contains(checkedNotes(notes))) {
            keep(job, outcome, checkedNotes(notes));
        }
        if (said) {
            return Report.ALREADY_ENDED;
        }
        return job.state() == JobState.CANCELLED ? Report.CANCELLED_MEANWHILE : Report.ENDED_MEANWHILE;
    }

    /** What was done is known to whoever did it alone, so it is not lost because somebody was faster. */
    private void keep(Job job, JobState outcome, String notes) {
        // Of a cancelled job there is one report at most; beside another one it says which.
        String added = notes.isEmpty()
                ? outcome.shown()
                : job.state() == JobState.CANCELLED ? notes : outcome.shown() + ": " + notes;
        if (job.notes().contains(added)) {
            return;
        }
        String all = (job.notes() + "\n" + added).strip();
        if (all.length() > LONGEST_OF_ALL) {
            throw Refused.field(
                    "notes",
                    "jobs.refused.tooLong",
                    String.valueOf(LONGEST_OF_ALL - job.notes().length()));
        }
        db.sql("update job set notes = ? where id = ?").params(all, job.id()).update();
        events.publishEvent(new JobAddedTo(job.id()));
    }

    /** The task of a job was completed, on whatever route. */
    @Transactional(propagation = Propagation.MANDATORY)
    void worked(String instanceId, JobState outcome, String notes) {
        Job job = lock("where instance_id = ?", instanceId);
        requireOpen(job);
        if (outcome == JobState.DONE && properties.photosRequired() && photos(job) == 0) {
            throw Refused.field("photos", "jobs.refused.noPhotos");
        }
        end(job, outcome, requiredNotes(outcome, notes));
    }

    /**
     * Another system says how the job ended. Whether there are photos is its own business.
     *
     * @throws Refused when the job is not released yet or over
     */
    @Transactional
    public void reported(UUID id, JobState outcome, String notes) {
        Job job = lock("where id = ?", id);
        if (job.state() == outcome && job.notes().equals(checkedNotes(notes))) {
            // Said once more, by a caller whose answer was lost.
            return;
        }
        requireOpen(job);
        if (job.number() == null) {
            throw Refused.conflict("jobs.refused.notReleased");
        }
        end(job, outcome, requiredNotes(outcome, notes));
        process.reported(instanceOf(job), outcome.code());
    }

    /** @throws Refused when the job is over */
    @Transactional
    public void cancel(UUID id) {
        Job job = lock("where id = ?", id);
        if (job.state() == JobState.CANCELLED) {
            return;
        }
        requireOpen(job);
        end(job, JobState.CANCELLED, job.notes());
        if (job.number() != null) {
            process.cancelled(instanceOf(job));
        }
    }

    /** @throws Refused when the job is over, or the window is none */
    @Transactional
    public void reschedule(UUID id, @Nullable Instant from, @Nullable Instant to) {
        Job job = lock("where id = ?", id);
        requireOpen(job);
        OrderFields.Window window = OrderFields.Window.checked(from, to, clock.instant());
        if (window.from().equals(job.order().windowFrom())
                && window.to().equals(job.order().windowTo())) {
            return;
        }
        Instant dueAt = job.number() == null ? null : due.of(job.order().skill(), window.from(), window.to());
        db.sql("update job set window_from = ?, window_to = ?, due_at = ? where id = ?")
                .params(
                        Timestamp.from(window.from()),
                        Timestamp.from(window.to()),
                        dueAt == null ? null : Timestamp.from(dueAt),
                        id)
                .update();
        if (dueAt != null) {
            process.moved(instanceOf(job), dueAt);
        }
        events.publishEvent(new JobRescheduled(id));
    }

    /** An administrator ended the process of a job that is open: then so is the job. */
    @EventListener
    @Transactional
    public void instanceEnded(InstanceEnded ended) {
        if (ended.deleted() && ended.processKey().equals(FieldJobs.PROCESS)) {
            find("where instance_id = ? and state = 'OPEN' for update", ended.processInstanceId())
                    .ifPresent(job -> end(job, JobState.CANCELLED, job.notes()));
        }
    }

    private void end(Job job, JobState state, String notes) {
        db.sql("update job set state = ?, notes = ?, ended_at = ?, ended_by = ? where id = ?")
                .params(
                        state.name(),
                        notes,
                        Timestamp.from(clock.instant()),
                        Worker.current().id(),
                        job.id())
                .update();
        events.publishEvent(new JobEnded(job.id()));
    }

    private static void requireOpen(Job job) {
        if (job.state() == JobState.CANCELLED) {
            throw Refused.conflict("jobs.refused.cancelled", name(job));
        }
        if (job.state() != JobState.OPEN) {
            throw Refused.conflict("jobs.refused.over", name(job));
        }
    }

    private static String requiredNotes(JobState outcome, String notes) {
        String kept = checkedNotes(notes);
        if (kept.isEmpty() && outcome != JobState.DONE) {
            throw Refused.field("notes", "jobs.refused.noNotes");
        }
        return kept;
    }

    private static String checkedNotes(String notes) {
        String kept = notes.replace("\r\n", "\n").strip();
        if (kept.length() > LONGEST_NOTES) {
            throw Refused.field("notes", "jobs.refused.tooLong", String.valueOf(LONGEST_NOTES));
        }
        if (kept.indexOf('\0') >= 0) {
            throw Refused.field("notes", "jobs.refused.nul");
        }
        return kept;
    }

    private int photos(Job job) {
        return db.sql("select count(*) from job_photo where job_id = ?")
                .param(job.id())
                .query(Integer.class)
                .single();
    }

    private static String name(Job job) {
        return Objects.requireNonNullElse(job.number(), job.id().toString());
    }

    private static String instanceOf(Job job) {
        return Objects.requireNonNull(job.instanceId(), "a released job has a process");
    }

    /** @throws Refused when there is no such job */
    Job lock(String where, Object key) {
        return find(where + " for update", key)
                .orElseThrow(() -> Refused.notFound("jobs.refused.unknown", key.toString()));
    }

    private Optional<Job> find(String where, Object key) {
        return db.sql("select * from job " + where).param(key).query(Jobs::read).optional();
    }

    private static Job read(ResultSet row, int n) throws SQLException {
        return new Job(
                row.getObject("id", UUID.class),
                row.getString("number"),
                new Order(
                        row.getString("site"),
                        row.getString("contact_name"),
                        row.getString("contact_phone"),
                        row.getString("skill"),
                        row.getString("area"),
                        row.getString("task"),
                        row.getTimestamp("window_from").toInstant(),
                        row.getTimestamp("window_to").toInstant(),
                        row.getString("parts"),
                        row.getInt("duration_minutes"),
                        row.getString("price_reference")),
                JobState.valueOf(row.getString("state")),
                InstantColumns.read(row, "released_at"),
                row.getString("team"),
                InstantColumns.read(row, "due_at"),
                row.getString("assignee"),
                row.getString("instance_id"),
                row.getString("notes"),
                InstantColumns.read(row, "ended_at"),
                row.getString("ended_by"));
    }
}
