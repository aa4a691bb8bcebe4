package org.servicerecovery.survey;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The table of invitations. That a case was opened again is not written into it: an invitation is open only while its
 * epoch is the case's last one and closed, so that no way to open a case can leave one behind.
 */
@Component
class Invitations {

    private static final String SELECT = """
            select i.*, c.number,
                   case when i.answered_at is not null then 'ANSWERED'
                        when i.refused_at is null and i.expires_at > :now and c.state = 'CLOSED'
                             and i.epoch = (select max(epoch) from case_epoch where case_id = i.case_id) then 'OPEN'
                        else 'OVER' end as state
              from survey_invitation i join recovery_case c on c.id = i.case_id
            """;

    private final JdbcClient db;
    private final Clock clock;

    Invitations(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    Optional<Invitation> byId(long id) {
        return one("where i.id = :it", id);
    }

    Optional<Invitation> byPublicId(byte[] publicId) {
        return one("where i.public_id = :it", publicId);
    }

    Optional<Invitation> byInstance(String processInstanceId) {
        return one("where i.process_instance_id = :it", processInstanceId);
    }

    /** The question what to do about an answer that nobody has decided yet. */
    Optional<String> undecidedInstance(long caseId) {
        return db.sql("""
                        select process_instance_id from survey_invitation
                         where case_id = ? and process_instance_id is not null and decided_at is null""").param(caseId).query(String.class).optional();
    }

    private Optional<Invitation> one(String where, Object it) {
        Instant now = clock.instant();
        return db.sql(SELECT + where)
                .param("now", Timestamp.from(now))
                .param("it", it)
                .query((row, n) -> new Invitation(
                        row.getLong("id"),
                        row.getLong("case_id"),
                        row.getString("number"),
                        row.getLong("customer_id"),
                        row.getBytes("public_id"),
                        row.getTimestamp("expires_at").toInstant(),
                        Invitation.State.valueOf(row.getString("state")),
                        row.getObject("score", Integer.class)))
                .optional();
    }
}
