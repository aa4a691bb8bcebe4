package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseEnding;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.OwnerChanged;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.InstanceEnded;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Money and credit given back, and services done for free. A refund is at most what was paid less what was refunded or
 * is in flight, per payment; each is given once: the intent and its key are committed before another system is asked.
 * Lock order: case, payment.
 */
@Component
public class Compensations {

    private static final RowMapper<Compensation> COMPENSATION = (row, n) -> new Compensation(
            row.getLong("id"),
            row.getLong("case_id"),
            row.getObject("step_id", Long.class),
            Kind.valueOf(row.getString("kind")),
            row.getObject("payment_id", Long.class),
            MoneyColumns.read(row),
            Optional.ofNullable(row.getString("comped_service"))
                    .map(CompedService::valueOf)
                    .orElse(null),
            row.getString("reason"),
            CompensationState.valueOf(row.getString("state")),
            row.getString("approval"),
            row.getString("offered_by"),
            InstantColumns.read(row, "accepted_at"),
            row.getString("approved_by"),
            row.getString("second_approved_by"),
            row.getObject("idempotency_key", UUID.class),
            row.getString("processor_reference"),
            row.getString("failure"),
            row.getString("process_instance_id"),
            row.getBoolean("apart_from_step"));

    /** What of a customer's compensation the policy looks back on. */
    private static final Duration LOOK_BACK = Duration.ofDays(90);

    private static final List<String> APPROVALS = List.of("none", "manager", "business-owner", "two-people");
    private static final Set<String> APPROVERS = Set.of("manager", "office-manager", "cx-lead", "business-owner");
    private static final Set<String> LARGE_APPROVERS = Set.of("business-owner");

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final OwnerDirectory people;
    private final Customers customers;
    private final Journal journal;
    private final Ledger ledger;
    private final Credits credits;
    private final OrderedServices services;
    private final Decisions decisions;
    private final RecoveryProcess process;

    Compensations(
            JdbcClient db,
            Clock clock,
            Cases cases,
            OwnerDirectory people,
            Customers customers,
            Journal journal,
            Ledger ledger,
            Credits credits,
            OrderedServices services,
            Decisions decisions,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.people = people;
        this.customers = customers;
        this.journal = journal;
        this.ledger = ledger;
        this.credits = credits;
        this.services = services;
        this.decisions = decisions;
        this.process = process;
    }

    /**
     * What somebody wants to give back, as a form or a call names it.
     *
     * @param amount of a comped service what the customer would have paid
     * @param accepted whether the customer has said yes to it; otherwise the answer is asked for first
     * @param comped what is done for free; null for money and credit
     */
    public record Offer(
            Kind kind,
            @Nullable String paymentReference,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            String reason,
            boolean accepted,
            @Nullable Comped comped) {

        /** Money or credit. */
        public Offer(
                Kind kind,
                @Nullable String paymentReference,
                @Nullable BigDecimal amount,
                @Nullable String currency,
                String reason,
                boolean accepted) {
            this(kind, paymentReference, amount, currency, reason, accepted, null);
        }

        public Offer {
            if ((kind == Kind.COMPED_SERVICE) != (comped != null)) {
                throw new IllegalArgumentException(
                        "What is done for free belongs to a comped service, and to no other.");
            }
        }
    }

    /** @param description what is done, in words for the customer */
    public record Comped(CompedService service, String description) {}

    /**
     * A line of a list of money.
     *
     * @param executedAt when the money moved, null while it has not
     */
    public record Line(
            Compensation compensation,
            String caseNumber,
            @Nullable String paymentReference,
            Instant offeredAt,
            @Nullable Instant executedAt) {}

    /** The compensation of all cases that the current user may see the money of, newest first. */
    public List<Line> list(@Nullable CompensationState state, int limit) {
        Actor actor = Actor.current();
        return lines(
                "where (cast(:state as text) is null or m.state = :state) and (:all or c.owner is null or c.owner = :me)",
                Map.of("all", CaseRoles.seesEveryMoney(actor), "me", actor.id()),
                state,
                limit);
    }

