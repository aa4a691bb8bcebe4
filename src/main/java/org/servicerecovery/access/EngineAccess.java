package org.servicerecovery.access;

import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cfg.auth.DefaultAuthorizationProvider;
import org.camunda.bpm.engine.impl.persistence.entity.AuthorizationEntity;
import org.camunda.bpm.engine.repository.Deployment;
import org.servicerecovery.cases.Actor;
import org.springframework.stereotype.Component;

/** The engine's own settings for people and permissions. */
@Component
class EngineAccess extends AbstractProcessEnginePlugin {

    /**
     * The engine's own default has no hyphen; an id may also be an e-mail address. Nobody is called like the
     * application, as which the journals know it.
     */
    private static final String USER_ID = "(?!" + Actor.SYSTEM + "$)[a-zA-Z0-9][a-zA-Z0-9._@+-]*";

    private static final String GROUP_ID = "[a-zA-Z0-9][a-zA-Z0-9-]*";

    @Override
    public void preInit(ProcessEngineConfigurationImpl engine) {
        engine.setUserResourceWhitelistPattern(USER_ID);
        engine.setGroupResourceWhitelistPattern(GROUP_ID);
        engine.setEnablePasswordPolicy(true);
        engine.setResourceAuthorizationProvider(new Defaults());

        // Guessing is slowed down by SignInThrottle, which says why.
        engine.setLoginMaxAttempts(Integer.MAX_VALUE);
        engine.setLoginDelayBase(0);

        // Nothing here uses them, and the engine guards neither case tasks nor tasks outside a process.
        engine.setCmmnEnabled(false);
        engine.setStandaloneTasksEnabled(false);
    }

    /** What someone gets by making a thing: less than the engine would give. */
    private static final class Defaults extends DefaultAuthorizationProvider {

        @Override
        public AuthorizationEntity[] newUser(User user) {
            // One's own name and password, but not one's own deletion.
            return new AuthorizationEntity[] {
                createGrantAuthorization(
                        user.getId(), null, Resources.USER, user.getId(), Permissions.READ, Permissions.UPDATE)
            };
        }

        @Override
        public AuthorizationEntity[] newDeployment(Deployment deployment) {
            // The engine would let whoever deployed delete it again, and every running case with it.
            return new AuthorizationEntity[0];
        }
    }
}
