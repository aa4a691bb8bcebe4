package org.servicerecovery.access;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Roles, permissions and the first people, before the port opens: there is never a moment in which a stranger could
 * make himself the administrator.
 */
@Component
class AccessSetUp implements SmartInitializingSingleton {

    /** Any number, the same on every node: two of them starting on one new database take turns. */
    private static final long LOCK = 7_240_911;

    private final PlatformTransactionManager transactions;
    private final JdbcClient db;
    private final RoleSetUp roles;
    private final FirstPeople firstPeople;

    AccessSetUp(PlatformTransactionManager transactions, JdbcClient db, RoleSetUp roles, FirstPeople firstPeople) {
        this.transactions = transactions;
        this.db = db;
        this.roles = roles;
        this.firstPeople = firstPeople;
    }

    @Override
    public void afterSingletonsInstantiated() {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            db.sql("select pg_advisory_xact_lock(?)")
                    .param(LOCK)
                    .query((row, n) -> true)
                    .single();
            roles.setUp();
            firstPeople.arrive();
        });
    }
}