    /**
     * The compensation of a case, newest first.
     *
     * @throws Refused when there is no such case, or the current user may not see its money
     */
    public List<Line> list(CaseNumber number) {
        RecoveryCase found = cases.get(number);
        if (!CaseRoles.seesEveryMoney(Actor.current())) {
            CaseRoles.requireMaySee(found);
        }
        return lines("where c.id = :case", Map.of("case", found.id()), null, Integer.MAX_VALUE);
    }

    private List<Line> lines(String where, Map<String, ?> params, @Nullable CompensationState state, int limit) {
        return db.sql("""
                        select m.*, c.number, p.reference from compensation m
                          join recovery_case c on c.id = m.case_id
                          left join payment p on p.id = m.payment_id
                        """ + where + " order by m.offered_at desc, m.id desc limit :limit")
                .params(params)
                .param("state", state == null ? null : state.name())
                .param("limit", limit)
                .query((row, n) -> new Line(
                        COMPENSATION.mapRow(row, n),
                        row.getString("number"),
                        row.getString("reference"),
                        row.getTimestamp("offered_at").toInstant(),
                        InstantColumns.read(row, "executed_at")))
                .list();
    }

    public List<Compensation> of(long caseId) {
        return db.sql("select * from compensation where case_id = ? order by id")
                .param(caseId)
                .query(COMPENSATION)
                .list();
    }

    /** What is left of a payment to be offered: paid less refunded less pending, that is offered, approved or in flight. */
    public Money refundable(Payment payment) {
        BigDecimal promised =
                db.sql("""
                        select coalesce(sum(amount), 0) from compensation
                         where payment_id = ? and state in ('OFFERED', 'APPROVED')""").param(payment.id()).query(BigDecimal.class).single();
        return notRefunded(payment)
                .minus(MoneyColumns.of(
                        promised, payment.amount().getCurrencyUnit().getCode()));
    }

    /** What of a payment has not been given back on any case, nor is on its way. */
    public Money notRefunded(Payment payment) {
        return payment.amount().minus(ledger.taken(payment));
    }

    /**
     * Offers compensation outside the plan, and starts its process.
     *
     * @throws Refused when the case is over, or the offer is not possible
     */
    @Transactional
    public Compensation offer(CaseNumber number, Offer offer) {
        RecoveryCase found = cases.lock(number);
        CaseRoles.requireMayWork(found);
        Compensation offered = offer(found, null, offer);
        process.compensationOffered(
                businessKey(number, offered), Map.of(Variable.COMPENSATION_ID.name(), offered.id()));
        return get(offered.id());
    }

