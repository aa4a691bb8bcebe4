package org.servicerecovery.cases;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.installation.RecoverySwitch;
import org.servicerecovery.installation.StatutoryProfile;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The cases of this installation. Every change takes the case's row lock first and is journaled in the same
 * transaction; instants are UTC.
 */
@Component
public class Cases {

    private static final String SELECT = """
            select c.*, e.epoch, e.stage, e.started_at as epoch_started_at, e.process_instance_id,
                   (select number from recovery_case where id = c.duplicate_of) as merged_into
              from recovery_case c
              join lateral (select epoch, stage, started_at, process_instance_id from case_epoch where case_id = c.id
                            order by epoch desc limit 1) e on true
            """;
    private static final RowMapper<RecoveryCase> CASE = (row, n) -> new RecoveryCase(
            row.getLong("id"),
            new CaseNumber(row.getString("number")),
            row.getLong("customer_id"),
            Severity.valueOf(row.getString("severity")),
            FailureSource.valueOf(row.getString("failure_source")),
            row.getString("summary"),
            row.getString("verbatim"),
            CaseState.valueOf(row.getString("state")),
            row.getString("owner"),
            row.getString("opened_by"),
            row.getTimestamp("opened_at").toInstant(),
            InstantColumns.read(row, "reported_at"),
            InstantColumns.read(row, "closed_at"),
            row.getInt("epoch"),
            row.getInt("stage"),
            row.getTimestamp("epoch_started_at").toInstant(),
            row.getString("process_instance_id"),
            row.getString("merged_into") == null ? null : new CaseNumber(row.getString("merged_into")));

    private static final int LONGEST_NOTE = 4_000;
    private static final String REVIEW_REQUESTED = "review requested";

    /** Of a statutory profile: the first answer, and the review of it. */
    private static final int FIRST_STAGE = 1;

    /** Of another system's clock, which may be ahead of ours. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Customers customers;
    private final Journal journal;
    private final RecoveryProcess process;
    private final RecoverySwitch recoverySwitch;
    private final StatutoryProfile profile;
    private final OwnerDirectory owners;
    private final CaseAccess access;
    private final ApplicationEventPublisher events;

    Cases(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Customers customers,
            Journal journal,
            RecoveryProcess process,
            RecoverySwitch recoverySwitch,
            StatutoryProfile profile,
            OwnerDirectory owners,
            CaseAccess access,
            ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.customers = customers;
        this.journal = journal;
        this.process = process;
        this.recoverySwitch = recoverySwitch;
        this.profile = profile;
        this.owners = owners;
        this.access = access;
        this.events = events;
    }

    /**
     * Opens a case and starts its process.
     *
     * @throws Refused when the switch is not on, the customer is not known, or the owner may not own cases
     */
    @Transactional
    public RecoveryCase open(NewCase wanted) {
        RecoveryCase opened = register(wanted);
        process.failureReported(opened.number().value());
        return get(opened.number());
    }

    /** Records a new case whose process is being started by somebody else: the start form. */
    @Transactional(propagation = Propagation.MANDATORY)
    RecoveryCase register(NewCase wanted) {
        recoverySwitch.requireOn();
        Customer customer = customers
                .byNumber(wanted.customerNumber())
                .orElseThrow(() -> Refused.field("customerNumber", "refused.case.noCustomer", wanted.customerNumber()));
        requirePaymentOf(customer, wanted.origin());
        String owner = wanted.owner() == null || wanted.owner().isBlank() ? null : wanted.owner();
        if (owner != null) {
            requireMayOwn(owner, wanted.origin());
        }
        Actor actor = Actor.current();
        if (owner != null && !owner.equals(actor.id()) && !CaseRoles.worksEveryCase(actor)) {
            throw Refused.field("owner", "refused.case.takeOrLeave");
        }
        Instant now = clock.instant();
        if (wanted.reportedAt() != null && wanted.reportedAt().isAfter(now.plus(CLOCKS_DIFFER))) {
            throw Refused.field("reportedAt", "refused.case.reportedLater");
        }
        CaseNumber number = CaseNumber.of(
                zone.dateOf(now).getYear(),
                db.sql("select nextval('case_number_seq')").query(Long.class).single());
        long id = db.sql("""
                        insert into recovery_case (number, customer_id, severity, failure_source, summary, verbatim,
                                                   state, owner, opened_by, opened_at, reported_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id""")
                .params(
                        number.value(),
                        customer.id(),
                        wanted.severity().name(),
                        wanted.source().name(),
                        wanted.summary(),
                        wanted.verbatim(),
                        CaseState.OPEN.name(),
                        owner,
                        actor.id(),
                        Timestamp.from(now),
                        wanted.reportedAt() == null ? null : Timestamp.from(wanted.reportedAt()))
                .query(Long.class)
                .single();
        insertOrigin(id, wanted.origin());
        startEpoch(id, 1, FIRST_STAGE, now);
        Map<String, Object> content = new HashMap<>();
        content.put("severity", wanted.severity().code());
        content.put("source", wanted.source().code());
        content.put("summary", wanted.summary());
        content.put("owner", owner);
        journal.append(id, "case opened", content);
        return get(number);
    }

