package org.servicerecovery.compensation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.customer.CustomerAtProcessor;
import org.servicerecovery.customer.Customers;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What is asked of customers' balances at the payment processor. Each posting of a credit that stands there is followed by
 * one order, recorded in its transaction; {@link BalanceOrders} sends it.
 */
@Component
class CustomerBalances {

    /** Longer than the processor is waited for; a node that dies with an order leaves it to the others after this. */
    private static final Duration CLAIM = Duration.ofMinutes(5);

    private static final int LONGEST_WAIT_SECONDS = 3600;

    private static final String ORDERS = "select * from balance_transaction where ledger_key is not null and ";

    /**
     * An order for a transaction.
     *
     * @param amount above zero, also to take off
     * @param askedAt from when on the processor may have it
     */
    record Order(
            long id,
            String processorCustomer,
            boolean putsOn,
            long compensationId,
            UUID key,
            Money amount,
            String state,
            Instant recordedAt,
            @Nullable Instant askedAt,
            int tries) {

        BalanceOrder toSend() {
            return new BalanceOrder(
                    key,
                    processorCustomer,
                    "credit-" + compensationId,
                    putsOn ? amount : amount.negated(),
                    askedAt != null);
        }

        Order of(Money less) {
            return new Order(
                    id, processorCustomer, putsOn, compensationId, key, less, state, recordedAt, askedAt, tries);
        }

        /** How people are told of it. */
        String reference() {
            return "credit-" + compensationId + "/" + id;
        }

        boolean isWanted() {
            return state.equals("WANTED");
        }
    }

    private final JdbcClient db;
    private final Clock clock;
    private final Customers customers;
    private final String processor;
    private final boolean used;

    CustomerBalances(
            JdbcClient db, Clock clock, Customers customers, PaymentProcessor processor, PaymentsProperties payments) {
        this.db = db;
        this.clock = clock;
        this.customers = customers;
        this.processor = processor.name();
        this.used = payments.customerBalance();
    }

    /** The credit that stands there would be used by both. */
    @EventListener
    void refuseTheNameOfAnother(CustomerAtProcessor known) {
        boolean anothers = db.sql("""
                        select exists (select 1 from balance_transaction
                                        where processor = ? and processor_customer = ? and customer_id <> ?)""")
                .params(processor, known.id(), known.customerId())
                .query(Boolean.class)
                .single();
        if (anothers) {
            throw Refused.field("processorCustomer", "refused.credit.ofAnotherCustomer");
        }
    }

    /** A credit was granted: it is put on the balance of a customer whom the processor knows. */
    @Transactional(propagation = Propagation.MANDATORY)
    void granted(long compensationId, long customerId, Money amount, String ledgerKey) {
        String customer = used ? customers.byId(customerId).processorCustomer() : null;
        if (customer != null) {
            record(processor, customer, customerId, "PUT_ON", compensationId, amount, ledgerKey);
        }
    }

    /** Credit is less by something that the processor did not do: it is taken off where it stands there. */
    @Transactional(propagation = Propagation.MANDATORY)
    void reduced(long compensationId, long customerId, Money amount, String ledgerKey) {
        record Standing(String processor, String processorCustomer) {}
        db.sql("""
                        select processor, processor_customer from balance_transaction
                         where compensation_id = ? and kind = 'PUT_ON' and state <> 'REFUSED'""")
                .param(compensationId)
                .query(Standing.class)
                .optional()
                .ifPresent(standing -> record(
                        standing.processor(),
                        standing.processorCustomer(),
                        customerId,
                        "TAKEN_OFF",
                        compensationId,
                        amount,
                        ledgerKey));
    }

    private void record(
            String processor,
            String customer,
            long customerId,
            String kind,
            long compensationId,
            Money amount,
            String ledgerKey) {
        Timestamp now = Timestamp.from(clock.instant());
        db.sql("""
                        insert into balance_transaction (processor, processor_customer, customer_id, kind, compensation_id,
                                                         ledger_key, idempotency_key, amount, currency, state, recorded_at,
                                                         next_try_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'WANTED', ?, ?)""")
                .params(
                        processor,
                        customer,
                        customerId,
                        kind,
                        compensationId,
                        ledgerKey,
                        UUID.randomUUID(),
                        amount.getAmount(),
                        amount.getCurrencyUnit().getCode(),
                        now,
                        now)
                .update();
    }

    /** Takes the next order to be sent. Those of one credit are sent one after the other. */
    Optional<Order> claim() {
        Instant now = clock.instant();
        return db.sql("""
                        update balance_transaction set tries = tries + 1, next_try_at = :until
                         where id = (select b.id from balance_transaction b
                                      where b.processor = :processor and b.next_try_at <= :now
                                        and not exists (select 1 from balance_transaction earlier
                                                         where earlier.compensation_id = b.compensation_id
                                                           and earlier.id < b.id and earlier.state = 'WANTED')
                                      order by b.next_try_at limit 1 for update skip locked)
                        returning *""")
                .param("until", Timestamp.from(now.plus(CLAIM)))
                .param("processor", processor)
                .param("now", Timestamp.from(now))
                .query(CustomerBalances::read)
                .optional();
    }

