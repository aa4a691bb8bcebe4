package org.servicerecovery.plan;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.Journal;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The tries to reach customers by phone. */
@Component
public class Calls {

    private static final Duration LONGEST_WAIT = Duration.ofDays(90);

    private final JdbcClient db;
    private final Clock clock;
    private final Journal journal;

    Calls(JdbcClient db, Clock clock, Journal journal) {
        this.db = db;
        this.clock = clock;
        this.journal = journal;
    }

    /**
     * Records a try; the caller holds the case's lock.
     *
     * @param tryAgainAt when the customer is called again; null when this call settles the step
     * @throws Refused when the customer was reached and is to be called again, or nobody answered and is not
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void record(Step step, CallResult result, List<Wish> wants, String notes, @Nullable Instant tryAgainAt) {
        if (result == CallResult.NO_ANSWER && tryAgainAt == null) {
            throw Refused.field("tryAgainAt", "refused.call.whenAgain");
        }
        int number = keep(step, result, wants, notes, tryAgainAt);
        Map<String, Object> content = new HashMap<>(Map.of(
                "step", step.seq(), "try", number, "reached", result.code(), "notes", tryAgainAt == null ? "" : notes));
        if (!wants.isEmpty()) {
            content.put("wants", wants.stream().map(Wish::inText).collect(Collectors.joining(", ")));
        }
        if (tryAgainAt != null) {
            content.put("tryAgainAt", tryAgainAt.toString());
        }
        journal.append(step.caseId(), "customer called", content);
    }

    /**
     * Keeps a try, which the caller journals; the caller holds the case's lock.
     *
     * @param tryAgainAt when the customer is tried again; null when they are not
     * @return the number of the try
     * @throws Refused when the customer was reached and is to be tried again, or that is not a time to come
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public int keep(Step step, CallResult result, List<Wish> wants, String notes, @Nullable Instant tryAgainAt) {
        Instant now = clock.instant();
        if (result == CallResult.REACHED && tryAgainAt != null) {
            throw Refused.field("tryAgainAt", "refused.call.reached");
        }
        if (tryAgainAt != null && !tryAgainAt.isAfter(now)) {
            throw Refused.field("tryAgainAt", "refused.call.past");
        }
        if (tryAgainAt != null && tryAgainAt.isAfter(now.plus(LONGEST_WAIT))) {
            throw Refused.field("tryAgainAt", "refused.call.farAway");
        }
        int number = 1
                + db.sql("select count(*) from customer_call where step_id = ?")
                        .param(step.id())
                        .query(Integer.class)
                        .single();
        db.sql("""
                        insert into customer_call (step_id, try, called_at, called_by, result, wants, notes, try_again_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        step.id(),
                        number,
                        Timestamp.from(now),
                        Actor.current().id(),
                        result.name(),
                        wants.stream().map(Enum::name).toArray(String[]::new),
                        notes,
                        tryAgainAt == null ? null : Timestamp.from(tryAgainAt))
                .update();
        return number;
    }
}
