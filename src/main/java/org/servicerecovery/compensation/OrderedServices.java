package org.servicerecovery.compensation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The list of comped services that were ordered. Whoever changes one holds the lock of its case. */
@Component
class OrderedServices {

    private static final String SELECT = """
            select s.*, m.comped_service, m.description, m.amount, m.currency, c.number as case_number,
                   u.number as customer_number
              from comped_service s
              join compensation m on m.id = s.compensation_id
              join recovery_case c on c.id = m.case_id
              join customer u on u.id = c.customer_id\s""";

    private final JdbcClient db;
    private final Clock clock;

    OrderedServices(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /** Those of all cases that the current user may see, in this state or any, newest first. */
    List<OrderedService> list(@Nullable ServiceState state, int limit) {
        Actor actor = Actor.current();
        return db.sql(SELECT + """
                        where (cast(:state as text) is null or s.state = :state)
                          and (:all or c.owner is null or c.owner = :me)
                        order by s.ordered_at desc, s.compensation_id desc limit :limit""")
                .params(Map.of("all", CaseRoles.seesEveryCase(actor), "me", actor.id(), "limit", limit))
                .param("state", state == null ? null : state.name())
                .query(OrderedServices::read)
                .list();
    }

    Optional<OrderedService> byNumber(String number) {
        return db.sql(SELECT + "where s.number = ?")
                .param(number)
                .query(OrderedServices::read)
                .optional();
    }

    /** What was ordered in this try of a compensation. */
    OrderedService byKey(UUID key) {
        return db.sql(SELECT + "where s.key = ?")
                .param(key)
                .query(OrderedServices::read)
                .single();
    }

    /** Records that a service is about to be ordered, under the present key of its compensation. */
    @Transactional(propagation = Propagation.MANDATORY)
    void order(Compensation intent) {
        db.sql("""
                        insert into comped_service (number, compensation_id, key, state, ordered_at)
                        values ('CS-' || nextval('comped_service_number_seq'), ?, ?, ?, ?)""")
                .params(
                        intent.id(),
                        intent.idempotencyKey(),
                        ServiceState.ORDERED.name(),
                        Timestamp.from(clock.instant()))
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void scheduled(UUID key, ServiceOutcome.Scheduled scheduled) {
        db.sql("update comped_service set state = ?, reference = ?, appointed_for = ? where key = ?")
                .params(
                        ServiceState.SCHEDULED.name(),
                        scheduled.reference(),
                        scheduled.at() == null ? null : Timestamp.from(scheduled.at()),
                        key)
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void ended(UUID key, ServiceState state, @Nullable String reason) {
        db.sql("update comped_service set state = ?, ended_by = ?, ended_at = ?, reason = ? where key = ?")
                .params(state.name(), Actor.current().id(), Timestamp.from(clock.instant()), reason, key)
                .update();
    }

    /**
     * Records that a service is to be cancelled, under a key of its own: now, or once it is known to be scheduled.
     *
     * @param state {@link ServiceState#CANCELLING}, or {@link ServiceState#ORDERED}
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void cancellationRequested(UUID key, ServiceState state, String reason) {
        db.sql("update comped_service set state = ?, cancel_key = ?, ended_by = ?, reason = ? where key = ?")
                .params(state.name(), UUID.randomUUID(), Actor.current().id(), reason, key)
                .update();
    }

    /** What was to be cancelled as soon as it is scheduled is. */
    @Transactional(propagation = Propagation.MANDATORY)
    void cancelling(UUID key) {
        db.sql("update comped_service set state = ? where key = ?")
                .params(ServiceState.CANCELLING.name(), key)
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void cancellationRefused(UUID key, String refusal) {
        db.sql("update comped_service set cancel_refusal = ? where key = ?")
                .params(refusal, key)
                .update();
    }

    /** The system may remember its refusal under the key, so it is asked with another one. */
    @Transactional(propagation = Propagation.MANDATORY)
    void cancellationTriedAgain(UUID key) {
        db.sql("update comped_service set cancel_key = ?, cancel_refusal = null where key = ?")
                .params(UUID.randomUUID(), key)
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void cancelled(UUID key) {
        db.sql("update comped_service set state = ?, ended_at = ?, cancel_refusal = null where key = ?")
                .params(ServiceState.CANCELLED.name(), Timestamp.from(clock.instant()), key)
                .update();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void kept(UUID key) {
        db.sql("""
                        update comped_service set state = ?, cancel_key = null, cancel_refusal = null, ended_by = null,
                               reason = null
                         where key = ?""").params(ServiceState.SCHEDULED.name(), key).update();
    }

    /** The numbers of those of a case that are being cancelled, by the compensation that they are. */
    Map<Long, String> beingCancelled(long caseId) {
        Map<Long, String> numbers = new HashMap<>();
        db.sql(SELECT + "where m.case_id = ? and s.state = 'CANCELLING'")
                .param(caseId)
                .query(OrderedServices::read)
                .list()
                .forEach(service -> numbers.put(service.compensationId(), service.number()));
        return numbers;
    }

    private static OrderedService read(ResultSet row, int n) throws SQLException {
        return new OrderedService(
                row.getString("number"),
                row.getLong("compensation_id"),
                row.getString("case_number"),
                row.getString("customer_number"),
                CompedService.valueOf(row.getString("comped_service")),
                row.getString("description"),
                MoneyColumns.read(row),
                row.getObject("key", UUID.class),
                ServiceState.valueOf(row.getString("state")),
                row.getTimestamp("ordered_at").toInstant(),
                row.getString("reference"),
                InstantColumns.read(row, "appointed_for"),
                row.getString("ended_by"),
                InstantColumns.read(row, "ended_at"),
                row.getString("reason"),
                row.getObject("cancel_key", UUID.class),
                row.getString("cancel_refusal"));
    }
}
