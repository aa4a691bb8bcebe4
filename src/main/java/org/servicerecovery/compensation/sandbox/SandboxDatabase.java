package org.servicerecovery.compensation.sandbox;

/** Says where the sandbox processor keeps its book when it runs in the application. */
@FunctionalInterface
public interface SandboxDatabase {

    /** A PostgreSQL database that is up, complete with user and, where needed, password. Not the application's own. */
    String jdbcUrl();
}