    /** Records an offer; the caller holds the case's lock and runs its process. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation offer(RecoveryCase found, @Nullable Long stepId, Offer offer) {
        found.requireOpen(": nothing more can be offered");
        // Locked, so that two offers at once cannot promise the same money.
        Payment payment = offer.kind().isRefund()
                ? customers.lockPayment(
                        paymentFor(found, offer.paymentReference()).id())
                : null;
        Money amount = payment == null ? freeAmount(found, offer) : refundAmount(payment, offer);
        long id = db.sql("""
                        insert into compensation (case_id, step_id, kind, payment_id, amount, currency, comped_service,
                                                  description, reason, state, approval, offered_by, offered_at,
                                                  accepted_at, idempotency_key)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?) returning id""")
                .params(
                        found.id(),
                        stepId,
                        offer.kind().name(),
                        payment == null ? null : payment.id(),
                        amount.getAmount(),
                        amount.getCurrencyUnit().getCode(),
                        offer.comped() == null ? null : offer.comped().service().name(),
                        offer.comped() == null ? null : offer.comped().description(),
                        offer.reason(),
                        CompensationState.OFFERED.name(),
                        Actor.current().id(),
                        Timestamp.from(clock.instant()),
                        offer.accepted() ? Timestamp.from(clock.instant()) : null,
                        UUID.randomUUID())
                .query(Long.class)
                .single();
        Compensation offered = get(id);
        note(offered, "compensation offered", Map.of("kind", offer.kind().code(), "reason", offer.reason()));
        return offered;
    }

    /** Ties the starting process to its compensation, which has none. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation started(long id, String processInstanceId) {
        Compensation offered = lock(id);
        int rows = db.sql(
                        "update compensation set process_instance_id = ? where id = ? and process_instance_id is null")
                .params(processInstanceId, id)
                .update();
        // Without a process an offer has just been made, a refund is pending, or its money has come back.
        if (rows != 1 || !offered.state().isOpen()) {
            throw Refused.conflict("This compensation has a process already.");
        }
        return get(id);
    }

    /**
     * Records what the customer said to an offer.
     *
     * @throws Refused when the customer was asked before
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void customerAnswered(Compensation offered, boolean accepted, @Nullable String notes) {
        requireOpen(offered);
        CaseRoles.requireMayWork(cases.lock(offered.caseId()));
        if (offered.state() != CompensationState.OFFERED || offered.acceptedAt() != null) {
            throw Refused.conflict("The customer's answer to this offer is on record already.");
        }
        if (accepted) {
            db.sql("update compensation set accepted_at = ? where id = ?")
                    .params(Timestamp.from(clock.instant()), offered.id())
                    .update();
        } else {
            db.sql("update compensation set state = ?, failure = ? where id = ?")
                    .params(CompensationState.CUSTOMER_DECLINED.name(), notes, offered.id())
                    .update();
        }
        note(
                offered,
                accepted ? "offer accepted" : "offer declined",
                notes == null ? Map.of() : Map.of("notes", notes));
    }

    /**
     * Asks the policy who has to approve, and answers with it. The policy judges what the case has been offered of this
     * kind altogether, and what the customer was in 90 days: an amount in parts needs the approval of the whole.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    String determineApproval(Compensation offered) {
        RecoveryCase of = cases.lock(offered.caseId());
        Decisions.Answer policy = decisions.ask(
                "approval-limit",
                Map.of(
                        "kind", offered.kind().family(),
                        "amount", given(offered, "m.case_id = :of", of.id(), Instant.EPOCH),
                        "customerAmount",
                                given(
                                        offered,
                                        "c.customer_id = :of",
                                        of.customerId(),
                                        clock.instant().minus(LOOK_BACK)),
                        "severity", of.severity().code()));
        String approval = policy.text("approval");
        if (!APPROVALS.contains(approval)) {
            throw new IllegalStateException("The table " + policy.reference() + " answers with \"" + approval
                    + "\". It has to be one of " + APPROVALS + ".");
        }
        // An approval given before was for less than is known now, or is void.
        db.sql("""
                        update compensation set approval = ?, state = ?, approved_by = null, approved_at = null,
                               second_approved_by = null, second_approved_at = null
                         where id = ?""")
                .params(approval, CompensationState.OFFERED.name(), offered.id())
                .update();
        note(offered, "approval determined", Map.of("approval", approval, "policy", policy.reference()));
        return approval;
    }

    /** What was offered of one kind and currency and may still move, or has moved. */
    private BigDecimal given(Compensation like, String where, long of, Instant since) {
        return db.sql("""
                        select coalesce(sum(m.amount), 0) from compensation m join recovery_case c on c.id = m.case_id
                         where m.state in (:states) and m.kind in (:kinds) and m.currency = :currency
                           and (m.state <> 'SETTLED' or coalesce(m.executed_at, m.offered_at) >= :since) and\s""" + where)
                .param(
                        "states",
                        Arrays.stream(CompensationState.values())
                                .filter(state -> state.isOpen() || state == CompensationState.SETTLED)
                                .map(Enum::name)
                                .toList())
                .param(
                        "kinds",
                        Arrays.stream(Kind.values())
                                .filter(kind -> kind.family().equals(like.kind().family()))
                                .map(Enum::name)
                                .toList())
                .param("currency", like.amount().getCurrencyUnit().getCode())
                .param("since", Timestamp.from(since))
                .param("of", of)
                .query(BigDecimal.class)
                .single()
                .stripTrailingZeros();
    }

