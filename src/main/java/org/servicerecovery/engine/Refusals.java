package org.servicerecovery.engine;

import jakarta.ws.rs.core.Response.Status;
import java.util.Optional;
import org.camunda.bpm.engine.impl.form.validator.FormFieldValidationException;
import org.camunda.bpm.engine.rest.exception.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** Finds a refusal among the causes of what the engine threw. */
final class Refusals {

    /** What the engine's REST API answers with 400 and the message as it is. */
    static final class RefusedSubmission extends FormFieldValidationException {

        private static final long serialVersionUID = 1L;

        RefusedSubmission(Refused refused) {
            super(null, refused.getMessage(), refused);
        }
    }

    private Refusals() {}

    static Optional<Refused> in(@Nullable Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refused refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    static RuntimeException forCaller(RuntimeException thrown) {
        return in(thrown)
                .map(refused -> switch (refused.reason()) {
                    case INVALID -> new RefusedSubmission(refused);
                    case FORBIDDEN -> new InvalidRequestException(Status.FORBIDDEN, refused, refused.getMessage());
                    case NOT_FOUND -> new InvalidRequestException(Status.NOT_FOUND, refused, refused.getMessage());
                    case CONFLICT -> new InvalidRequestException(Status.CONFLICT, refused, refused.getMessage());
                })
                .orElse(thrown);
    }
}
