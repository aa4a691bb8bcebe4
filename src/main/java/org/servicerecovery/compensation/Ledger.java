package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.trend.Trends;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The double-entry book of recovery. One row is one transfer between two accounts of one currency, so it balances by
 * construction; rows are only added. Balances are sums over rows, never kept beside them.
 */
@Component
class Ledger {

    /**
     * A transfer to post.
     *
     * @param key names what moved: posted again it changes nothing
     * @param about the compensation it belongs to; of a credit, the one that granted it; null for what was made outside
     * @param paymentId of a refund
     * @param customerId whose credit moves, when credit does
     * @param processorReference the processor's own id of the refund, once it is known
     */
    record Posting(
            TransferKind kind,
            String key,
            Money amount,
            @Nullable Long about,
            @Nullable Long paymentId,
            @Nullable Long customerId,
            @Nullable String processorReference,
            @Nullable String note) {}

    private final JdbcClient db;
    private final Clock clock;
    private final Trends trends;

    Ledger(JdbcClient db, Clock clock, Trends trends) {
        this.db = db;
        this.clock = clock;
        this.trends = trends;
    }

    /** Posts a transfer, in the transaction of what it stands for; false when its key is there already. */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean post(Posting posting) {
        String currency = posting.amount().getCurrencyUnit().getCode();
        boolean posted = db.sql("""
                        insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, tax,
                                                     posted_at, compensation_id, payment_id, processor_reference, actor,
                                                     note)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing""")
                        .params(
                                posting.key(),
                                posting.kind().name(),
                                account(posting.kind().debit(), currency, posting.customerId()),
                                account(posting.kind().credit(), currency, posting.customerId()),
                                posting.amount().getAmount(),
                                currency,
                                tax(posting),
                                Timestamp.from(clock.instant()),
                                posting.about(),
                                posting.paymentId(),
                                posting.processorReference(),
                                Actor.current().id(),
                                posting.note())
                        .update()
                == 1;
        if (posted && posting.kind().changesCost()) {
            // Not at once: whoever posts holds the locks of payment and account, which come after that of the case.
            db.sql("select case_id from compensation where id = ?")
                    .param(posting.about())
                    .query(Long.class)
                    .optional()
                    .ifPresent(trends::lookAgain);
        }
        return posted;
    }

    /**
     * Posts what happens to a compensation once, in its present try.
     *
     * @param what part of the key, such as {@code paid}
     * @throws IllegalStateException when it is in the ledger already
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void post(TransferKind kind, Compensation about, String what) {
        post(kind, about, what, about.processorReference());
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void post(TransferKind kind, Compensation about, String what, @Nullable String processorReference) {
        boolean posted = post(new Posting(
                kind,
                key(about.kind(), about.idempotencyKey(), what),
                about.amount(),
                about.id(),
                about.paymentId(),
                null,
                processorReference,
                null));
        if (!posted) {
            throw new IllegalStateException("Compensation " + about.id() + ": " + what + " is in the ledger already.");
        }
    }

    /** The key of what happens to a compensation under the key of one of its tries. */
    static String key(Kind kind, UUID ofTry, String what) {
        return kind.family() + "/" + ofTry + "/" + what;
    }

    /** Takes the lock of a customer's credit account until the transaction ends. Lock order: case, payment, account. */
    @Transactional(propagation = Propagation.MANDATORY)
    void lockCredit(long customerId, String currency) {
        db.sql("select id from ledger_account where id = ? for no key update")
                .param(account(LedgerAccount.CUSTOMER_CREDIT, currency, customerId))
                .query(Long.class)
                .single();
    }

    /** What of a payment was paid back or is reserved for that. */
    Money taken(Payment payment) {
        return MoneyColumns.of(
                taken(payment.id()).amount(), payment.amount().getCurrencyUnit().getCode());
    }

    /** @param tax the part of the amount that is tax */
    private record Taken(BigDecimal amount, BigDecimal tax) {}

    private Taken taken(long paymentId) {
        return db.sql("""
                        select coalesce(sum(sign * amount), 0) as amount, coalesce(sum(sign * tax), 0) as tax
                          from (select t.amount, coalesce(t.tax, 0) as tax,
                                       (case when c.code in (:taken) then 1 else 0 end)
                                       - (case when d.code in (:taken) then 1 else 0 end) as sign
                                  from ledger_transfer t
                                  join ledger_account d on d.id = t.debit_account
                                  join ledger_account c on c.id = t.credit_account
                                 where t.payment_id = :payment) moved""")
                .param("payment", paymentId)
                .param("taken", List.of(LedgerAccount.REFUNDS_IN_FLIGHT.name(), LedgerAccount.REFUNDS_PAID.name()))
                .query(Taken.class)
                .single();
    }

    /**
     * How much of a posting is tax; null where the payment has none, or it is not about a payment. Refunds share the tax
     * of their payment by their amounts: rounded each to the currency's places (half to even), and all of them together
     * to exactly the tax of what is refunded.
     */
    private @Nullable BigDecimal tax(Posting posting) {
        Long paymentId = posting.paymentId();
        if (paymentId == null) {
            return null;
        }
        record Paid(BigDecimal amount, @Nullable BigDecimal tax) {}
        Paid paid = db.sql("select amount, tax from payment where id = ?")
                .param(paymentId)
                .query(Paid.class)
                .single();
        if (paid.tax() == null) {
            return null;
        }
        if (!posting.kind().takesFromPayment()) {
            // What moves on or comes back takes along the tax with which it was taken.
            return taxOfTaking(posting);
        }
        Taken before = taken(paymentId);
        return before.amount()
                .add(posting.amount().getAmount())
                .multiply(paid.tax())
                .divide(paid.amount(), posting.amount().getCurrencyUnit().getDecimalPlaces(), RoundingMode.HALF_EVEN)
                .subtract(before.tax())
                .max(BigDecimal.ZERO)
                .min(posting.amount().getAmount());
    }

    private @Nullable BigDecimal taxOfTaking(Posting posting) {
        String aboutTheSame = posting.key().substring(0, posting.key().lastIndexOf('/') + 1);
        return db.sql("""
                        select tax from ledger_transfer
                         where payment_id = :payment and starts_with(key, :same) and kind in (:taking) order by id limit 1""")
                .param("payment", posting.paymentId())
                .param("same", aboutTheSame)
                .param("taking", TransferKind.takingFromPayment())
                .query(BigDecimal.class)
                .optional()
                .orElse(null);
    }

    private long account(LedgerAccount account, String currency, @Nullable Long customerId) {
        Long owner = account.isPerCustomer() ? Objects.requireNonNull(customerId, "whose account?") : null;
        return find(account, currency, owner).orElseGet(() -> open(account, currency, owner));
    }

    private Optional<Long> find(LedgerAccount account, String currency, @Nullable Long owner) {
        return db.sql("""
                        select id from ledger_account
                         where code = ? and currency = ? and customer_id is not distinct from cast(? as bigint)""")
                .params(account.name(), currency, owner)
                .query(Long.class)
                .optional();
    }

    /** Whoever opens it at the same time waits here, and finds it afterwards. */
    private long open(LedgerAccount account, String currency, @Nullable Long owner) {
        db.sql("insert into ledger_account (code, currency, customer_id) values (?, ?, ?) on conflict do nothing")
                .params(account.name(), currency, owner)
                .update();
        return find(account, currency, owner).orElseThrow();
    }
}
