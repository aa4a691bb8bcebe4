package org.servicerecovery.installation;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.customer.Customers;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Whether this installation opens cases. Only {@link State#ON} does; running cases are finished in any state. */
@Component
public class RecoverySwitch {

    /** In the order in which they are judged: the first that applies is what the asker can do something about. */
    public enum State {
        /** Not part of what this installation offers ({@code service-recovery.included=false}). */
        NOT_INCLUDED,
        /** No customer is known. */
        NOT_READY,
        ON,
        /** The business turned it off. */
        OFF;

        /** For the API, such as {@code not-ready}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The state with its sentence of why and what to do, and who last turned the switch, when. */
    public record Status(State state, String sentence, String changedBy, Instant changedAt) {}

    private record Turned(boolean on, String by, Instant at) {}

    private final JdbcClient db;
    private final Customers customers;
    private final Clock clock;
    private final boolean included;

    RecoverySwitch(
            JdbcClient db,
            Customers customers,
            Clock clock,
            @Value("${service-recovery.included:true}") boolean included) {
        this.db = db;
        this.customers = customers;
        this.clock = clock;
        this.included = included;
    }

    public State state() {
        return status().state();
    }

    public Status status() {
        Turned turned = db.sql("select turned_on, changed_by, changed_at from installation_switch")
                .query((row, n) -> new Turned(
                        row.getBoolean("turned_on"),
                        row.getString("changed_by"),
                        row.getTimestamp("changed_at").toInstant()))
                .single();
        State state = judge(turned.on());
        return new Status(state, sentence(state, turned.by()), turned.by(), turned.at());
    }

    private State judge(boolean on) {
        if (!included) {
            return State.NOT_INCLUDED;
        }
        if (customers.isEmpty()) {
            return State.NOT_READY;
        }
        return on ? State.ON : State.OFF;
    }

    private static String sentence(State state, String turnedBy) {
        return Messages.text("switch." + state.code(), turnedBy);
    }

    /**
     * Turns opening on or off; running cases do not notice. On is remembered while there are no customers, and takes
     * effect with the first one.
     *
     * @param by the user's id
     * @throws Refused as a conflict when service recovery is not included here
     */
    @Transactional
    public Status turn(boolean on, String by) {
        if (!included) {
            throw Refused.conflict("switch.not-included");
        }
        db.sql("update installation_switch set turned_on = ?, changed_by = ?, changed_at = ? where turned_on <> ?")
                .params(on, by, Timestamp.from(clock.instant()), on)
                .update();
        return status();
    }

    /** @throws Refused as a conflict, with the state's own sentence, when no case can be opened now */
    public void requireOn() {
        Status status = status();
        if (status.state() != State.ON) {
            throw Refused.conflict("switch." + status.state().code(), status.changedBy());
        }
    }
}
