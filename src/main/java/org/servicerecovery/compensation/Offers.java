package org.servicerecovery.compensation;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Amounts;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What may be offered on a case, and what the customer says to it. A refund is at most what was paid less what was
 * refunded or is pending, per payment. Lock order: case, what its customer was given, payment.
 */
@Component
class Offers {

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Customers customers;
    private final Compensations compensations;
    private final RecoveryProcess process;

    Offers(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Customers customers,
            Compensations compensations,
            RecoveryProcess process) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.customers = customers;
        this.compensations = compensations;
        this.process = process;
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
                Compensations.businessKey(number, offered), Map.of(Variable.COMPENSATION_ID.name(), offered.id()));
        return compensations.get(offered.id());
    }

    /** Records an offer; the caller holds the case's lock and runs its process. */
    @Transactional(propagation = Propagation.MANDATORY)
    Compensation offer(RecoveryCase found, @Nullable Long stepId, Offer offer) {
        found.requireOpen("refused.case.nothingMoreOffered");
        compensations.lockSumOf(found.customerId());
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
        Compensation offered = compensations.get(id);
        compensations.note(
                offered, "compensation offered", Map.of("kind", offer.kind().code(), "reason", offer.reason()));
        return offered;
    }

    /**
     * Records what the customer said to an offer.
     *
     * @throws Refused when the customer was asked before
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void customerAnswered(Compensation offered, boolean accepted, @Nullable String notes) {
        compensations.requireOpen(offered);
        CaseRoles.requireMayWork(cases.lock(offered.caseId()));
        if (offered.state() != CompensationState.OFFERED || offered.acceptedAt() != null) {
            throw Refused.conflict("refused.offer.answeredAlready");
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
        compensations.note(
                offered,
                accepted ? "offer accepted" : "offer declined",
                notes == null ? Map.of() : Map.of("notes", notes));
    }

    private Payment paymentFor(RecoveryCase found, @Nullable String reference) {
        List<Payment> payments = customers.payments(found.customerId());
        if (reference != null) {
            return payments.stream()
                    .filter(payment -> payment.reference().equalsIgnoreCase(reference))
                    .findFirst()
                    .orElseThrow(() -> Refused.field("paymentReference", "refused.offer.notTheirPayment", reference));
        }
        Optional<Long> affected = cases.origin(found.id()).map(Origin::paymentId);
        if (affected.isPresent()) {
            return customers.payment(affected.get()).orElseThrow();
        }
        if (payments.size() != 1) {
            throw Refused.field(
                    "paymentReference",
                    payments.isEmpty() ? "refused.offer.noPayment" : "refused.offer.nameAPayment",
                    String.valueOf(payments.size()));
        }
        return payments.get(0);
    }

    private Money refundAmount(Payment payment, Offer offer) {
        Money left = compensations.refundable(payment);
        if (offer.kind() == Kind.FULL_REFUND) {
            if (!left.isPositive()) {
                throw Refused.field("refundKind", "refused.offer.nothingLeft", payment.reference());
            }
            return left;
        }
        CurrencyUnit currency = payment.amount().getCurrencyUnit();
        if (offer.currency() != null && !offer.currency().equalsIgnoreCase(currency.getCode())) {
            throw Refused.field("currency", "refused.offer.currencyOfPayment", currency.getCode());
        }
        Money amount = Amounts.positive(currency, offer.amount());
        if (amount.isGreaterThan(left)) {
            throw Refused.field("amount", "refused.offer.moreThanLeft", left.toString(), payment.reference());
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
            throw Refused.field("currency", "refused.offer.noCurrency");
        }
        String code = offer.currency() != null ? offer.currency().toUpperCase(Locale.ROOT) : paidIn.get(0);
        if (!paidIn.isEmpty() && !paidIn.contains(code)) {
            throw Refused.field("currency", "refused.offer.currencyPaidIn", String.join(", ", paidIn));
        }
        return Amounts.positive(Amounts.currency(code), offer.amount());
    }
}
