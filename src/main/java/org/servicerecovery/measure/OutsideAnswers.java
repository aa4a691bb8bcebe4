package org.servicerecovery.measure;

import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.customer.Customers;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How satisfied customers said they were when they were asked by another system, after an ordinary job. Our own survey
 * asks only those who were let down, so without these nobody knows whether they end above the others.
 */
@Component
class OutsideAnswers {

    /** @param score 1 to 5, as our own survey asks it */
    record Draft(
            @Nullable String sourceSystem,
            @Nullable String externalId,
            @Schema(type = "integer") @Nullable BigDecimal score,
            @Nullable Instant answeredAt) {}

    private static final int BEST = 5;
    private static final int LONGEST = 100;

    private final JdbcClient db;
    private final Clock clock;
    private final Customers customers;

    OutsideAnswers(JdbcClient db, Clock clock, Customers customers) {
        this.db = db;
        this.clock = clock;
        this.customers = customers;
    }

    /**
     * The same answer told twice is kept once.
     *
     * @return whether it was not known yet
     * @throws Refused naming each wrong field, or when the same id was told with other content
     */
    @Transactional
    boolean told(String customerNumber, Draft draft) {
        Refused.Gathered wrong = new Refused.Gathered();
        String system = wrong.take(() -> id("sourceSystem", draft.sourceSystem()));
        String id = wrong.take(() -> id("externalId", draft.externalId()));
        Integer score = wrong.take(() -> score(draft.score()));
        if (draft.answeredAt() == null) {
            wrong.add("answeredAt", "refused.missing");
        } else if (draft.answeredAt().isAfter(clock.instant())) {
            wrong.add("answeredAt", "refused.signal.future");
        } else if (draft.answeredAt().isBefore(AskedDay.EARLIEST_MOMENT)) {
            wrong.add("answeredAt", "refused.measure.answeredAt");
        }
        wrong.refuseIfAny();
        long customer = customers.get(customerNumber).id();
        Timestamp at = Timestamp.from(Objects.requireNonNull(draft.answeredAt()));
        int added = db.sql("""
                        insert into outside_answer (source_system, external_id, customer_id, score, answered_at, told_by)
                        values (?, ?, ?, ?, ?, ?) on conflict (source_system, external_id) do nothing""")
                .params(system, id, customer, score, at, Actor.current().id())
                .update();
        if (added == 0 && !isKnown(system, id, customer, score, at)) {
            throw Refused.conflictOver("externalId", "refused.measure.otherAnswer");
        }
        return added == 1;
    }

    private boolean isKnown(
            @Nullable String system, @Nullable String id, long customer, @Nullable Integer score, Timestamp at) {
        return db.sql("""
                        select exists (select 1 from outside_answer
                                        where source_system = ? and external_id = ? and customer_id = ? and score = ?
                                          and answered_at = ?)""")
                .params(system, id, customer, score, at)
                .query(Boolean.class)
                .single();
    }

    /** Read as any number: half a point would be cut off without a word. */
    private static int score(@Nullable BigDecimal score) {
        if (score == null) {
            throw Refused.field("score", "refused.missing");
        }
        if (score.stripTrailingZeros().scale() > 0
                || score.compareTo(BigDecimal.ONE) < 0
                || score.compareTo(BigDecimal.valueOf(BEST)) > 0) {
            throw Refused.field("score", "refused.measure.score");
        }
        return score.intValueExact();
    }

    private static String id(String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            throw Refused.field(field, "refused.missing");
        }
        if (text.length() > LONGEST) {
            throw Refused.field(
                    field, "refused.manyCharacters", String.valueOf(text.length()), String.valueOf(LONGEST));
        }
        return text.strip();
    }
}
