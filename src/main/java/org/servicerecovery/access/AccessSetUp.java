package org.servicerecovery.access;

import org.servicerecovery.OneNodeAtATime;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Roles, permissions and the first people, before the port opens: there is never a moment in which a stranger could
 * make himself the administrator.
 */
@Component
class AccessSetUp implements SmartInitializingSingleton {

    /** Any number, the same on every node: two of them starting on one new database take turns. */
    private static final long LOCK = 7_240_911;

    private final OneNodeAtATime once;
    private final RoleSetUp roles;
    private final FirstPeople firstPeople;

    AccessSetUp(OneNodeAtATime once, RoleSetUp roles, FirstPeople firstPeople) {
        this.once = once;
        this.roles = roles;
        this.firstPeople = firstPeople;
    }

    @Override
    public void afterSingletonsInstantiated() {
        once.run(LOCK, () -> {
            roles.setUp();
            firstPeople.arrive();
        });
    }
}
