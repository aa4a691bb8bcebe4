package org.servicerecovery.compensation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.engine.InstanceEnded;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What the reconciliation found, each a task of its own, and what is decided about it. Lock order: case, payment. */
@Component
class Differences {

    private static final String SELECT = """
            select d.*, p.reference as payment_reference
              from reconciliation_difference d left join payment p on p.id = d.payment_id\s""";

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Customers customers;
    private final Ledger ledger;
    private final Compensations compensations;
    private final RecoveryProcess process;

    Differences(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Customers customers,
            Ledger ledger,
            Compensations compensations,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.customers = customers;
        this.ledger = ledger;
        this.compensations = compensations;
        this.process = process;
    }

    /**
     * @param payment of a refund
     * @param compensationId the one it may belong to; of credit the one that granted it
     * @param detail of credit, what is the matter
     */
    record Found(
            DifferenceKind kind,
            String reference,
            @Nullable Payment payment,
            @Nullable Long compensationId,
            Money amount,
            Instant bookedAt,
            @Nullable String detail) {

        Found(
                DifferenceKind kind,
                String reference,
                Payment payment,
                @Nullable Long compensationId,
                Money amount,
                Instant bookedAt) {
            this(kind, reference, payment, compensationId, amount, bookedAt, null);
        }
    }

    /** Keeps a difference and starts its task; false when it was found before. */
    @Transactional
    public boolean found(String processor, Found found) {
        Optional<Long> id = db.sql("""
                        insert into reconciliation_difference (processor, kind, reference, payment_id, compensation_id,
                                                               amount, currency, booked_at, found_at, detail)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing returning id""")
                .params(
                        processor,
                        found.kind().name(),
                        found.reference(),
                        found.payment() == null ? null : found.payment().id(),
                        found.compensationId(),
                        found.amount().getAmount(),
                        found.amount().getCurrencyUnit().getCode(),
                        Timestamp.from(found.bookedAt()),
                        Timestamp.from(clock.instant()),
                        found.detail())
                .query(Long.class)
                .optional();
        id.ifPresent(difference ->
                process.differenceFound("D" + difference, Map.of(Variable.DIFFERENCE_ID.name(), difference)));
        return id.isPresent();
    }

    /** The amount of the last difference of a kind about a compensation, of those whose reference begins like this. */
    Optional<Money> lastAmount(DifferenceKind kind, long compensationId, String referenceBegins) {
        return db.sql("""
                        select amount, currency from reconciliation_difference
                         where compensation_id = ? and kind = ? and starts_with(reference, ?)
                         order by id desc limit 1""")
                .params(compensationId, kind.name(), referenceBegins)
                .query((row, n) -> MoneyColumns.read(row))
                .optional();
    }

    /** Ties the starting process to its difference. */
    @Transactional(propagation = Propagation.MANDATORY)
    Difference started(long id, String processInstanceId) {
        int rows = db.sql("""
                        update reconciliation_difference set process_instance_id = ?
                         where id = ? and process_instance_id is null""").params(processInstanceId, id).update();
        if (rows != 1) {
            throw Refused.conflict("refused.difference.hasProcess");
        }
        return get(id);
    }

    /** Those that nobody has decided on, the oldest first. */
    List<Difference> open() {
        return db.sql(SELECT + "where d.decided_at is null order by d.found_at, d.id")
                .query(Differences::read)
                .list();
    }

    /** Newest first. */
    List<Difference> latest(int limit) {
        return db.sql(SELECT + "order by d.found_at desc, d.id desc limit ?")
                .param(limit)
                .query(Differences::read)
                .list();
    }

    private Difference get(long id) {
        return db.sql(SELECT + "where d.id = ?")
                .param(id)
                .query(Differences::read)
                .single();
    }

    /** What is decided in the process of a difference. */
    enum Decision {
        /** It was meant for a case: it becomes a settled compensation there. */
        ADOPT,
        /** It has to do with no case: the payment counts as refunded by so much. */
        EXTERNAL,
        /** Nothing is to be booked; the reason says why. */
        EXPLAINED
    }

