package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.customer.Customer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What customers were given to use later. The credit that expires first is used first, in parts where it is enough for
 * more; what is left expires, or is taken back. Lock order: cases by id, then the customer's credit account.
 */
@Component
public class Credits {

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Ledger ledger;
    private final Cases cases;
    private final Journal journal;
    private final Period validFor;

    Credits(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Ledger ledger,
            Cases cases,
            Journal journal,
            @Value("${service-recovery.credit.valid-for}") Period validFor) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.ledger = ledger;
        this.cases = cases;
        this.journal = journal;
        this.validFor = validFor;
    }

    /** A part of a credit that was used. */
    public record Part(long compensationId, Money amount) {}

    /** Every credit of a customer, the newest first, used up ones too. */
    public List<Credit> of(long customerId) {
        return credits("c.customer_id = :customer", Map.of("customer", customerId), "t.id desc");
    }

    /** Those of which something is left; of one that has expired it is, until that is booked. */
    List<Credit> left() {
        return credits("true", Map.of(), "t.id").stream()
                .filter(credit -> credit.left().isPositive())
                .toList();
    }

    /** Puts a credit on the customer's account; the caller holds the lock of its case. */
    @Transactional(propagation = Propagation.MANDATORY)
    void grant(Compensation granted, long customerId) {
        Instant expiresAt = zone.dateOf(clock.instant())
                .plus(validFor)
                .plusDays(1)
                .atStartOfDay(zone.id())
                .toInstant();
        db.sql("update compensation set credit_expires_at = ? where id = ?")
                .params(Timestamp.from(expiresAt), granted.id())
                .update();
        ledger.post(new Ledger.Posting(
                TransferKind.CREDIT_GRANTED,
                "credit/" + granted.id() + "/granted",
                granted.amount(),
                granted.id(),
                null,
                customerId,
                null,
                null));
    }

    /**
     * The customer used credit, for example against an invoice.
     *
     * @param key the caller's own for this use; told again it is answered as it was the first time
     * @param reference what it was used for, such as the number of an invoice
     * @throws Refused when less is left, or the key stands for another use
     */
    @Transactional
    public List<Part> use(Customer customer, Money amount, String reference, String key) {
        List<Credit> possible = usable(customer.id(), amount.getCurrencyUnit());
        possible.stream()
                .map(credit -> caseOf(credit.compensationId()))
                .distinct()
                .sorted()
                .forEach(cases::lock);
        ledger.lockCredit(customer.id(), amount.getCurrencyUnit().getCode());
        Optional<Long> use = db.sql("""
                        insert into credit_use (key, customer_id, amount, currency, reference, used_by, used_at)
                        values (?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing returning id""")
                .params(
                        key,
                        customer.id(),
                        amount.getAmount(),
                        amount.getCurrencyUnit().getCode(),
                        reference,
                        Actor.current().id(),
                        Timestamp.from(clock.instant()))
                .query(Long.class)
                .optional();
        if (use.isEmpty()) {
            return usedBefore(customer, amount, reference, key);
        }
        // Read again under the lock; what was granted meanwhile is left for the next use.
        List<Long> locked = possible.stream().map(Credit::compensationId).toList();
        List<Credit> left = usable(customer.id(), amount.getCurrencyUnit()).stream()
                .filter(credit -> locked.contains(credit.compensationId()))
                .toList();
        Money altogether = left.stream().map(Credit::left).reduce(Money.zero(amount.getCurrencyUnit()), Money::plus);
        if (amount.isGreaterThan(altogether)) {
            throw Refused.field("amount", "is more than the credit of " + altogether + " that is left.");
        }
        List<Part> parts = new ArrayList<>();
        Money missing = amount;
        for (Credit credit : left) {
            Money part = missing.isGreaterThan(credit.left()) ? credit.left() : missing;
            if (part.isPositive()) {
                move(
                        credit,
                        customer.id(),
                        TransferKind.CREDIT_USED_UP,
                        "credit-use/" + use.get() + "/" + credit.compensationId(),
                        part,
                        reference);
                note(credit, "credit used", part, Map.of("for", reference));
                parts.add(new Part(credit.compensationId(), part));
                missing = missing.minus(part);
            }
        }
        return parts;
    }

    private List<Part> usedBefore(Customer customer, Money amount, String reference, String key) {
        long use = db.sql("""
                        select id from credit_use where key = ? and customer_id = ? and amount = ? and currency = ?
                                                    and reference = ?""")
                .params(
                        key,
                        customer.id(),
                        amount.getAmount(),
                        amount.getCurrencyUnit().getCode(),
                        reference)
                .query(Long.class)
                .optional()
                .orElseThrow(() -> Refused.field("key", "stands for another use of credit already."));
        return db.sql("""
                        select t.compensation_id, t.amount, t.currency from ledger_transfer t
                          join compensation m on m.id = t.compensation_id
                          join recovery_case c on c.id = m.case_id
                         where c.customer_id = ? and t.kind = 'CREDIT_USED_UP' and split_part(t.key, '/', 2) = ?
                         order by t.id""")
                .params(customer.id(), String.valueOf(use))
                .query((row, n) -> new Part(row.getLong("compensation_id"), MoneyColumns.read(row)))
                .list();
    }

    /**
     * Takes back what is left of a credit.
     *
     * @throws Refused when it is not this customer's, or nothing is left
     */
    @Transactional
    public Credit takeBack(Customer customer, long compensationId, String reason) {
        Credit credit = get(customer, compensationId);
        cases.lock(caseOf(compensationId));
        ledger.lockCredit(customer.id(), credit.granted().getCurrencyUnit().getCode());
        Credit now = get(customer, compensationId);
        if (!now.left().isPositive()) {
            throw Refused.conflict("Nothing is left of credit " + compensationId + ".");
        }
        move(
                now,
                customer.id(),
                TransferKind.CREDIT_VOIDED,
                "credit/" + compensationId + "/voided",
                now.left(),
                reason);
        note(now, "credit taken back", now.left(), Map.of("reason", reason));
        return get(customer, compensationId);
    }

    /** The credits that have expired with something left. */
    List<Long> expired() {
        return db.sql("""
                        select m.id from compensation m
                         where m.credit_expires_at <= ? and m.state = 'SETTLED'
                           and m.amount > coalesce((select sum(t.amount) from ledger_transfer t
                                                     where t.compensation_id = m.id and t.kind <> 'CREDIT_GRANTED'), 0)
                         order by m.id""")
                .param(Timestamp.from(clock.instant()))
                .query(Long.class)
                .list();
    }

    /** Books what is left of an expired credit off the customer's account, once. */
    @Transactional
    void expire(long compensationId) {
        cases.lock(caseOf(compensationId));
        long customerId = db.sql(
                        "select c.customer_id from compensation m join recovery_case c on c.id = m.case_id where m.id = ?")
                .param(compensationId)
                .query(Long.class)
                .single();
        credits("t.compensation_id = :compensation", Map.of("compensation", compensationId), "t.id").stream()
                .findFirst()
                .ifPresent(read -> {
                    ledger.lockCredit(
                            customerId, read.granted().getCurrencyUnit().getCode());
                    Credit credit = credits(
                                    "t.compensation_id = :compensation", Map.of("compensation", compensationId), "t.id")
                            .get(0);
                    if (credit.left().isPositive() && !credit.isUsableAt(clock.instant())) {
                        move(
                                credit,
                                customerId,
                                TransferKind.CREDIT_EXPIRED,
                                "credit/" + compensationId + "/expired",
                                credit.left(),
                                null);
                        note(credit, "credit expired", credit.left(), Map.of());
                    }
                });
    }

    private void move(
            Credit credit, long customerId, TransferKind kind, String key, Money amount, @Nullable String note) {
        ledger.post(new Ledger.Posting(kind, key, amount, credit.compensationId(), null, customerId, null, note));
    }

    private Credit get(Customer customer, long compensationId) {
        return of(customer.id()).stream()
                .filter(credit -> credit.compensationId() == compensationId)
                .findFirst()
                .orElseThrow(() ->
                        Refused.notFound("Customer " + customer.number() + " has no credit " + compensationId + "."));
    }

    private List<Credit> usable(long customerId, CurrencyUnit currency) {
        Instant now = clock.instant();
        return of(customerId).stream()
                .filter(credit -> credit.granted().getCurrencyUnit().equals(currency) && credit.isUsableAt(now))
                .sorted(Comparator.comparing(Credit::expiresAt).thenComparing(Credit::compensationId))
                .toList();
    }

    private List<Credit> credits(String where, Map<String, Long> params, String order) {
        return db.sql("""
                        select t.compensation_id, c.number, t.amount, t.currency, t.posted_at, m.credit_expires_at,
                               t.amount - coalesce((select sum(o.amount) from ledger_transfer o
                                                     where o.compensation_id = t.compensation_id
                                                       and o.debit_account = t.credit_account), 0) as remainder
                          from ledger_transfer t
                          join compensation m on m.id = t.compensation_id
                          join recovery_case c on c.id = m.case_id
                         where t.kind = 'CREDIT_GRANTED' and\s""" + where + " order by " + order)
                .params(params)
                .query((row, n) -> {
                    BigDecimal left = row.getBigDecimal("remainder");
                    return new Credit(
                            row.getLong("compensation_id"),
                            row.getString("number"),
                            MoneyColumns.read(row),
                            MoneyColumns.of(left, row.getString("currency")),
                            row.getTimestamp("posted_at").toInstant(),
                            row.getTimestamp("credit_expires_at").toInstant());
                })
                .list();
    }

    private long caseOf(long compensationId) {
        return db.sql("select case_id from compensation where id = ?")
                .param(compensationId)
                .query(Long.class)
                .single();
    }

    private void note(Credit about, String kind, Money amount, Map<String, String> more) {
        Map<String, Object> content = new HashMap<>(more);
        content.put("compensation", about.compensationId());
        content.put("amount", amount.getAmount().toPlainString());
        content.put("currency", amount.getCurrencyUnit().getCode());
        journal.append(caseOf(about.compensationId()), kind, content);
    }
}