    /**
     * Records the decision of an approver.
     *
     * @throws Refused when the approver offered it, has approved it already, or is not in the role that the policy asks
     *     for
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void decide(Compensation offered, boolean approved, @Nullable String reason) {
        Actor actor = Actor.current();
        requireOpen(offered);
        if (offered.state() != CompensationState.OFFERED) {
            throw Refused.conflict("This compensation is " + offered.state().inText() + " already.");
        }
        // Saying no is open to them: with nobody else in the role, the offer could not be taken back.
        if (approved && actor.id().equals(offered.offeredBy())) {
            throw Refused.forbidden("You offered this compensation, so somebody else has to approve it.");
        }
        boolean second = offered.approval().equals("two-people") && offered.approvedBy() != null;
        if (approved && second && actor.id().equals(offered.approvedBy())) {
            throw Refused.forbidden("You approved this compensation, and it needs a second person.");
        }
        boolean large = second || offered.approval().equals("business-owner");
        if (!actor.hasAnyRole((large ? LARGE_APPROVERS : APPROVERS).toArray(String[]::new))) {
            throw Refused.forbidden(
                    "Compensation of this amount is approved by " + (large ? "the business owner." : "a manager."));
        }
        if (!approved) {
            if (reason == null) {
                throw Refused.field("reason", "is missing. Say why it is not approved.");
            }
            db.sql("update compensation set state = ?, failure = ? where id = ?")
                    .params(CompensationState.NOT_APPROVED.name(), reason, offered.id())
                    .update();
        } else {
            boolean last = second || !offered.approval().equals("two-people");
            String columns =
                    second ? "second_approved_by = ?, second_approved_at = ?" : "approved_by = ?, approved_at = ?";
            db.sql("update compensation set state = ?, " + columns + " where id = ?")
                    .params(
                            (last ? CompensationState.APPROVED : CompensationState.OFFERED).name(),
                            actor.id(),
                            Timestamp.from(clock.instant()),
                            offered.id())
                    .update();
        }
        note(
                offered,
                approved ? "compensation approved" : "compensation not approved",
                reason == null ? Map.of() : Map.of("reason", reason));
    }

    /** Whoever approved still may: a role that was taken away takes its approvals along. */
    private boolean isApprovalValid(Compensation approved) {
        return switch (approved.approval()) {
            case "none" -> true;
            case "manager" -> mayApprove(approved.approvedBy(), APPROVERS);
            case "business-owner" -> mayApprove(approved.approvedBy(), LARGE_APPROVERS);
            case "two-people" ->
                mayApprove(approved.approvedBy(), APPROVERS)
                        && mayApprove(approved.secondApprovedBy(), LARGE_APPROVERS);
            default -> false;
        };
    }

    private boolean mayApprove(@Nullable String person, Set<String> roles) {
        return person != null && people.isInAnyRole(person, roles);
    }

    /**
     * Reserves the money, or orders the service, and records the intent to give it. This has to be committed before
     * another system is asked: after a crash the same key is sent again.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    IntentOutcome recordIntent(Compensation approved) {
        requireOpen(approved);
        boolean mayProceed = approved.state() == CompensationState.APPROVED
                || (approved.state() == CompensationState.OFFERED
                        && approved.approval().equals("none"))
                || approved.state() == CompensationState.DECLINED;
        if (!mayProceed || approved.acceptedAt() == null) {
            throw Refused.conflict("This compensation is " + approved.state().inText() + ": it cannot be paid.");
        }
        if (!isApprovalValid(approved)) {
            note(approved, "approval void", Map.of());
            return IntentOutcome.APPROVAL_VOID;
        }
        if (approved.paymentId() != null) {
            Payment payment = customers.lockPayment(approved.paymentId());
            if (approved.amount().isGreaterThan(notRefunded(payment))) {
                decline(approved, "Less than this is left of payment " + payment.reference() + ".");
                return IntentOutcome.NOT_POSSIBLE;
            }
        }
        db.sql("update compensation set state = ?, failure = null where id = ?")
                .params(CompensationState.IN_FLIGHT.name(), approved.id())
                .update();
        if (approved.paymentId() != null) {
            ledger.post(TransferKind.REFUND_RESERVED, approved, "reserved");
        } else if (approved.kind() == Kind.COMPED_SERVICE) {
            services.order(approved);
        }
        note(approved, "compensation in flight", Map.of());
        return IntentOutcome.RESERVED;
    }

    /** The order for the processor; reads only, so that no lock is held while the processor is asked. */
    RefundOrder order(Compensation intent) {
        requireInFlight(intent);
        return orderOf(intent);
    }

