package org.servicerecovery.compensation.sandbox;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
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

    /** A charge and, as {@code refunded}, what was settled on it so far; {@code pending} may be settled yet. */
    record Charge(String id, long amount, String currency, long refunded, long pending) {

        long left() {
            return amount - refunded - pending;
        }
    }

    /** What the client is told by itself: that there is news of a refund. */
    record Notice(long id, String type, Instant createdAt, Refund refund) {}

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

        boolean isPending() {
            return status.equals("pending");
        }

        boolean isDeclined() {
            return status.equals("declined");
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

    private static final Decline CAME_BACK = new Decline("failed", "The customer's bank sent the money back.");

    private final HikariDataSource connections;
    private final JdbcClient db;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Duration newsAfter;

    private Book(HikariDataSource connections, Clock clock, Duration newsAfter) {
        this.connections = connections;
        this.db = JdbcClient.create(connections);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(connections));
        // The sum of refunds is read after the row lock was waited for and must see what was committed meanwhile.
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.clock = clock;
        this.newsAfter = newsAfter;
    }

    Balances balances() {
        return new Balances(db, transaction, clock);
    }

    static Book open(String jdbcUrl, Clock clock, Duration newsAfter) {
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
            return new Book(connections, clock, newsAfter);
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
                                         where r.charge_id = c.id and r.status = 'settled'), 0) as refunded,
                               coalesce((select sum(r.amount) from refund r
                                         where r.charge_id = c.id and r.status = 'pending'), 0) as pending
                          from charge c where c.id = ?""").param(chargeId).query(Charge.class).optional();
    }

    Optional<Refund> refund(String key) {
        return db.sql("select " + REFUND_COLUMNS + " from refund where idempotency_key = ?")
                .param(key)
                .query(REFUND)
                .optional();
    }

    /** The entries after that id and not before that instant, of one charge or of all, oldest first. */
    List<Refund> refunds(long after, Instant since, @Nullable String chargeId, int limit) {
        return db.sql("select " + REFUND_COLUMNS + "\n" + """
                         from refund
                         where id > :after and booked_at >= :since
                           and (cast(:charge as text) is null or charge_id = :charge) order by id limit :limit""")
                .param("after", after)
                .param("since", Timestamp.from(since))
                .param("charge", chargeId)
                .param("limit", limit)
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
            boolean pending = request.chargeId().contains(TestCharge.PENDING);
            String next = decline != null ? null : nextOf(request.chargeId());
            Instant now = clock.instant();
            // A racing request with this key makes the insert wait for its commit, and then do nothing.
            Optional<Refund> booked = db.sql("""
                            insert into refund (idempotency_key, charge_id, amount, currency, status, code, reason,
                                                booked_at, next_status, next_at)
                            values (:key, :charge, :amount, :currency, :status, :code, :reason, :at, :next, :nextAt)
                            on conflict (idempotency_key) do nothing
                            returning\s""" + REFUND_COLUMNS)
                    .param("key", request.key())
                    .param("charge", request.chargeId())
                    .param("amount", request.amount())
                    .param("currency", request.currency())
                    .param("status", decline != null ? "declined" : pending ? "pending" : "settled")
                    .param("code", decline == null ? null : decline.code())
                    .param("reason", decline == null ? null : decline.reason())
                    .param("at", Timestamp.from(now))
                    .param("next", next)
                    .param("nextAt", next == null ? null : Timestamp.from(now.plus(newsAfter)))
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
        if (charge.left() == 0) {
            return new Decline("charge_already_refunded", "The charge is already refunded in full.");
        }
        if (request.amount() > charge.left()) {
            return new Decline("amount_too_large", "The refund is larger than what is left of the charge.");
        }
        return null;
    }

    /** What will become of a new refund by itself; null for nothing. */
    private static @Nullable String nextOf(String chargeId) {
        if (chargeId.contains(TestCharge.FAILS_LATER)) {
            return "failed";
        }
        return chargeId.contains(TestCharge.PENDING) ? "settled" : null;
    }

    /** A pending refund arrives. Empty when it is not pending. */
    Optional<Refund> settle(long id) {
        return transaction.execute(status -> become(id, "settled", List.of("pending")));
    }

    /** The money of a pending or settled refund comes back. Empty when it is neither. */
    Optional<Refund> fail(long id) {
        return transaction.execute(status -> become(id, "failed", List.of("pending", "settled")));
    }

    /** Does what is due by itself. */
    void goOn() {
        transaction.executeWithoutResult(status -> {
            record Due(long id, String next) {}
            db.sql("""
                            select id, next_status as next from refund where next_at <= ? order by next_at
                             limit 100 for update skip locked""")
                    .param(Timestamp.from(clock.instant()))
                    .query(Due.class)
                    .list()
                    .forEach(due -> become(due.id(), due.next(), List.of("pending", "settled")));
        });
    }

    private Optional<Refund> become(long id, String status, List<String> from) {
        boolean failed = status.equals("failed");
        Optional<Refund> refund = db.sql("""
                        update refund set status = :status, code = :code, reason = :reason, next_status = null,
                               next_at = null
                         where id = :id and status in (:from) returning\s""" + REFUND_COLUMNS)
                .param("status", status)
                .param("code", failed ? CAME_BACK.code() : null)
                .param("reason", failed ? CAME_BACK.reason() : null)
                .param("id", id)
                .param("from", from)
                .query(REFUND)
                .optional();
        refund.ifPresent(changed -> {
            Timestamp now = Timestamp.from(clock.instant());
            db.sql("insert into notice (refund_id, type, created_at, next_try_at) values (?, ?, ?, ?)")
                    .params(id, "refund." + status, now, now)
                    .update();
        });
        return refund;
    }

    /** Takes the next notice to be sent; it comes again after a while unless {@link #delivered} is said of it. */
    Optional<Notice> nextNotice() {
        Instant now = clock.instant();
        return db.sql("""
                        update notice n set tries = tries + 1,
                               next_try_at = cast(:now as timestamptz) + least(power(2, tries), 300) * interval '1 second'
                          from refund r
                         where r.id = n.refund_id
                           and n.id = (select id from notice where delivered_at is null and next_try_at <= :now
                                        order by next_try_at limit 1 for update skip locked)
                        returning n.id as notice, n.type, n.created_at, r.*""")
                .param("now", Timestamp.from(now))
                .query((row, n) -> new Notice(
                        row.getLong("notice"),
                        row.getString("type"),
                        row.getTimestamp("created_at").toInstant(),
                        REFUND.mapRow(row, n)))
                .optional();
    }

    void delivered(Notice notice) {
        db.sql("update notice set delivered_at = ? where id = ?")
                .params(Timestamp.from(clock.instant()), notice.id())
                .update();
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
