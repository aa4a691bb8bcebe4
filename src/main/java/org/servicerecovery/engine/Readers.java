package org.servicerecovery.engine;

import java.util.List;
import org.camunda.bpm.engine.impl.interceptor.Session;
import org.camunda.bpm.engine.impl.interceptor.SessionFactory;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationManager;
import org.jspecify.annotations.Nullable;

/** Who reads, as the engine's questions see them. */
final class Readers extends AuthorizationManager {

    static SessionFactory factory() {
        return new SessionFactory() {
            @Override
            public Class<?> getSessionType() {
                return AuthorizationManager.class;
            }

            @Override
            public Session openSession() {
                return new Readers();
            }
        };
    }

    /**
     * With each question the engine would first read which groups are granted anything at all, to leave the reader's
     * other groups out of it. That reads every grant there is, and each task brings some; a group without grants does no
     * harm.
     */
    @Override
    public List<String> filterAuthenticatedGroupIds(@Nullable List<String> groups) {
        return groups == null ? List.of() : List.copyOf(groups);
    }

    /** Whether what is asked now is checked against somebody's grants. */
    boolean areChecked() {
        return isAuthCheckExecuted();
    }
}
