package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.AskedTable;
import org.servicerecovery.engine.Decisions;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who has to approve what is offered, and who did. What was approved is given only while whoever approved it still may.
 * Lock order: case, what its customer was given.
 */
@Component
class Approvals {

    /** What of a customer's compensation the policy looks back on. */
    static final Duration LOOK_BACK = Duration.ofDays(90);

    static final String TABLE = "approval-limit";
    static final List<String> APPROVALS = List.of("none", "manager", "business-owner", "two-people");
    private static final Set<String> APPROVERS = Set.of("manager", "office-manager", "cx-lead", "business-owner");
    private static final Set<String> LARGE_APPROVERS = Set.of("business-owner");

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final OwnerDirectory people;
    private final Decisions decisions;
    private final Compensations compensations;

    Approvals(
            JdbcClient db,
            Clock clock,
            Cases cases,
            OwnerDirectory people,
            Decisions decisions,
            Compensations compensations) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.people = people;
        this.decisions = decisions;
        this.compensations = compensations;
    }

    /**
     * Asks the policy who has to approve, and answers with it. The policy judges what the case, with those merged into
     * it, has been offered of this kind altogether, and what the customer was in 90 days: an amount in parts needs the approval of the whole.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    String determineApproval(Compensation offered) {
        RecoveryCase of = cases.lock(offered.caseId());
        compensations.lockSumOf(of.customerId());
        String currency = offered.amount().getCurrencyUnit().getCode();
        Decisions.Answer policy = askPolicy(
                of, offered.kind(), givenOnCase(offered.kind(), currency, of), givenTo(offered.kind(), currency, of));
        String approval = policy.text("approval");
        // An approval given before was for less than is known now, or is void.
        db.sql("""
                        update compensation set approval = ?, state = ?, approved_by = null, approved_at = null,
                               second_approved_by = null, second_approved_at = null
                         where id = ?""")
                .params(approval, CompensationState.OFFERED.name(), offered.id())
                .update();
        compensations.note(offered, "approval determined", Map.of("approval", approval, "policy", policy.reference()));
        return approval;
    }

    private Decisions.Answer askPolicy(RecoveryCase of, Kind kind, BigDecimal onCase, BigDecimal toCustomer) {
        return ask(decisions.newestOf(TABLE), new Question(kind.family(), onCase, toCustomer, of.severity()));
    }

    /** @param amount what was offered of the kind on the case altogether; {@code customerAmount} to the customer */
    record Question(String kind, BigDecimal amount, BigDecimal customerAmount, Severity severity) {}

    /** Puts a question to the table, whichever it is. */
    static Decisions.Answer ask(AskedTable table, Question question) {
        Decisions.Answer policy = table.ask(Map.of(
                "kind",
                question.kind(),
                "amount",
                question.amount(),
                "customerAmount",
                question.customerAmount(),
                "severity",
                question.severity().code()));
        if (!APPROVALS.contains(policy.text("approval"))) {
            throw new IllegalStateException("The table " + policy.reference() + " answers with \""
                    + policy.text("approval") + "\". It has to be one of " + APPROVALS + ".");
        }
        return policy;
    }

    /**
     * Who would have to approve.
     *
     * @param offeredOnCase what was offered of this kind and currency on the case before; {@code offeredToCustomer} on
     *     any case, in 90 days
     * @param approval null while the amount is not known
     */
    record Preview(
            String kind,
            CurrencyUnit currency,
            BigDecimal offeredOnCase,
            BigDecimal offeredToCustomer,
            @Nullable String approval) {}

    /** What the policy would say of an offer; nothing is recorded, and the answer may be another one when it is made. */
    @Transactional(readOnly = true)
    public Preview preview(RecoveryCase of, Kind kind, CurrencyUnit currency, @Nullable BigDecimal amount) {
        BigDecimal onCase = givenOnCase(kind, currency.getCode(), of);
        BigDecimal toCustomer = givenTo(kind, currency.getCode(), of);
        return new Preview(
                kind.family(),
                currency,
                onCase,
                toCustomer,
                amount == null
                        ? null
                        : askPolicy(
                                        of,
                                        kind,
                                        onCase.add(amount).stripTrailingZeros(),
                                        toCustomer.add(amount).stripTrailingZeros())
                                .text("approval"));
    }

    private BigDecimal givenOnCase(Kind kind, String currency, RecoveryCase of) {
        return given(kind, currency, "m.case_id in (select case_family(:of))", of.id(), Instant.EPOCH);
    }

    private BigDecimal givenTo(Kind kind, String currency, RecoveryCase of) {
        return given(
                kind,
                currency,
                "c.customer_id = :of",
                of.customerId(),
                clock.instant().minus(LOOK_BACK));
    }

    /** What was offered of one kind and currency and may still move, or has moved. */
    private BigDecimal given(Kind like, String currency, String where, long of, Instant since) {
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
                                .filter(kind -> kind.family().equals(like.family()))
                                .map(Enum::name)
                                .toList())
                .param("currency", currency)
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
        compensations.requireOpen(offered);
        if (offered.state() != CompensationState.OFFERED) {
            throw Refused.conflict(
                    "refused.approval.decidedAlready", offered.state().shownInText());
        }
        // Saying no is open to them: with nobody else in the role, the offer could not be taken back.
        if (approved && actor.id().equals(offered.offeredBy())) {
            throw Refused.forbidden("refused.approval.ownOffer");
        }
        boolean second = offered.approval().equals("two-people") && offered.approvedBy() != null;
        if (approved && second && actor.id().equals(offered.approvedBy())) {
            throw Refused.forbidden("refused.approval.secondPerson");
        }
        boolean large = second || offered.approval().equals("business-owner");
        if (!actor.hasAnyRole((large ? LARGE_APPROVERS : APPROVERS).toArray(String[]::new))) {
            throw Refused.forbidden(large ? "refused.approval.byBusinessOwner" : "refused.approval.byManager");
        }
        if (!approved) {
            if (reason == null) {
                throw Refused.field("reason", "refused.approval.whyNot");
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
        compensations.note(
                offered,
                approved ? "compensation approved" : "compensation not approved",
                reason == null ? Map.of() : Map.of("reason", reason));
    }

    /** Whoever approved still may: a role that was taken away takes its approvals along. */
    boolean isValid(Compensation approved) {
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
}