    /** As it was sent, whatever has become of it. */
    RefundOrder orderOf(Compensation intent) {
        Payment payment =
                customers.payment(Objects.requireNonNull(intent.paymentId())).orElseThrow();
        return new RefundOrder(intent.idempotencyKey(), payment.chargeId(), intent.amount());
    }

    /**
     * Records what the processor answered, and answers with the word by which the model routes.
     *
     * @throws IllegalStateException when it is not known whether the refund was paid
     */
    @Transactional(propagation = Propagation.MANDATORY)
    String record(Compensation intent, RefundOutcome outcome) {
        if (outcome instanceof RefundOutcome.Settled settled) {
            settled(intent, settled.reference());
            return "settled";
        }
        if (outcome instanceof RefundOutcome.Declined declined) {
            declined(intent, declined.reason());
            return "declined";
        }
        if (outcome instanceof RefundOutcome.Pending pending) {
            pending(intent, pending.reference());
            return "pending";
        }
        throw new IllegalStateException(
                "It is not known whether the refund was paid: " + ((RefundOutcome.Unknown) outcome).why());
    }

    /** The processor has the order: what ordered it is done, and a process of its own waits for what becomes of it. */
    private void pending(Compensation intent, String processorReference) {
        Compensation inFlight = lockInFlight(intent);
        if (inFlight.isAcceptedByProcessor()) {
            return;
        }
        db.sql(
                        "update compensation set processor_reference = ?, process_instance_id = null, apart_from_step = true where id = ?")
                .params(processorReference, inFlight.id())
                .update();
        note(inFlight, "compensation pending", Map.of("reference", processorReference));
        process.refundPending(
                businessKey(cases.lock(inFlight.caseId()).number(), inFlight),
                Map.of(Variable.COMPENSATION_ID.name(), inFlight.id()));
    }

    /** How the processes of a compensation are found in Cockpit. */
    static String businessKey(CaseNumber number, Compensation of) {
        return number + "/C" + of.id();
    }

    private void settled(Compensation intent, String processorReference) {
        Compensation inFlight = lock(intent.id());
        if (inFlight.state() == CompensationState.SETTLED) {
            return;
        }
        requireInFlight(inFlight);
        ledger.post(TransferKind.REFUND_PAID, inFlight, "paid", processorReference);
        settle(inFlight, processorReference);
    }

    /** Records that it was given; the caller has locked it in flight, and posts it. */
    void settle(Compensation intent, String processorReference) {
        db.sql("update compensation set state = ?, processor_reference = ?, executed_at = ? where id = ?")
                .params(
                        CompensationState.SETTLED.name(),
                        processorReference,
                        Timestamp.from(clock.instant()),
                        intent.id())
                .update();
        note(intent, "compensation settled", Map.of("reference", processorReference));
    }

    private void declined(Compensation intent, String reason) {
        Compensation inFlight = lockInFlight(intent);
        ledger.post(TransferKind.REFUND_RELEASED, inFlight, "released");
        declineTry(inFlight, reason);
    }

    /** Records that another system does not give it; the caller has locked it in flight. */
    void declineTry(Compensation inFlight, String reason) {
        // Whoever was asked remembers a decline under its key: whatever comes next, a further attempt has a new one.
        db.sql("update compensation set idempotency_key = ?, processor_reference = null where id = ?")
                .params(UUID.randomUUID(), inFlight.id())
                .update();
        decline(inFlight, reason);
    }