    public Optional<RecoveryCase> find(CaseNumber number) {
        return db.sql(SELECT + "where c.number = ?")
                .param(number.value())
                .query(CASE)
                .optional();
    }

    /** @throws Refused when there is no such case */
    public RecoveryCase get(CaseNumber number) {
        return find(number).orElseThrow(() -> Refused.notFound("refused.case.none", number.value()));
    }

    /** Takes the case's row lock until the transaction ends. It comes before any other lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase lock(CaseNumber number) {
        db.sql("select id from recovery_case where number = ? for update")
                .param(number.value())
                .query(Long.class)
                .optional();
        return get(number);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase lock(long caseId) {
        db.sql("select id from recovery_case where id = ? for update")
                .param(caseId)
                .query(Long.class)
                .single();
        return db.sql(SELECT + "where c.id = ?").param(caseId).query(CASE).single();
    }

    /**
     * Locks the case whose current epoch runs in this instance. A task or timer finds its case by the instance it
     * belongs to, never by a variable, which whoever completes a task can set.
     *
     * @throws Refused when the instance belongs to no case
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase lockByInstance(String processInstanceId) {
        return db.sql("""
                        select id from recovery_case
                         where id = (select case_id from case_epoch where process_instance_id = ?) for update""")
                .param(processInstanceId)
                .query(Long.class)
                .optional()
                .map(id ->
                        db.sql(SELECT + "where c.id = ?").param(id).query(CASE).single())
                .filter(found -> processInstanceId.equals(found.processInstanceId()))
                .orElseThrow(() -> Refused.conflict("refused.case.noInstance"));
    }

    /** The case of its own instance, or of one that works for it, such as that of a step. */
    Optional<Long> idByAnyInstance(String processInstanceId) {
        return db.sql("select case_id from case_instance where instance_id = ?")
                .param(processInstanceId)
                .query(Long.class)
                .optional();
    }

    Optional<Long> idByInstance(String processInstanceId) {
        return db.sql("select case_id from case_epoch where process_instance_id = ?")
                .param(processInstanceId)
                .query(Long.class)
                .optional();
    }

    /** Ties a starting instance to the epoch that waits for one. */
    @Transactional(propagation = Propagation.MANDATORY)
    RecoveryCase bind(CaseNumber number, String processInstanceId) {
        RecoveryCase found = lock(number);
        int bound = db.sql("""
                        update case_epoch set process_instance_id = ?
                         where case_id = ? and ended_at is null and process_instance_id is null""").params(processInstanceId, found.id()).update();
        if (bound != 1) {
            throw Refused.conflict("refused.case.hasProcess", number);
        }
        return get(number);
    }

    /**
     * Gives the case to an owner; open tasks of the old owner go along.
     *
     * @throws Refused when the case is over, the person may not own cases, or the caller may only take cases themself
     */
    @Transactional
    public RecoveryCase assign(CaseNumber number, String owner) {
        RecoveryCase found = lock(number);
        requireMayAssign(found, owner);
        if (owner.equals(found.owner())) {
            return found;
        }
        recordOwner(found, owner, null);
        if (found.processInstanceId() != null) {
            process.ownerChanged(found.processInstanceId(), found.owner(), owner);
        }
        return get(number);
    }

