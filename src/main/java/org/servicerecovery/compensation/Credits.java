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
import java.util.Set;
import java.util.stream.Stream;
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
    private final CustomerBalances balances;
    private final Period validFor;

    Credits(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Ledger ledger,
            Cases cases,
            Journal journal,
            CustomerBalances balances,
            @Value("${service-recovery.credit.valid-for}") Period validFor) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.ledger = ledger;
        this.cases = cases;
        this.journal = journal;
        this.balances = balances;
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
        String key = "credit/" + granted.id() + "/granted";
        boolean posted = ledger.post(new Ledger.Posting(
                TransferKind.CREDIT_GRANTED, key, granted.amount(), granted.id(), null, customerId, null, null));
        if (posted) {
            balances.granted(granted.id(), customerId, granted.amount(), key);
        }
    }

    /**
     * The customer used credit, for example against an invoice. What the payment processor has used of credit that stands
     * on its balance is read first: {@link BalanceReading#catchUp}.
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
            throw Refused.field("amount", "refused.credit.moreThanLeft", altogether.toString());
        }
        List<Part> parts = parts(left, amount);
        for (Part part : parts) {
            move(part, customer.id(), TransferKind.CREDIT_USED_UP, useKey(use.get(), part), reference);
            note(part, "credit used", Map.of("for", reference));
        }
        return parts;
    }

    /** How an amount is made up of credits, one after the other. */
    private static List<Part> parts(List<Credit> of, Money amount) {
        List<Part> parts = new ArrayList<>();
        Money missing = amount;
        for (Credit credit : of) {
            Money part = missing.isGreaterThan(credit.left()) ? credit.left() : missing;
            if (part.isPositive()) {
                parts.add(new Part(credit.compensationId(), part));
                missing = missing.minus(part);
            }
        }
        return parts;
    }

    private static String useKey(long use, Part part) {
        return "credit-use/" + use + "/" + part.compensationId();
    }

    /**
     * The payment processor set what stood on a customer's balance against an invoice: credit here is used by so much, and
     * never by more than is left of it, because other credit may have stood there too. Expired credit counts: it had not
     * been taken off yet.
     *
     * @param among the credits that stood there
     * @param key the use's own
     * @return how much of it was credit of ours
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Money usedAtProcessor(long customerId, Set<Long> among, Money amount, String reference, String key) {
        among.stream().map(this::caseOf).distinct().sorted().forEach(cases::lock);
        ledger.lockCredit(customerId, amount.getCurrencyUnit().getCode());
        List<Credit> left = left(customerId, amount.getCurrencyUnit())
                .filter(credit -> among.contains(credit.compensationId()))
                .toList();
        List<Part> parts = parts(left, amount);
        Money used = parts.stream().map(Part::amount).reduce(Money.zero(amount.getCurrencyUnit()), Money::plus);
        if (used.isZero()) {
            return used;
        }
        long use = db.sql("""
                        insert into credit_use (key, customer_id, amount, currency, reference, used_by, used_at)
                        values (?, ?, ?, ?, ?, ?, ?) returning id""")
                .params(
                        key,
                        customerId,
                        used.getAmount(),
                        used.getCurrencyUnit().getCode(),
                        reference,
                        Actor.current().id(),
                        Timestamp.from(clock.instant()))
                .query(Long.class)
                .single();
        for (Part part : parts) {
            post(part, customerId, TransferKind.CREDIT_USED_UP, useKey(use, part), reference);
            note(part, "credit used", Map.of("for", reference));
        }
        return used;
    }

    /** @param key of the posting of its use */
    private record UsedPart(String key, long compensationId, Money notReversed) {}

    /**
     * The payment processor gave credit back, because the invoice it was used for was voided.
     *
     * @param uses the keys of what was used for that invoice
     * @param reference the processor's own id of the reversal
     * @return how much of it was credit of ours
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Money useReversedAtProcessor(long customerId, List<String> uses, Money amount, String reference) {
        usedParts(customerId, uses).stream()
                .map(part -> caseOf(part.compensationId()))
                .distinct()
                .sorted()
                .forEach(cases::lock);
        ledger.lockCredit(customerId, amount.getCurrencyUnit().getCode());
        Money missing = amount;
        for (UsedPart used : usedParts(customerId, uses)) {
            Money back = missing.isGreaterThan(used.notReversed()) ? used.notReversed() : missing;
            if (back.isPositive()) {
                Part part = new Part(used.compensationId(), back);
                String key = used.key() + "/reversed/" + reference;
                post(part, customerId, TransferKind.CREDIT_USE_REVERSED, key, reference);
                note(part, "credit use reversed", Map.of("reference", reference));
                missing = missing.minus(back);
            }
        }
        return amount.minus(missing);
    }

    /** The last first. */
    private List<UsedPart> usedParts(long customerId, List<String> uses) {
        if (uses.isEmpty()) {
            return List.of();
        }
        return db.sql("""
                        select t.key, t.compensation_id, t.currency,
                               t.amount - coalesce((select sum(r.amount) from ledger_transfer r
                                                     where r.compensation_id = t.compensation_id
                                                       and r.kind = 'CREDIT_USE_REVERSED'
                                                       and starts_with(r.key, t.key || '/')), 0) as amount
                          from ledger_transfer t
                          join compensation m on m.id = t.compensation_id
                          join recovery_case c on c.id = m.case_id
                         where c.customer_id = :customer and t.kind = 'CREDIT_USED_UP'
                           and split_part(t.key, '/', 2) in (select id::text from credit_use where key in (:uses))
                         order by t.id desc""")
                .param("customer", customerId)
                .param("uses", uses)
                .query((row, n) ->
                        new UsedPart(row.getString("key"), row.getLong("compensation_id"), MoneyColumns.read(row)))
                .list();
    }

    /**
     * What was taken by a use that is told again; empty when its key is new.
     *
     * @throws Refused when the key stands for another use
     */
    Optional<List<Part>> toldBefore(Customer customer, Money amount, String reference, String key) {
        boolean told = db.sql("select exists (select 1 from credit_use where key = ?)")
                .param(key)
                .query(Boolean.class)
                .single();
        return told ? Optional.of(usedBefore(customer, amount, reference, key)) : Optional.empty();
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
                .orElseThrow(() -> Refused.field("key", "refused.credit.otherUse"));
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
            throw Refused.conflict("refused.credit.nothingLeft", String.valueOf(compensationId));
        }
        Part left = new Part(compensationId, now.left());
        move(left, customer.id(), TransferKind.CREDIT_VOIDED, key(left, TransferKind.CREDIT_VOIDED, "voided"), reason);
        note(left, "credit taken back", Map.of("reason", reason));
        return get(customer, compensationId);
    }

    /** The credits that have expired with something left. */
    List<Long> expired() {
        return db.sql("""
                        select m.id from compensation m
                         where m.credit_expires_at <= ? and m.state = 'SETTLED'
                           and m.amount > coalesce((select sum(case when t.kind = 'CREDIT_USE_REVERSED' then -t.amount
                                                                    else t.amount end)
                                                      from ledger_transfer t
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
        long customerId = ownerOf(compensationId);
        credits("t.compensation_id = :compensation", Map.of("compensation", compensationId), "t.id").stream()
                .findFirst()
                .ifPresent(read -> {
                    ledger.lockCredit(
                            customerId, read.granted().getCurrencyUnit().getCode());
                    Credit credit = credits(
                                    "t.compensation_id = :compensation", Map.of("compensation", compensationId), "t.id")
                            .get(0);
                    if (credit.left().isPositive() && !credit.isUsableAt(clock.instant())) {
                        Part left = new Part(compensationId, credit.left());
                        String key = key(left, TransferKind.CREDIT_EXPIRED, "expired");
                        move(left, customerId, TransferKind.CREDIT_EXPIRED, key, null);
                        note(left, "credit expired", Map.of());
                    }
                });
    }

    /** Once for each time that something was left: the use of it may have been reversed afterwards. */
    private String key(Part left, TransferKind kind, String what) {
        long before = db.sql("select count(*) from ledger_transfer where compensation_id = ? and kind = ?")
                .params(left.compensationId(), kind.name())
                .query(Long.class)
                .single();
        return "credit/" + left.compensationId() + "/" + what + (before == 0 ? "" : "/" + before);
    }

    /** By something that the payment processor did not do itself: its balance follows. */
    private void move(Part part, long customerId, TransferKind kind, String key, @Nullable String note) {
        post(part, customerId, kind, key, note);
        balances.reduced(part.compensationId(), customerId, part.amount(), key);
    }

    private void post(Part part, long customerId, TransferKind kind, String key, @Nullable String note) {
        boolean posted = ledger.post(
                new Ledger.Posting(kind, key, part.amount(), part.compensationId(), null, customerId, null, note));
        if (!posted) {
            throw new IllegalStateException(key + " is in the ledger already.");
        }
    }

    private Credit get(Customer customer, long compensationId) {
        return of(customer.id()).stream()
                .filter(credit -> credit.compensationId() == compensationId)
                .findFirst()
                .orElseThrow(() ->
                        Refused.notFound("refused.credit.none", customer.number(), String.valueOf(compensationId)));
    }

    private List<Credit> usable(long customerId, CurrencyUnit currency) {
        Instant now = clock.instant();
        return left(customerId, currency)
                .filter(credit -> credit.isUsableAt(now))
                .toList();
    }

    /** In the order in which they are used. */
    private Stream<Credit> left(long customerId, CurrencyUnit currency) {
        return of(customerId).stream()
                .filter(credit -> credit.granted().getCurrencyUnit().equals(currency)
                        && credit.left().isPositive())
                .sorted(Comparator.comparing(Credit::expiresAt).thenComparing(Credit::compensationId));
    }

    private List<Credit> credits(String where, Map<String, Long> params, String order) {
        return db.sql("""
                        select t.compensation_id, c.number, t.amount, t.currency, t.posted_at, m.credit_expires_at,
                               (select sum(case when o.debit_account = t.credit_account then -o.amount else o.amount end)
                                  from ledger_transfer o
                                 where o.compensation_id = t.compensation_id
                                   and t.credit_account in (o.debit_account, o.credit_account)) as remainder
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

    long ownerOf(long compensationId) {
        return db.sql(
                        "select c.customer_id from compensation m join recovery_case c on c.id = m.case_id where m.id = ?")
                .param(compensationId)
                .query(Long.class)
                .single();
    }

    private long caseOf(long compensationId) {
        return db.sql("select case_id from compensation where id = ?")
                .param(compensationId)
                .query(Long.class)
                .single();
    }

    private void note(Part about, String kind, Map<String, String> more) {
        Map<String, Object> content = new HashMap<>(more);
        content.put("compensation", about.compensationId());
        content.put("amount", about.amount().getAmount().toPlainString());
        content.put("currency", about.amount().getCurrencyUnit().getCode());
        journal.append(caseOf(about.compensationId()), kind, content);
    }
}
