package org.servicerecovery;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.SpringApplication;

/**
 * One PostgreSQL for all tests of a JVM, started when first needed and gone with the JVM. Tests of the running
 * application share one database in it; whoever needs a pristine one asks for it.
 */
public final class TestDatabase implements BeforeAllCallback {

    /** Names the shared database to {@link RunningApplication}. */
    static final String URL_PROPERTY = "service-recovery.test.database";

    /** Names the database of the sandbox processor's own book. */
    static final String BOOK_PROPERTY = "service-recovery.test.book";

    private static final class Server {

        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                Path directory = Files.createDirectories(Path.of("target", "test-database"))
                        .resolve(UUID.randomUUID().toString());
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setDataDirectory(directory.toAbsolutePath())
                        // Not by a hook of its own: the applications of the tests must be down first.
                        .setRegisterShutdownHook(false)
                        .start();
                SpringApplication.getShutdownHandlers().add(() -> stop(server));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        announce();
    }

    /** Makes the shared databases known, for whoever starts the application without this extension. */
    public static void announce() {
        if (System.getProperty(URL_PROPERTY) == null) {
            System.setProperty(URL_PROPERTY, pristine());
            System.setProperty(BOOK_PROPERTY, pristine());
        }
    }

    /** A new empty database; its JDBC URL, which holds the user's name. */
    public static String pristine() {
        String name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url(name);
    }

    private static String url(String database) {
        return Server.RUNNING.getJdbcUrl("postgres", database);
    }
}
