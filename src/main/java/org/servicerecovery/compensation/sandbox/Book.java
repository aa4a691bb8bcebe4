package org.servicerecovery.compensation.sandbox;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The processor's book: charges and what was paid back on them. All amounts are minor units of the currency. */
final class Book implements AutoCloseable {

    static final int CONNECTIONS = 8;
    /** Short: a processor without its database should say so while its client still listens. */
    private static final long CONNECTION_WAIT_MILLIS = 3_000;
    /** A schema of its own keeps the book apart even where it shares a database. */
    private static final String SCHEMA = "sandbox";

    private static final String REFUND_COLUMNS =
            "id, idempotency_key, charge_id, amount, currency, status, code, reason, booked_at";
    private static final RowMapper<Refund> REFUND = (row, n) -> new Refund(
            row.getLong("id"),
            row.getString("idempotency_key"),
            row.getString("charge_id"),
            row.getLong("amount"),
            row.getString("currency"),
            row.getString("status"),
            row.getString("code"),
            row.getString("reason"),
            row.getTimestamp("booked_at").toInstant());

    /** A charge and, as {@code refunded}, what was settled on it so far. */
    record Charge(String id, long amount, String currency, long refunded) {}

    record Refund(
            long id,
            String key,
            String chargeId,
            long amount,
            String currency,
            String status,
            @Nullable String code,
            @Nullable String reason,
            Instant bookedAt) {

        boolean settled() {
            return status.equals("settled");
        }
    }

    record Request(String key, String chargeId, long amount, String currency) {}

    sealed interface Entry {

        /** The refund under that key; {@code first} when this request made it, false when it was in the book before. */
        record Booked(Refund refund, boolean first) implements Entry {}

        record KeyTaken() implements Entry {}

        record NoSuchCharge() implements Entry {}

        record OtherCurrency() implements Entry {}
    }

    private record Decline(String code, String reason) {}

    private final HikariDataSource connections;
    private final JdbcClient db;
    private final TransactionTemplate transaction;
    private final Clock clock;

    private Book(HikariDataSource connections, Clock clock) {
        this.connections = connections;
        this.db = JdbcClient.create(connections);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(connections));
        // The sum of refunds is read after the row lock was waited for and must see what was committed meanwhile.
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.clock = clock;
    }

    static Book open(String jdbcUrl, Clock clock) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("sandbox-book");
        config.setJdbcUrl(jdbcUrl);
        config.setSchema(SCHEMA);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_WAIT_MILLIS);
        // An answer means that the entry is on disk, whatever the server's default is.
        config.setConnectionInitSql("set synchronous_commit = on");
        HikariDataSource connections = new HikariDataSource(config);
        try {
            Flyway.configure()
                    .dataSource(connections)
                    .locations("classpath:db/sandbox")
                    .defaultSchema(SCHEMA)
                    .createSchemas(true)
                    .load()
                    .migrate();
            return new Book(connections, clock);
        } catch (RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    /** True when the charge is new. */
    boolean register(String chargeId, long amount, String currency) {
        return db.sql("""
                        insert into charge (id, amount, currency, registered_at) values (?, ?, ?, ?)
                        on conflict (id) do nothing""")
                        .params(chargeId, amount, currency, Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    Optional<Charge> charge(String chargeId) {
        return db.sql("""
                        select c.id, c.amount, c.currency,
                               coalesce((select sum(r.amount) from refund r
                                         where r.charge_id = c.id and r.status = 'settled'), 0) as refunded
                          from charge c where c.id = ?""").param(chargeId).query(Charge.class).optional();
    }

    Optional<Refund> refund(String key) {
        return db.sql("select " + REFUND_COLUMNS + " from refund where idempotency_key = ?")
                .param(key)
                .query(REFUND)
                .optional();
    }

    /** The entries after that id, oldest first. */
    List<Refund> refunds(long after, int limit) {
        return db.sql("select " + REFUND_COLUMNS + " from refund where id > ? order by id limit ?")
                .params(after, limit)
                .query(REFUND)
                .list();
    }

    /** Books a refund, or finds the entry its key already has. Committed when this returns. */
    Entry enter(Request request) {
        return transaction.execute(status -> {
            Optional<Refund> known = refund(request.key());
            if (known.isPresent()) {
                return repeated(request, known.get());
            }
            // The lock makes refunds of one charge queue up, so that together they never exceed it.
            Optional<String> currency = db.sql("select currency from charge where id = ? for update")
                    .param(request.chargeId())
                    .query(String.class)
                    .optional();
            if (currency.isEmpty()) {
                return new Entry.NoSuchCharge();
            }
            if (!currency.get().equals(request.currency())) {
                return new Entry.OtherCurrency();
            }
            Decline decline = declineOf(request);
            // A racing request with this key makes the insert wait for its commit, and then do nothing.
            Optional<Refund> booked = db.sql("""
                            insert into refund (idempotency_key, charge_id, amount, currency, status, code, reason,
                                                booked_at)
                            values (:key, :charge, :amount, :currency, :status, :code, :reason, :at)
                            on conflict (idempotency_key) do nothing
                            returning\s""" + REFUND_COLUMNS)
                    .param("key", request.key())
                    .param("charge", request.chargeId())
                    .param("amount", request.amount())
                    .param("currency", request.currency())
                    .param("status", decline == null ? "settled" : "declined")
                    .param("code", decline == null ? null : decline.code())
                    .param("reason", decline == null ? null : decline.reason())
                    .param("at", Timestamp.from(clock.instant()))
                    .query(REFUND)
                    .optional();
            if (booked.isPresent()) {
                return new Entry.Booked(booked.get(), true);
            }
            return repeated(request, refund(request.key()).orElseThrow());
        });
    }

    private @Nullable Decline declineOf(Request request) {
        if (request.chargeId().contains(TestCharge.DECLINED)) {
            return new Decline("declined", "The customer's bank declined the refund.");
        }
        Charge charge = charge(request.chargeId()).orElseThrow();
        long left = charge.amount() - charge.refunded();
        if (left == 0) {
            return new Decline("charge_already_refunded", "The charge is already refunded in full.");
        }
        if (request.amount() > left) {
            return new Decline("amount_too_large", "The refund is larger than what is left of the charge.");
        }
        return null;
    }

    private static Entry repeated(Request request, Refund known) {
        boolean same = known.chargeId().equals(request.chargeId())
                && known.amount() == request.amount()
                && known.currency().equals(request.currency());
        return same ? new Entry.Booked(known, false) : new Entry.KeyTaken();
    }

    @Override
    public void close() {
        connections.close();
    }
}