    /**
     * Hands a case that is not over on from one owner to another; resolved ones too, whose customer has to be told.
     *
     * @param to null for nobody: then the process asks for an owner
     * @return false when it is not the first one's any more, or over: then nothing happened
     * @throws Refused when the other one may not own it
     */
    @Transactional
    boolean handOver(CaseNumber number, String from, @Nullable String to, String reason) {
        RecoveryCase found = lock(number);
        if (!isNotOver(found) || !from.equals(found.owner()) || from.equals(to)) {
            return false;
        }
        giveTo(found, to, reason);
        return true;
    }

    /** Gives a case that nobody owns to somebody; false when somebody owns it, or it is over. */
    @Transactional
    boolean handToOwner(CaseNumber number, String to, String reason) {
        RecoveryCase found = lock(number);
        if (!isNotOver(found) || found.owner() != null) {
            return false;
        }
        giveTo(found, to, reason);
        return true;
    }

    private void giveTo(RecoveryCase found, @Nullable String to, String reason) {
        if (to != null) {
            requireMayOwn(to, origin(found.id()).orElse(null));
            if (found.isReview()) {
                requireNoPartInFirstAnswer(found, to);
            }
        }
        recordOwner(found, to, reason);
        process.ownerChanged(Objects.requireNonNull(found.processInstanceId()), found.owner(), to);
    }

    private static boolean isNotOver(RecoveryCase found) {
        return found.state().isOpen() || found.state() == CaseState.RESOLVED;
    }

    /** Whether somebody did the work that a case is about. */
    boolean isAboutWorkOf(long caseId, String person) {
        return origin(caseId)
                .map(Origin::operative)
                .filter(operative -> owners.isNamed(person, operative))
                .isPresent();
    }

    /** Records the answer to the task that asks for an owner; the caller holds the lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    RecoveryCase ownerChosen(RecoveryCase found, String owner) {
        if (!owner.equals(found.owner())) {
            requireMayAssign(found, owner);
            recordOwner(found, owner, null);
            process.handOver(Objects.requireNonNull(found.processInstanceId()), found.owner(), owner);
        }
        return get(found.number());
    }

    /** Who owns cases that are not over yet. */
    List<String> ownersAtWork() {
        return db.sql("""
                        select distinct owner from recovery_case
                         where closed_at is null and owner is not null""").query(String.class).list();
    }

    /** How many cases that are not over yet each owner has. */
    Map<String, Long> notOverByOwner() {
        Map<String, Long> counts = new HashMap<>();
        db.sql("""
                        select owner, count(*) as cases from recovery_case
                         where closed_at is null and owner is not null
                         group by owner""")
                .query((row, n) -> counts.put(row.getString("owner"), row.getLong("cases")))
                .list();
        return counts;
    }

    /** The cases of an owner that are not over yet, oldest first. */
    List<CaseNumber> notOverOf(String owner) {
        return db.sql("""
                        select number from recovery_case
                         where owner = ? and closed_at is null order by opened_at""").param(owner).query(String.class).list().stream()
                .map(CaseNumber::new)
                .toList();
    }

    /** Leaves a case to those that nobody owns, if its owner can own none any more. */
    @Transactional
    void release(CaseNumber number) {
        RecoveryCase found = lock(number);
        String owner = found.owner();
        // Asked again under the lock: another node, or a manager, may have been here.
        if (!isNotOver(found) || owner == null || owners.mayOwnCases(owner)) {
            return;
        }
        recordOwner(found, null, null);
        process.ownerChanged(Objects.requireNonNull(found.processInstanceId()), owner, null);
    }

    private void requireMayAssign(RecoveryCase found, String owner) {
        found.requireOpen("refused.case.already");
        requireMayOwn(owner, origin(found.id()).orElse(null));
        if (found.isReview()) {
            requireNoPartInFirstAnswer(found, owner);
        }
        Actor actor = Actor.current();
        boolean takesUnowned = found.owner() == null && owner.equals(actor.id());
        if (!takesUnowned && !CaseRoles.worksEveryCase(actor)) {
            throw Refused.forbidden("refused.case.takeUnowned");
        }
    }

