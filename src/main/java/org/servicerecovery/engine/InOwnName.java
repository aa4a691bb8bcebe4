package org.servicerecovery.engine;

import java.util.function.Supplier;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Asks the engine in the application's own name. Under {@code /api} the engine knows the person who is asking and would
 * judge by that person's grants, although what the person may do has been decided by our own rules.
 */
@Component
public class InOwnName {

    private final IdentityService identity;

    InOwnName(IdentityService identity) {
        this.identity = identity;
    }

    public <T extends @Nullable Object> T ask(Supplier<T> question) {
        Authentication person = identity.getCurrentAuthentication();
        identity.clearAuthentication();
        try {
            return question.get();
        } finally {
            if (person != null) {
                identity.setAuthentication(person);
            }
        }
    }
}