    /** The compensation as it is now, which stays so until the transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation lockInFlight(Compensation intent) {
        Compensation inFlight = lock(intent.id());
        requireInFlight(inFlight);
        return inFlight;
    }

    /** Whatever brings a token here: nothing is paid, booked or declined without its recorded intent. */
    static void requireInFlight(Compensation intent) {
        if (intent.state() != CompensationState.IN_FLIGHT) {
            throw new IllegalStateException(
                    "Compensation " + intent.id() + " is not in flight but " + intent.state() + ".");
        }
    }

    private void decline(Compensation intent, String reason) {
        db.sql("update compensation set state = ?, failure = ? where id = ?")
                .params(CompensationState.DECLINED.name(), reason, intent.id())
                .update();
        note(intent, "compensation declined", Map.of("reason", reason));
    }

    /** Puts the credit on the customer's account, once. */
    @Transactional(propagation = Propagation.MANDATORY)
    void bookCredit(Compensation intent) {
        Compensation inFlight = lock(intent.id());
        if (inFlight.state() == CompensationState.SETTLED) {
            return;
        }
        requireInFlight(inFlight);
        if (inFlight.kind() != Kind.CREDIT) {
            throw new IllegalStateException("Compensation " + inFlight.id() + " is no credit.");
        }
        credits.grant(inFlight, cases.lock(inFlight.caseId()).customerId());
        settle(inFlight, "credit-" + inFlight.id());
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void givenUp(Compensation declined, String reason) {
        requireMayDecide(declined);
        db.sql("update compensation set state = ? where id = ? and state = ?")
                .params(CompensationState.GIVEN_UP.name(), declined.id(), CompensationState.DECLINED.name())
                .update();
        note(declined, "compensation given up", Map.of("reason", reason));
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void tryAgain(Compensation declined, String reason) {
        requireMayDecide(declined);
        note(declined, "compensation tried again", Map.of("reason", reason));
    }

    /** A resolution that says what is not so any more is not closed over: the case is opened again first. */
    private void requireMayDecide(Compensation declined) {
        RecoveryCase of = cases.lock(declined.caseId());
        CaseRoles.requireMayWork(of);
        if (of.state() == CaseState.RESOLVED) {
            throw Refused.conflict("Case " + of.number() + " is resolved, and this was part of it. Close the loop with"
                    + " the customer first: the case is opened again then, and you decide.");
        }
    }

    /**
     * Answers the open task of a compensation: approval, or what to do after a decline.
     *
     * @param submitted what the form would submit: decision and reason
     */
    @Transactional
    public Compensation answer(CaseNumber number, long compensationId, Map<String, Object> submitted) {
        RecoveryCase found = cases.lock(number);
        Compensation asked = of(found.id()).stream()
                .filter(compensation -> compensation.id() == compensationId)
                .findFirst()
                .orElseThrow(() -> Refused.notFound("Case " + number + " has no compensation " + compensationId + "."));
        String nobodyWaits = "Compensation " + compensationId + " is "
                + asked.state().inText() + ": it waits for nobody's decision.";
        if (asked.processInstanceId() == null) {
            throw Refused.conflict(nobodyWaits);
        }
        process.complete(asked.processInstanceId(), List.of(), submitted, nobodyWaits);
        return get(compensationId);
    }

    /** Locks the case of the compensation that runs in this instance, found by the instance and not by a variable. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation lockByInstance(String processInstanceId) {
        return lock(byInstance(processInstanceId)
                .orElseThrow(() -> Refused.conflict("No compensation belongs to this process instance."))
                .id());
    }

    /** The compensation that runs in this instance. */
    public Optional<Long> idByInstance(String processInstanceId) {
        return byInstance(processInstanceId).map(Compensation::id);
    }

    Optional<Compensation> byInstance(String processInstanceId) {
        return db.sql("select * from compensation where process_instance_id = ?")
                .param(processInstanceId)
                .query(COMPENSATION)
                .optional();
    }

    /** The compensation that is, or was last, ordered with that key. */
    Optional<Compensation> byKey(UUID idempotencyKey) {
        return db.sql("select * from compensation where idempotency_key = ?")
                .param(idempotencyKey)
                .query(COMPENSATION)
                .optional();
    }

    /** The compensation that was ordered with that key at any time; after a decline it has another one. */
    Optional<Compensation> everOrderedWith(UUID idempotencyKey) {
        return byKey(idempotencyKey)
                .or(() -> db.sql("""
                        select m.* from compensation m join ledger_transfer t on t.compensation_id = m.id
                         where t.key = ?""")
                        .param(Ledger.key(Kind.PARTIAL_REFUND, idempotencyKey, "reserved"))
                        .query(COMPENSATION)
                        .optional());
    }

    Optional<Compensation> byReference(String processorReference) {
        return db.sql("select * from compensation where processor_reference = ? and payment_id is not null limit 1")
                .param(processorReference)
                .query(COMPENSATION)
                .optional();
    }

    List<Compensation> refundsExecutedBetween(Instant from, Instant before) {
        return db.sql("""
                        select * from compensation
                         where payment_id is not null and state = 'SETTLED' and executed_at >= ? and executed_at < ?
                         order by id""")
                .params(Timestamp.from(from), Timestamp.from(before))
                .query(COMPENSATION)
                .list();
    }

    /**
     * Records a refund that was made outside as one of a case; the caller books it and holds the locks. Nobody approved
     * it: should it come back, it is not paid again without that.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation adopt(RecoveryCase on, Payment payment, Difference made, String reason) {
        boolean full = made.amount().isEqual(payment.amount());
        Timestamp bookedAt = Timestamp.from(made.bookedAt());
        long id = db.sql("""
                        insert into compensation (case_id, kind, payment_id, amount, currency, reason, state, approval,
                                                  offered_by, offered_at, accepted_at, executed_at, idempotency_key,
                                                  processor_reference)
                        values (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?) returning id""")
                .params(
                        on.id(),
                        (full ? Kind.FULL_REFUND : Kind.PARTIAL_REFUND).name(),
                        payment.id(),
                        made.amount().getAmount(),
                        made.amount().getCurrencyUnit().getCode(),
                        reason,
                        CompensationState.SETTLED.name(),
                        Actor.current().id(),
                        bookedAt,
                        bookedAt,
                        bookedAt,
                        UUID.randomUUID(),
                        made.reference())
                .query(Long.class)
                .single();
        return get(id);
    }

    Optional<Compensation> latestOfStep(long stepId) {
        return db.sql("select * from compensation where step_id = ? order by id desc limit 1")
                .param(stepId)
                .query(COMPENSATION)
                .optional();
    }

    /**
     * A case does not end while its money may be paid at any moment: the answer of the processor would find nobody. It
     * is resolved once every offer is decided on; when it ends otherwise, what was offered is offered no more.
     */
    @EventListener
    void endWith(CaseEnding ending) {
        List<Compensation> open = of(ending.caseId()).stream()
                .filter(compensation -> compensation.state().isOpen())
                // The processor has it, and a process of its own: if it fails, the case is opened again.
                .filter(compensation -> !compensation.isAcceptedByProcessor())
                .toList();
        if (open.stream().anyMatch(compensation -> compensation.state() == CompensationState.IN_FLIGHT)) {
            throw Refused.conflict("Money of this case is on its way. Wait until it is settled, then end the case.");
        }
        if (ending.resolved() && !open.isEmpty()) {
            throw Refused.conflict("Compensation " + open.get(0).id() + " of this case is "
                    + open.get(0).state().inText() + ". Decide on it, then resolve the case.");
        }
        open.stream()
                .map(Compensation::processInstanceId)
                .filter(Objects::nonNull)
                .forEach(process::offerWithdrawn);
    }

    @EventListener
    void ownerChanged(OwnerChanged changed) {
        of(changed.caseId()).stream()
                .filter(compensation -> compensation.state().isOpen())
                .map(Compensation::processInstanceId)
                .filter(Objects::nonNull)
                .forEach(instance -> process.handOver(instance, changed.from(), changed.to()));
    }

    /** The same holds for the engine's own ways to end an instance. */
    @EventListener
    void refuseWhileInFlight(InstanceEnded ended) {
        byInstance(ended.processInstanceId()).ifPresent(compensation -> {
            Compensation locked = lock(compensation.id());
            if (locked.state() == CompensationState.IN_FLIGHT) {
                throw Refused.conflict("This process is paying money back. Wait until it is settled.");
            }
            if (locked.state().isOpen()) {
                db.sql("update compensation set state = ?, failure = ? where id = ?")
                        .params(CompensationState.GIVEN_UP.name(), "Its process was ended.", locked.id())
                        .update();
                note(locked, "compensation given up", Map.of("reason", "Its process was ended."));
            }
        });
    }

    private void requireOpen(Compensation of) {
        cases.lock(of.caseId()).requireOpen(": no more money is given on it");
    }

    private Compensation lock(long id) {
        cases.lock(get(id).caseId());
        return get(id);
    }

    Compensation get(long id) {
        return db.sql("select * from compensation where id = ?")
                .param(id)
                .query(COMPENSATION)
                .single();
    }

    private Payment paymentFor(RecoveryCase found, @Nullable String reference) {
        List<Payment> payments = customers.payments(found.customerId());
        if (reference != null) {
            return payments.stream()
                    .filter(payment -> payment.reference().equalsIgnoreCase(reference))
                    .findFirst()
                    .orElseThrow(() -> Refused.field(
                            "paymentReference", "\"" + reference + "\" is not one of this customer's payments."));
        }
        Optional<Long> affected = cases.origin(found.id()).map(Origin::paymentId);
        if (affected.isPresent()) {
            return customers.payment(affected.get()).orElseThrow();
        }
        if (payments.size() != 1) {
            throw Refused.field(
                    "paymentReference",
                    payments.isEmpty()
                            ? "cannot be found: no payment of this customer is known. A credit is possible."
                            : "is missing: this customer has " + payments.size() + " payments. Name one of them.");
        }
        return payments.get(0);
    }

    private Money refundAmount(Payment payment, Offer offer) {
        Money left = refundable(payment);
        if (offer.kind() == Kind.FULL_REFUND) {
            if (!left.isPositive()) {
                throw Refused.field(
                        "refundKind", "is not possible: nothing is left of payment " + payment.reference() + ".");
            }
            return left;
        }
        CurrencyUnit currency = payment.amount().getCurrencyUnit();
        if (offer.currency() != null && !offer.currency().equalsIgnoreCase(currency.getCode())) {
            throw Refused.field("currency", "must be " + currency + ", the currency of the payment.");
        }
        Money amount = Amounts.positive(currency, offer.amount());
        if (amount.isGreaterThan(left)) {
            throw Refused.field(
                    "amount",
                    "is more than the " + left + " that can still be refunded of payment " + payment.reference() + ".");
        }
        return amount;
    }

    private Money freeAmount(RecoveryCase found, Offer offer) {
        // Newest payment first.
        List<String> paidIn = customers.payments(found.customerId()).stream()
                .map(payment -> payment.amount().getCurrencyUnit().getCode())
                .distinct()
                .toList();
        if (offer.currency() == null && paidIn.isEmpty()) {
            throw Refused.field("currency", "is missing: this customer has no payment to take the currency from.");
        }
        String code = offer.currency() != null ? offer.currency().toUpperCase(Locale.ROOT) : paidIn.get(0);
        if (!paidIn.isEmpty() && !paidIn.contains(code)) {
            throw Refused.field(
                    "currency", "must be one that this customer has paid in: " + String.join(", ", paidIn) + ".");
        }
        return Amounts.positive(Amounts.currency(code), offer.amount());
    }

    /** Tells the journal of its case what happened to a compensation. */
    void note(Compensation about, String kind, Map<String, String> more) {
        Map<String, Object> content = new HashMap<>(more);
        if (about.service() != null) {
            content.put("service", about.service().label());
        }
        content.put("compensation", about.id());
        content.put("amount", about.amount().getAmount().toPlainString());
        content.put("currency", about.amount().getCurrencyUnit().getCode());
        journal.append(about.caseId(), kind, content);
    }
}