    private void recordOwner(RecoveryCase found, @Nullable String owner, @Nullable String reason) {
        db.sql("update recovery_case set owner = ? where id = ?")
                .params(owner, found.id())
                .update();
        Map<String, Object> content = new HashMap<>();
        content.put("from", found.owner());
        content.put("to", owner);
        if (reason != null) {
            content.put("reason", reason);
        }
        journal.append(
                found.id(), owner != null ? "owner assigned" : reason == null ? "owner gone" : "owner let go", content);
        events.publishEvent(new OwnerChanged(found.id(), found.epoch(), found.owner(), owner));
    }

    /**
     * Changes how badly the customer was let down, and with it the deadline.
     *
     * @throws Refused when the case is over, or the caller may not work it, or it has this severity already
     */
    @Transactional
    public RecoveryCase changeSeverity(CaseNumber number, Severity severity, String reason) {
        if (reason.isBlank()) {
            throw Refused.field("reason", "refused.case.whySeverity");
        }
        requireShort(reason);
        RecoveryCase found = lock(number);
        found.requireOpen("refused.case.severityStays");
        CaseRoles.requireMayWork(found);
        if (severity == found.severity()) {
            throw Refused.field("severity", "refused.case.severityAlready", severity.shownInText());
        }
        db.sql("update recovery_case set severity = ? where id = ?")
                .params(severity.name(), found.id())
                .update();
        journal.append(
                found.id(),
                "severity changed",
                Map.of("before", found.severity().inText(), "now", severity.inText(), "reason", reason));
        process.severityChanged(Objects.requireNonNull(found.processInstanceId()), severity.code());
        events.publishEvent(new SeverityChanged(found.id(), found.severity(), severity));
        return get(number);
    }

    /**
     * Keeps what the customer answered, on whatever channel.
     *
     * @throws Refused when the case is over, or the caller may not work it, or there is no text
     */
    @Transactional
    public void customerReplied(CaseNumber number, String channel, String text) {
        if (text.isBlank()) {
            throw Refused.field("text", "refused.case.whatCustomerSaid");
        }
        if (channel.isBlank()) {
            throw Refused.field("channel", "refused.case.howAnswerCame");
        }
        PlainText.upTo(PlainText.LONGEST_NOTE, "text", text);
        PlainText.upTo(PlainText.LONGEST_NAME, "channel", channel);
        // Who answers a mail of a case that was merged reaches the one that goes on.
        RecoveryCase found = lockWhatGoesOn(number);
        found.requireOpen("refused.case.openForAnswer");
        CaseRoles.requireMayWork(found);
        Map<String, Object> content = new HashMap<>(Map.of("channel", channel, "text", text));
        if (!found.number().equals(number)) {
            content.put("via", number.value());
        }
        journal.append(found.id(), "customer replied", content);
        events.publishEvent(new CustomerReplied(found.id(), channel));
    }

    /**
     * Keeps a free note on a case, open or over.
     *
     * @throws Refused when the caller may not see the case, or there is no text or too much
     */
    @Transactional
    public void note(CaseNumber number, String text) {
        if (text.isBlank()) {
            throw Refused.field("text", "refused.case.writeNote");
        }
        PlainText.upTo(LONGEST_NOTE, "text", text);
        RecoveryCase found = lock(number);
        access.requireMaySee(found);
        journal.append(found.id(), "note", Map.of("text", text.strip()));
    }

    /**
     * Ends a case without a resolution: withdrawn, a duplicate, or opened in error. It stays outside every statistic.
     *
     * @param duplicateOf the case that goes on, for a duplicate only; see {@link #merge}
     */
    @Transactional
    public RecoveryCase closeWithoutCause(
            CaseNumber number, CaseState end, String reason, @Nullable CaseNumber duplicateOf) {
        if (end == CaseState.DUPLICATE) {
            return merge(number, duplicateOf, reason, Set.of());
        }
        requireWhy(reason);
        RecoveryCase found = lock(number);
        found.requireOpen("refused.case.already");
        CaseRoles.requireMayWork(found);
        events.publishEvent(new CaseEnding(found.id(), false));
        end(found, end, null, Map.of("reason", reason));
        return get(number);
    }

