package org.servicerecovery.engine;

import jakarta.ws.rs.core.Response.Status;
import java.util.Optional;
import org.camunda.bpm.engine.rest.exception.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** Finds a refusal among the causes of what the engine threw. */
final class Refusals {

    private Refusals() {}

    static Optional<Refused> in(@Nullable Throwable thrown) {
        return Causes.first(thrown, Refused.class);
    }

    /** The engine's REST API keeps the status and the message of this exception, whichever call it was. */
    static RuntimeException forCaller(RuntimeException thrown) {
        return in(thrown)
                .map(refused ->
                        (RuntimeException) new InvalidRequestException(status(refused), refused, refused.getMessage()))
                .orElse(thrown);
    }

    private static Status status(Refused refused) {
        return switch (refused.reason()) {
            case INVALID -> Status.BAD_REQUEST;
            case FORBIDDEN -> Status.FORBIDDEN;
            case NOT_FOUND -> Status.NOT_FOUND;
            case CONFLICT -> Status.CONFLICT;
        };
    }
}
