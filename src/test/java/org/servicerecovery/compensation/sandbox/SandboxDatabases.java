package org.servicerecovery.compensation.sandbox;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Empty databases on one real PostgreSQL, which ends with the tests. */
public final class SandboxDatabases {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private SandboxDatabases() {}

    private static final class Server {

        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** News come so late that none comes by itself. */
    public static SandboxProcessor.Delays delays(Duration slow) {
        return new SandboxProcessor.Delays(slow, Duration.ofDays(1));
    }

    /** The JDBC URL of a new, empty database. */
    public static String create() throws SQLException {
        String name = "sandbox_" + NUMBER.incrementAndGet();
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return Server.POSTGRES.getJdbcUrl("postgres", name);
    }
}