    /**
     * Merges a case into the one that goes on for the same failure: it ends as a duplicate, and what is on its record is
     * read with the other one. Nothing of the record is moved or changed.
     *
     * @param into the open case of the same customer that goes on
     * @param steps the open steps, by number, that go on in the other plan; the others are skipped
     * @throws Refused when one of them is not open, they are not of one customer, money is on its way, or the caller may
     *     not work this one or not see the other
     */
    @Transactional
    public RecoveryCase merge(CaseNumber number, @Nullable CaseNumber into, String reason, Set<Integer> steps) {
        requireWhy(reason);
        if (into == null) {
            throw Refused.field("duplicateOf", "refused.case.whichGoesOn");
        }
        if (into.equals(number)) {
            throw Refused.field("duplicateOf", "refused.case.ofItself");
        }
        lockBoth(number, into);
        RecoveryCase found = get(number);
        found.requireOpen("refused.case.already");
        CaseRoles.requireMayWork(found);
        RecoveryCase goesOn =
                find(into).orElseThrow(() -> Refused.field("duplicateOf", "refused.merge.unknown", into.value()));
        if (!access.maySee(goesOn)) {
            throw Refused.field("duplicateOf", "refused.merge.somebodyElses", into.value());
        }
        if (goesOn.customerId() != found.customerId()) {
            throw Refused.field("duplicateOf", "refused.merge.otherCustomer", into.value());
        }
        if (number.equals(goesOn.mergedInto())) {
            throw Refused.field("duplicateOf", "refused.merge.done", into.value());
        }
        if (goesOn.mergedInto() != null) {
            throw Refused.field(
                    "duplicateOf",
                    "refused.merge.mergedItself",
                    into.value(),
                    goesOnAs(goesOn).number().value());
        }
        if (!goesOn.state().isOpen()) {
            throw Refused.field(
                    "duplicateOf",
                    "refused.case.goesNotOn",
                    into.value(),
                    goesOn.state().shownInText());
        }
        if (goesOn.stage() != found.stage()) {
            throw Refused.field(
                    "duplicateOf",
                    "refused.merge.otherStage",
                    number.value(),
                    String.valueOf(found.stage()),
                    into.value(),
                    String.valueOf(goesOn.stage()));
        }
        events.publishEvent(new CaseEnding(found.id(), false));
        events.publishEvent(new CaseMerging(found, goesOn, steps));
        end(found, CaseState.DUPLICATE, goesOn.id(), Map.of("reason", reason, "duplicateOf", into.value()));
        journal.append(
                goesOn.id(),
                "case merged in",
                Map.of(
                        "case",
                        number.value(),
                        "reason",
                        reason,
                        "openedAt",
                        found.openedAt().toString()));
        events.publishEvent(new CaseMerged(found, goesOn));
        return get(number);
    }

    private static void requireWhy(String reason) {
        if (reason.isBlank()) {
            throw Refused.field("reason", "refused.case.whyEnds");
        }
        requireShort(reason);
    }

    private static void requireShort(String reason) {
        PlainText.upTo(PlainText.LONGEST_REASON, "reason", reason);
    }

    private void end(RecoveryCase found, CaseState end, @Nullable Long mergedInto, Map<String, ?> content) {
        Instant now = clock.instant();
        db.sql("update recovery_case set state = ?, closed_at = ?, duplicate_of = ? where id = ?")
                .params(end.name(), Timestamp.from(now), mergedInto, found.id())
                .update();
        endEpoch(found, end.name(), now);
        journal.append(found.id(), "case " + end.inText(), content);
        process.caseWithdrawn(Objects.requireNonNull(found.processInstanceId()), end.code());
    }

    /** The lower id first, so that two people who merge the same two cases at once wait for each other in one order. */
    private void lockBoth(CaseNumber one, CaseNumber other) {
        db.sql("select id from recovery_case where number in (?, ?) order by id for update")
                .params(one.value(), other.value())
                .query(Long.class)
                .list();
    }

    /** The case that goes on for this one, at the end of every merge; this one where it was not merged. */
    public RecoveryCase goesOnAs(RecoveryCase found) {
        return found.mergedInto() == null
                ? found
                : db.sql(SELECT + "where c.id = case_goes_on(?)")
                        .param(found.id())
                        .query(CASE)
                        .single();
    }

    /** Locks the case that goes on for this one. */
    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase lockWhatGoesOn(CaseNumber number) {
        RecoveryCase locked = lock(goesOnAs(get(number)).number());
        // Merged while the lock was waited for.
        return locked.mergedInto() == null ? locked : lockWhatGoesOn(locked.number());
    }