    /**
     * Records what somebody decided, and books it.
     *
     * @param caseNumber the case that adopts it, needed for {@link Decision#ADOPT} alone
     * @throws Refused when there is nothing to be booked, or the case is not one of the customer who paid
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void decide(String processInstanceId, Decision decision, @Nullable String caseNumber, String reason) {
        Difference difference = db.sql(SELECT + "where d.process_instance_id = ? for update of d")
                .param(processInstanceId)
                .query(Differences::read)
                .optional()
                .orElseThrow(() -> Refused.conflict("refused.difference.noInstance"));
        if (!CaseRoles.worksEveryCase(Actor.current())) {
            throw Refused.forbidden("refused.difference.byManager");
        }
        if (difference.decidedAt() != null) {
            throw Refused.conflict("refused.difference.decidedAlready", String.valueOf(difference.decidedBy()));
        }
        if (decision != Decision.EXPLAINED && !difference.kind().isMissingInLedger()) {
            throw Refused.field("decision", "refused.difference.nothingToBook");
        }
        if (decision != Decision.EXPLAINED) {
            requireCurrencyOfPayment(difference);
        }
        if (decision == Decision.ADOPT) {
            adopt(difference, caseNumber, reason);
        } else if (decision == Decision.EXTERNAL) {
            bookExternal(difference, reason);
        }
        db.sql("""
                        update reconciliation_difference set decision = ?, decided_by = ?, decided_at = ?, reason = ?
                         where id = ?""")
                .params(decision.name(), Actor.current().id(), Timestamp.from(clock.instant()), reason, difference.id())
                .update();
    }

    /** Nobody would be asked about it again. */
    @EventListener
    void refuseWhileUndecided(InstanceEnded ended) {
        boolean undecided = db.sql("""
                        select exists (select 1 from reconciliation_difference
                                        where process_instance_id = ? and decided_at is null)""")
                .param(ended.processInstanceId())
                .query(Boolean.class)
                .single();
        if (undecided) {
            throw Refused.conflict("refused.difference.undecided");
        }
    }

    private void requireCurrencyOfPayment(Difference difference) {
        CurrencyUnit currency =
                customers.payment(paymentOf(difference)).orElseThrow().amount().getCurrencyUnit();
        if (!currency.equals(difference.amount().getCurrencyUnit())) {
            throw Refused.field(
                    "decision",
                    "refused.difference.otherCurrency",
                    currency.getCode(),
                    difference.amount().getCurrencyUnit().getCode());
        }
    }

    private void adopt(Difference difference, @Nullable String caseNumber, String reason) {
        if (caseNumber == null) {
            throw Refused.field("onCase", "refused.difference.caseMissing");
        }
        RecoveryCase on = cases.lock(caseNumber(caseNumber));
        Payment payment = customers.lockPayment(paymentOf(difference));
        if (on.customerId() != payment.customerId()) {
            throw Refused.field("onCase", "refused.difference.anotherCustomers", caseNumber, payment.reference());
        }
        Compensation adopted = adopted(on, payment, difference, reason);
        book(
                TransferKind.REFUND_ADOPTED,
                difference,
                adopted.id(),
                Ledger.key(adopted.kind(), adopted.idempotencyKey(), "paid"),
                null);
        compensations.note(adopted, "refund adopted", Map.of("reference", difference.reference(), "reason", reason));
    }

    /**
     * Records a refund that was made outside as one of a case. Nobody approved it: should it
     * come back, it is not paid again without that.
     */
    private Compensation adopted(RecoveryCase on, Payment payment, Difference made, String reason) {
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
        return compensations.get(id);
    }

    /** A refund that was booked as external did not arrive in the end; true when that is news. */
    @Transactional
    public boolean externalCameBack(String processor, String reference) {
        Optional<Difference> booked = db.sql(SELECT + "where d.processor = ? and d.reference = ? and d.decision = ?")
                .params(processor, reference, Decision.EXTERNAL.name())
                .query(Differences::read)
                .optional();
        return booked.isPresent()
                && ledger.post(new Ledger.Posting(
                        TransferKind.REFUND_EXTERNAL_RETURNED,
                        "external/" + booked.get().id() + "/returned",
                        booked.get().amount(),
                        null,
                        booked.get().paymentId(),
                        null,
                        reference,
                        null));
    }

    /** Only refunds can be booked. */
    private static long paymentOf(Difference refund) {
        return Objects.requireNonNull(refund.paymentId());
    }

    private static CaseNumber caseNumber(String text) {
        try {
            return new CaseNumber(text.strip());
        } catch (Refused e) {
            throw Refused.field("onCase", "refused.noCaseNumber", text);
        }
    }

    private void bookExternal(Difference difference, String reason) {
        customers.lockPayment(paymentOf(difference));
        book(TransferKind.REFUND_EXTERNAL, difference, null, "external/" + difference.id() + "/paid", reason);
    }

    private void book(
            TransferKind kind, Difference difference, @Nullable Long about, String key, @Nullable String note) {
        boolean posted = ledger.post(new Ledger.Posting(
                kind, key, difference.amount(), about, difference.paymentId(), null, difference.reference(), note));
        if (!posted) {
            throw new IllegalStateException("Difference " + difference.id() + " is in the ledger already.");
        }
    }

    private static Difference read(ResultSet row, int n) throws SQLException {
        return new Difference(
                row.getLong("id"),
                DifferenceKind.valueOf(row.getString("kind")),
                row.getString("reference"),
                row.getString("payment_reference"),
                row.getObject("payment_id", Long.class),
                row.getObject("compensation_id", Long.class),
                MoneyColumns.read(row),
                row.getTimestamp("booked_at").toInstant(),
                row.getTimestamp("found_at").toInstant(),
                row.getString("detail"),
                row.getString("decision"),
                row.getString("decided_by"),
                InstantColumns.read(row, "decided_at"),
                row.getString("reason"));
    }
}
