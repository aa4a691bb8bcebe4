package org.servicerecovery.compensation.sandbox;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The part of the book that has customers' balances, in minor units of the currency, above zero in the customer's favour. */
final class Balances {

    private static final String COLUMNS =
            "id, idempotency_key, customer_id, type, credit, invoice, amount, currency, balance_after, booked_at";
    private static final RowMapper<Entry> ENTRY = (row, n) -> new Entry(
            row.getLong("id"),
            row.getString("idempotency_key"),
            row.getString("customer_id"),
            row.getString("type"),
            row.getString("credit"),
            row.getString("invoice"),
            row.getLong("amount"),
            row.getString("currency"),
            row.getLong("balance_after"),
            row.getTimestamp("booked_at").toInstant());

    record Entry(
            long id,
            @Nullable String key,
            String customerId,
            String type,
            @Nullable String credit,
            @Nullable String invoice,
            long amount,
            String currency,
            long after,
            Instant bookedAt) {}

    /** @param key of the client's adjustments, with the number of their credit; null for what the processor does itself */
    record Wanted(
            @Nullable String key,
            String customerId,
            String type,
            @Nullable String credit,
            @Nullable String invoice,
            long amount,
            String currency) {}

    sealed interface Outcome {

        /** {@code first} when this request made the entry, false when it was in the book before. */
        record Booked(Entry entry, boolean first) implements Outcome {}

        record KeyTaken() implements Outcome {}

        record NoSuchCustomer() implements Outcome {}
    }

    private final JdbcClient db;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Balances(JdbcClient db, TransactionTemplate transaction, Clock clock) {
        this.db = db;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** True when the customer is new. */
    boolean register(String customerId) {
        return db.sql("insert into customer (id, registered_at) values (?, ?) on conflict do nothing")
                        .params(customerId, Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    boolean knows(String customerId) {
        return db.sql("select exists (select 1 from customer where id = ?)")
                .param(customerId)
                .query(Boolean.class)
                .single();
    }

    /** Books an adjustment, or finds the entry its key already has. Committed when this returns. */
    Outcome adjust(String key, String customerId, String credit, long amount, String currency) {
        return transaction.execute(status -> {
            if (!lock(customerId)) {
                return new Outcome.NoSuchCustomer();
            }
            Optional<Entry> known = db.sql("select " + COLUMNS + " from balance_entry where idempotency_key = ?")
                    .param(key)
                    .query(ENTRY)
                    .optional();
            if (known.isPresent()) {
                Entry entry = known.get();
                boolean same = entry.customerId().equals(customerId)
                        && credit.equals(entry.credit())
                        && entry.amount() == amount
                        && entry.currency().equals(currency);
                return same ? new Outcome.Booked(entry, false) : new Outcome.KeyTaken();
            }
            return new Outcome.Booked(
                    book(new Wanted(key, customerId, "adjustment", credit, null, amount, currency)), true);
        });
    }

    /** Sets what stands on the balance against an invoice, up to its amount; empty when nothing does. */
    Optional<Entry> apply(String customerId, String invoice, long amount, String currency) {
        return transaction.execute(status -> {
            long stands = lock(customerId) ? stands(customerId, currency) : 0;
            long applied = Math.min(stands, amount);
            return applied <= 0
                    ? Optional.empty()
                    : Optional.of(book(
                            new Wanted(null, customerId, "applied_to_invoice", null, invoice, -applied, currency)));
        });
    }

    /** Gives back what an invoice took; empty when it took nothing, or gave it back before. */
    Optional<Entry> unapply(String customerId, String invoice) {
        return transaction.execute(status -> {
            lock(customerId);
            boolean before =
                    ofInvoice(customerId, "unapplied_from_invoice", invoice).isPresent();
            return ofInvoice(customerId, "applied_to_invoice", invoice)
                    .filter(applied -> !before)
                    .map(applied -> book(new Wanted(
                            null,
                            customerId,
                            "unapplied_from_invoice",
                            null,
                            invoice,
                            -applied.amount(),
                            applied.currency())));
        });
    }

    /** A customer's entries after that id, oldest first. */
    List<Entry> entries(String customerId, long after, int limit) {
        return db.sql("select " + COLUMNS + " from balance_entry where customer_id = ? and id > ? order by id limit ?")
                .params(customerId, after, limit)
                .query(ENTRY)
                .list();
    }

    private Optional<Entry> ofInvoice(String customerId, String type, String invoice) {
        return db.sql("select " + COLUMNS + " from balance_entry where customer_id = ? and type = ? and invoice = ?")
                .params(customerId, type, invoice)
                .query(ENTRY)
                .optional();
    }

    /** Entries of one customer queue up, so that each knows what stands before it. */
    private boolean lock(String customerId) {
        return db.sql("select id from customer where id = ? for update")
                .param(customerId)
                .query(String.class)
                .optional()
                .isPresent();
    }

    private long stands(String customerId, String currency) {
        return db.sql("select coalesce(sum(amount), 0) from balance_entry where customer_id = ? and currency = ?")
                .params(customerId, currency)
                .query(Long.class)
                .single();
    }

    private Entry book(Wanted wanted) {
        return db.sql(
                        "insert into balance_entry (idempotency_key, customer_id, type, credit, invoice, amount, currency,"
                                + " balance_after, booked_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning " + COLUMNS)
                .params(
                        wanted.key(),
                        wanted.customerId(),
                        wanted.type(),
                        wanted.credit(),
                        wanted.invoice(),
                        wanted.amount(),
                        wanted.currency(),
                        stands(wanted.customerId(), wanted.currency()) + wanted.amount(),
                        Timestamp.from(clock.instant()))
                .query(ENTRY)
                .single();
    }
}