    /** Locks a case and the one that goes on for it, the lower id first as in every merge; answers with this one. */
    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase lockWithWhatGoesOn(long caseId) {
        db.sql("select id from recovery_case where id in (:id, case_goes_on(:id)) order by id for update")
                .param("id", caseId)
                .query(Long.class)
                .list();
        return lock(caseId);
    }

    /** The same by the id of a case, without locking that one itself. */
    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase lockWhatGoesOn(long caseId) {
        return lockWhatGoesOn(db.sql(SELECT + "where c.id = ?")
                .param(caseId)
                .query(CASE)
                .single()
                .number());
    }

    /** The cases that were merged into this one, over others as well, the first that was opened first. */
    public List<RecoveryCase> mergedInto(long caseId) {
        return db.sql(SELECT + "where c.id in (select case_family(?)) and c.id <> ? order by c.opened_at, c.id")
                .params(caseId, caseId)
                .query(CASE)
                .list();
    }

    /** This case, then those that were merged into it. */
    public List<Long> family(long caseId) {
        return Stream.concat(Stream.of(caseId), mergedInto(caseId).stream().map(RecoveryCase::id))
                .toList();
    }

    /** Records that the current epoch reached its resolution. The caller holds the lock and has recorded the resolution. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void resolved(RecoveryCase found, Instant at) {
        found.requireOpen("refused.case.already");
        events.publishEvent(new CaseEnding(found.id(), true));
        db.sql("update recovery_case set state = ? where id = ?")
                .params(CaseState.RESOLVED.name(), found.id())
                .update();
        endEpoch(found, "RESOLVED", at);
    }

    /** Records that the customer knows and the cause is counted. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void closed(RecoveryCase found) {
        if (found.state() != CaseState.RESOLVED) {
            throw Refused.conflict("refused.case.notResolved", found.number().value());
        }
        db.sql("update recovery_case set state = ?, closed_at = ? where id = ?")
                .params(CaseState.CLOSED.name(), Timestamp.from(clock.instant()), found.id())
                .update();
        journal.append(found.id(), "case closed", Map.of());
        events.publishEvent(new CaseClosed(found.id()));
    }

    /**
     * Opens a case again: a new epoch with its own clock and process. The first verdict stays.
     *
     * @throws Refused when the case is still open or the switch is not on
     */
    @Transactional
    public RecoveryCase reopen(CaseNumber number, String reason) {
        if (reason.isBlank()) {
            throw Refused.field("reason", "refused.case.whyAgain");
        }
        requireShort(reason);
        recoverySwitch.requireOn();
        RecoveryCase known = get(number);
        if (known.mergedInto() != null) {
            lockBoth(number, known.mergedInto());
        }
        RecoveryCase found = lock(number);
        requireOver(found);
        CaseRoles.requireMayWork(found);
        return startNextEpoch(found, found.stage(), "case reopened", reason);
    }

    /**
     * The same for somebody whose right to it is known: the question whether to open it again is theirs. The caller holds
     * the lock.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase reopenAsAsked(RecoveryCase over, String reason) {
        requireShort(reason);
        recoverySwitch.requireOn();
        requireOver(over);
        return startNextEpoch(over, over.stage(), "case reopened", reason);
    }

    /**
     * Opens a case again that turned out not to be finished, whatever the switch says: no new failure is reported.
     *
     * @throws Refused when the case is still open
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public RecoveryCase reopenByItself(RecoveryCase over, String reason) {
        requireOver(over);
        return startNextEpoch(over, over.stage(), "case reopened", reason);
    }

    /**
     * Opens the second stage of a statutory profile at the customer's request: the first answer is reviewed by somebody
     * who had no part in it.
     *
     * @throws Refused when the profile has no second stage, the case did not end with an answer or is in it already, or
     *     the reviewer had a part in the first answer
     */
    @Transactional
    public RecoveryCase review(CaseNumber number, String reason, String reviewer) {
        if (reason.isBlank()) {
            throw Refused.field("reason", "refused.case.whyReview");
        }
        requireShort(reason);
        recoverySwitch.requireOn();
        RecoveryCase found = lock(number);
        if (profile.current() != StatutoryProfile.Profile.HOUSING_OMBUDSMAN) {
            throw Refused.conflict("refused.case.noSecondStage");
        }
        if (found.isReview()) {
            throw Refused.conflict("refused.case.lastStage", number.value());
        }
        // Whatever else ended it, a withdrawal or a merge, gave no answer that could be reviewed.
        if (found.state() != CaseState.CLOSED) {
            throw Refused.conflict(
                    "refused.case.nothingToReview",
                    number.value(),
                    found.state().shownInText());
        }
        CaseRoles.requireMayWork(found);
        requireMayOwn(reviewer, origin(found.id()).orElse(null));
        requireNoPartInFirstAnswer(found, reviewer);
        recordOwner(found, reviewer, null);
        return startNextEpoch(found, RecoveryCase.REVIEW_STAGE, REVIEW_REQUESTED, reason);
    }