    /** Whether the credit of an order was not put on after all. */
    boolean isNotThere(Order order) {
        return db.sql("""
                        select exists (select 1 from balance_transaction
                                        where compensation_id = ? and kind = 'PUT_ON' and state = 'REFUSED')""").param(order.compensationId()).query(Boolean.class).single();
    }

    /** Committed before the order is sent. */
    void asking(Order order) {
        db.sql("update balance_transaction set asked_at = coalesce(asked_at, ?) where id = ?")
                .params(Timestamp.from(clock.instant()), order.id())
                .update();
    }

    /** No more of it stands there; only an order that the processor cannot have yet may change. */
    @Transactional(propagation = Propagation.MANDATORY)
    void shorten(Order order, Money amount) {
        db.sql("update balance_transaction set amount = ? where id = ? and asked_at is null")
                .params(amount.getAmount(), order.id())
                .update();
    }

    void done(Order order, @Nullable String reference) {
        end(order, "DONE", reference);
    }

    void refused(Order order) {
        end(order, "REFUSED", null);
    }

    private void end(Order order, String state, @Nullable String reference) {
        db.sql("update balance_transaction set state = ?, reference = ?, next_try_at = null where id = ?")
                .params(state, reference, order.id())
                .update();
    }

    void later(Order order) {
        long wait = Math.min(1L << Math.min(order.tries(), 12), LONGEST_WAIT_SECONDS);
        db.sql("update balance_transaction set next_try_at = ? where id = ? and state = 'WANTED'")
                .params(Timestamp.from(clock.instant().plusSeconds(wait)), order.id())
                .update();
    }

    Optional<Order> byKey(UUID key) {
        return db.sql(ORDERS + "idempotency_key = ?")
                .param(key)
                .query(CustomerBalances::read)
                .optional();
    }

    /** Orders that have had no certain answer since then. */
    List<Order> wantedSince(Instant moment) {
        return db.sql(ORDERS + "processor = ? and state = 'WANTED' and recorded_at <= ? order by id")
                .params(processor, Timestamp.from(moment))
                .query(CustomerBalances::read)
                .list();
    }

    /** The orders of what is, or was lately, on a customer's balance at the processor. */
    List<Order> of(String processorCustomer) {
        return db.sql(ORDERS + "processor = ? and processor_customer = ? order by id")
                .params(processor, processorCustomer)
                .query(CustomerBalances::read)
                .list();
    }

    /** Those on whose balances credit of ours stands, as far as we know, or expired since that moment. */
    List<String> customersWithCredit(Instant since) {
        return db.sql("""
                        select distinct b.processor_customer
                          from balance_transaction b join compensation m on m.id = b.compensation_id
                         where b.processor = ? and b.kind = 'PUT_ON' and b.state <> 'REFUSED' and m.credit_expires_at > ?
                         order by 1""")
                .params(processor, Timestamp.from(since))
                .query(String.class)
                .list();
    }

    /** The names under which credit of a customer stands at the processor, or may stand. */
    List<String> namesOf(long customerId) {
        return db.sql("""
                        select distinct processor_customer from balance_transaction
                         where customer_id = ? and processor = ? and kind = 'PUT_ON' and state <> 'REFUSED'
                           and asked_at is not null
                         order by 1""").params(customerId, processor).query(String.class).list();
    }

    long ownerOf(String processorCustomer) {
        return db.sql("""
                        select customer_id from balance_transaction
                         where processor = ? and processor_customer = ? order by id limit 1""")
                .params(processor, processorCustomer)
                .query(Long.class)
                .single();
    }

    /** Keeps what the processor did with an invoice; false when it was kept before. */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean keep(String processorCustomer, BalanceEntry entry) {
        return db.sql("""
                        insert into balance_transaction (processor, processor_customer, customer_id, kind, amount, currency,
                                                         state, reference, document, recorded_at)
                        values (?, ?, ?, ?, ?, ?, 'DONE', ?, ?, ?) on conflict do nothing""")
                        .params(
                                processor,
                                processorCustomer,
                                ownerOf(processorCustomer),
                                entry.cause().name(),
                                entry.amount().abs().getAmount(),
                                entry.amount().getCurrencyUnit().getCode(),
                                entry.reference(),
                                entry.document(),
                                Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /** The key of the use of credit that an entry stands for. */
    String useKey(BalanceEntry entry) {
        return useKey(entry.reference());
    }

    /** The keys of what was used for an invoice. */
    List<String> useKeys(String processorCustomer, String document) {
        return db.sql("""
                        select reference from balance_transaction
                         where processor = ? and processor_customer = ? and kind = 'APPLIED' and document = ? order by id""").params(processor, processorCustomer, document).query(String.class).list().stream()
                .map(this::useKey)
                .toList();
    }

    private String useKey(String reference) {
        return processor + "/" + reference;
    }

    private static Order read(ResultSet row, int n) throws SQLException {
        return new Order(
                row.getLong("id"),
                row.getString("processor_customer"),
                row.getString("kind").equals("PUT_ON"),
                row.getLong("compensation_id"),
                row.getObject("idempotency_key", UUID.class),
                MoneyColumns.read(row),
                row.getString("state"),
                row.getTimestamp("recorded_at").toInstant(),
                InstantColumns.read(row, "asked_at"),
                row.getInt("tries"));
    }
}
