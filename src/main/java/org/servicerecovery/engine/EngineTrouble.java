package org.servicerecovery.engine;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.SuspendedEntityInteractionException;
import org.servicerecovery.Refused;

/** Tells what kind of trouble is behind an exception that came out of a call into engine and database. */
public final class EngineTrouble {

    /** PostgreSQL: serialisation failure, deadlock, lock not available. */
    private static final Set<String> LOCK_STATES = Set.of("40001", "40P01", "55P03");
    /** PostgreSQL: a character that no text column can hold, which is NUL. */
    private static final String NOT_STORABLE = "22021";

    private EngineTrouble() {}

    /** What a listener or a domain call refused, however deep the engine wrapped it. */
    public static Optional<Refused> refusal(Throwable thrown) {
        return Refusals.in(thrown);
    }

    /** Whether somebody else changed the same thing at the same moment: worth a second try. */
    public static boolean isConflict(Throwable thrown) {
        return Causes.of(thrown)
                .anyMatch(cause -> cause instanceof OptimisticLockingException
                        || (cause instanceof SQLException sql
                                && LOCK_STATES.contains(String.valueOf(sql.getSQLState()))));
    }

    /** Whether an administrator has suspended the process. */
    public static boolean isSuspended(Throwable thrown) {
        return Causes.of(thrown).anyMatch(cause -> cause instanceof SuspendedEntityInteractionException);
    }

    /** Whether a text held a character that the database cannot store. */
    public static boolean isNotStorable(Throwable thrown) {
        return Causes.of(thrown)
                .anyMatch(cause -> cause instanceof SQLException sql && NOT_STORABLE.equals(sql.getSQLState()));
    }

    /** Whether the engine's authorizations turned the caller away. */
    public static boolean isForbidden(Throwable thrown) {
        return Causes.of(thrown).anyMatch(cause -> cause instanceof AuthorizationException);
    }
}