    /** Whether the current user can ask for the second stage of a case now; by whom it is reviewed is to be said. */
    public boolean mayAskForReview(RecoveryCase found) {
        return found.state() == CaseState.CLOSED
                && !found.isReview()
                && profile.current() == StatutoryProfile.Profile.HOUSING_OMBUDSMAN
                && CaseRoles.mayWork(found);
    }

    /**
     * Whether a person did anything on a case before its second stage, or owned it then, or on one that was merged into
     * it. The second stage is for somebody else.
     */
    public boolean hadPartInFirstAnswer(RecoveryCase of, String person) {
        Instant review = journal.of(of.id()).stream()
                .filter(entry -> entry.kind().equals(REVIEW_REQUESTED))
                .map(Journal.Entry::at)
                .findFirst()
                .orElse(Instant.MAX);
        return Stream.concat(Stream.of(of), mergedInto(of.id()).stream())
                .anyMatch(each -> hadPartInFirstAnswer(each, person, review));
    }

    private boolean hadPartInFirstAnswer(RecoveryCase of, String person, Instant review) {
        for (Journal.Entry entry : journal.of(of.id())) {
            if (entry.kind().equals(REVIEW_REQUESTED) || entry.at().isAfter(review)) {
                return false;
            }
            if (person.equals(entry.formerOwner()) || entry.actor().equals(person)) {
                return true;
            }
        }
        return person.equals(of.owner());
    }

    private void requireNoPartInFirstAnswer(RecoveryCase of, String person) {
        if (hadPartInFirstAnswer(of, person)) {
            throw Refused.field("owner", "refused.case.partInFirstAnswer", person);
        }
    }

    private RecoveryCase startNextEpoch(RecoveryCase over, int stage, String kind, String reason) {
        db.sql("update recovery_case set state = ?, closed_at = null, duplicate_of = null where id = ?")
                .params(CaseState.OPEN.name(), over.id())
                .update();
        startEpoch(over.id(), over.epoch() + 1, stage, clock.instant());
        journal.append(over.id(), kind, Map.of("reason", reason, "epoch", over.epoch() + 1));
        if (over.mergedInto() != null) {
            journal.append(
                    lock(over.mergedInto()).id(),
                    "case goes on by itself",
                    Map.of("case", over.number().value(), "reason", reason));
        }
        events.publishEvent(new CaseReopened(over.id(), over.epoch() + 1));
        process.failureReported(over.number().value());
        return get(over.number());
    }

    private static void requireOver(RecoveryCase found) {
        if (!found.state().isOver()) {
            throw Refused.conflict(
                    "refused.case.nothingToOpenAgain",
                    found.number().value(),
                    found.state().shownInText());
        }
    }

    /** An administrator ended the process of an epoch that had not been resolved. */
    @Transactional(propagation = Propagation.MANDATORY)
    void interrupted(RecoveryCase found, Map<String, Object> how) {
        events.publishEvent(new CaseEnding(found.id(), false));
        Instant now = clock.instant();
        db.sql("update recovery_case set state = ?, closed_at = ? where id = ?")
                .params(CaseState.INTERRUPTED.name(), Timestamp.from(now), found.id())
                .update();
        if (found.state() == CaseState.OPEN) {
            endEpoch(found, "INTERRUPTED", now);
        }
        journal.append(found.id(), "process ended by intervention", how);
    }

    /** One line of a list of cases. */
    public record Line(
            String number,
            String customer,
            String severity,
            String state,
            @Nullable String owner,
            Instant openedAt,
            String summary) {}

    /**
     * The cases that the current user may see, by state and owner, oldest first.
     *
     * @param unowned only open cases that nobody owns
     */
    public List<Line> list(@Nullable CaseState state, @Nullable String owner, boolean unowned, int limit) {
        Map<String, Object> params = new HashMap<>();
        StringBuilder where = new StringBuilder("where ").append(access.visible(params));
        if (state != null) {
            where.append(" and c.state = :state");
            params.put("state", state.name());
        }
        if (owner != null) {
            where.append(" and c.owner = :owner");
            params.put("owner", owner);
        }
        if (unowned) {
            where.append(" and c.owner is null and c.state = 'OPEN'");
        }
        params.put("limit", limit);
        return db.sql("""
                        select c.number, u.name as customer, c.severity, c.state, c.owner, c.opened_at, c.summary
                          from recovery_case c join customer u on u.id = c.customer_id
                        """ + where + " order by c.opened_at, c.id limit :limit")
                .params(params)
                .query((row, n) -> new Line(
                        row.getString("number"),
                        row.getString("customer"),
                        Severity.valueOf(row.getString("severity")).code(),
                        CaseState.valueOf(row.getString("state")).code(),
                        row.getString("owner"),
                        row.getTimestamp("opened_at").toInstant(),
                        row.getString("summary")))
                .list();
    }

    public Optional<Origin> origin(long caseId) {
        return db.sql("select * from case_origin where case_id = ?")
                .param(caseId)
                .query((row, n) -> new Origin(
                        row.getString("kind"),
                        row.getString("external_id"),
                        row.getString("team"),
                        row.getString("area"),
                        row.getString("product"),
                        row.getString("operative"),
                        row.getObject("payment_id", Long.class)))
                .optional();
    }

    private void requirePaymentOf(Customer customer, @Nullable Origin origin) {
        if (origin == null || origin.paymentId() == null) {
            return;
        }
        boolean theirs = customers
                .payment(origin.paymentId())
                .filter(payment -> payment.customerId() == customer.id())
                .isPresent();
        if (!theirs) {
            throw Refused.field("paymentId", "refused.case.notTheirPayment", String.valueOf(origin.paymentId()));
        }
    }

    /** Whether the current user could own this case: takes cases at all, and did not do the work that it is about. */
    public boolean mayTake(RecoveryCase found) {
        String person = Actor.current().id();
        return owners.mayOwnCases(person)
                && origin(found.id())
                        .map(Origin::operative)
                        .filter(operative -> owners.isNamed(person, operative))
                        .isEmpty();
    }

    private void requireMayOwn(String owner, @Nullable Origin origin) {
        if (!owners.mayOwnCases(owner)) {
            throw Refused.field("owner", "refused.case.nobodyToOwn", owner);
        }
        if (origin != null && origin.operative() != null && owners.isNamed(owner, origin.operative())) {
            throw Refused.field("owner", "refused.case.didTheWork", owner);
        }
    }

    private void insertOrigin(long caseId, @Nullable Origin origin) {
        if (origin == null) {
            return;
        }
        db.sql("""
                        insert into case_origin (case_id, kind, external_id, team, area, product, operative, payment_id)
                        values (?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        caseId,
                        origin.kind(),
                        origin.externalId(),
                        origin.team(),
                        origin.area(),
                        origin.product(),
                        origin.operative(),
                        origin.paymentId())
                .update();
    }

    private void startEpoch(long caseId, int epoch, int stage, Instant now) {
        db.sql("insert into case_epoch (case_id, epoch, stage, started_at) values (?, ?, ?, ?)")
                .params(caseId, epoch, stage, Timestamp.from(now))
                .update();
    }

    private void endEpoch(RecoveryCase found, String outcome, Instant at) {
        db.sql("update case_epoch set ended_at = ?, outcome = ? where case_id = ? and epoch = ? and ended_at is null")
                .params(Timestamp.from(at), outcome, found.id(), found.epoch())
                .update();
        events.publishEvent(new CaseEnded(found.id(), found.epoch(), at));
    }
}
