package org.servicerecovery.installation;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * The PostgreSQL server that comes with the application, for an installation without one of its own. It is durable, it
 * listens on the loopback interface only, and it lives as long as the application: under the data directory are
 * {@code postgres} (its data, and its log of the last seven days), {@code postgres.lock}, {@code postgres.password} and
 * {@code postgres-binaries}.
 *
 * <p>The library that starts it is made for throw-away tests. What makes it fit for data that matters is here: our own
 * lock, the end of a left-over server, the settings and the proof of them.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String SUPERUSER = "postgres";
    private static final String USER = "service_recovery";
    private static final String VERSION = "18";
    /** Long enough for the recovery after a crash. */
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");
    private static final String PASSWORD_ONLY = """
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final Path directory;
    private final String password;
    private final DirectoryLock lock;
    private final EmbeddedPostgres server;

    private EmbeddedDatabase(Path directory, String password, DirectoryLock lock, EmbeddedPostgres server) {
        this.directory = directory;
        this.password = password;
        this.lock = lock;
        this.server = server;
    }

    /**
     * Starts the server on the data directory, making both where there are none.
     *
     * @param port 0 for any free one
     * @throws CannotStart with the sentence for the operator: already running, not writable, port taken, another version
     */
    static EmbeddedDatabase start(Path dataDirectory, int port, Path binaries) {
        Path data = dataDirectory.toAbsolutePath().normalize();
        DirectoryLock lock;
        try {
            Files.createDirectories(data);
            lock = DirectoryLock.take(data.resolve("postgres.lock"), data);
        } catch (IOException failure) {
            throw notWritable(data, failure);
        }
        try {
            return new Starting(data, port, binaries.toAbsolutePath().normalize(), lock).start();
        } catch (IOException failure) {
            release(lock);
            throw notWritable(data, failure);
        } catch (RuntimeException failure) {
            release(lock);
            throw failure;
        }
    }

    private static CannotStart notWritable(Path data, IOException failure) {
        return new CannotStart(
                "The data directory " + data + " cannot be written (" + failure
                        + "): make it writable, or choose another with service-recovery.data-dir.",
                failure);
    }

    /**
     * The URL of a database of this server, with user and password in it, so that the URL alone opens a connection. Not
     * for logs or command lines. The database is made when it is missing.
     *
     * @param database lower-case letters, digits and underscores
     */
    public String jdbcUrl(String database) {
        return jdbcUrlWithoutPassword(database) + "?user=" + USER + "&password=" + password;
    }

    String jdbcUrlWithoutPassword(String database) {
        if (!database.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("not a name for a database: " + database);
        }
        createIfMissing(database);
        return "jdbc:postgresql://" + LOOPBACK + ":" + server.getPort() + "/" + database;
    }

    /** Owns the databases of this server and is not its superuser. */
    public String username() {
        return USER;
    }

    public String password() {
        return password;
    }

    public int port() {
        return server.getPort();
    }

    /** Where the server keeps its data. */
    public Path directory() {
        return directory;
    }

    private void createIfMissing(String database) {
        try (Connection connection = connect(server.getPort(), password);
                Statement statement = connection.createStatement()) {
            try (ResultSet found =
                    statement.executeQuery("select 1 from pg_database where datname = '" + database + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + database + " owner " + USER);
        } catch (SQLException failure) {
            if (!"42P04".equals(failure.getSQLState())) { // made by another thread in between
                throw new IllegalStateException("The database " + database + " could not be made.", failure);
            }
        }
    }

    /** Stops the server and waits for it; only then may another instance have the directory. */
    @Override
    public void close() {
        try {
            server.close();
            // The library gives a stop five seconds; a last checkpoint can take longer.
            LeftOverServer.stop(directory);
        } catch (IOException failure) {
            LOG.warn("The embedded PostgreSQL did not stop cleanly.", failure);
        } finally {
            release(lock);
        }
    }

    private static void release(DirectoryLock lock) {
        try {
            lock.close();
        } catch (IOException failure) {
            LOG.warn("The lock of the data directory was not released.", failure);
        }
    }

    private static Connection connect(int port, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + LOOPBACK + ":" + port + "/postgres", SUPERUSER, password);
    }

    /** One start, with the lock held. */
    private record Starting(Path data, int port, Path binaries, DirectoryLock lock) {

        private Path directory() {
            return data.resolve("postgres");
        }

        private Path passwordFile() {
            return data.resolve("postgres.password");
        }

        /** Exists while the server is being made for the first time. */
        private Path unfinished() {
            return data.resolve("postgres.unfinished");
        }

        EmbeddedDatabase start() throws IOException {
            LeftOverServer.stop(directory());
            boolean isNew = prepareDirectory();
            requireFreePort();
            String password = isNew ? newPassword() : knownPassword();
            EmbeddedPostgres server = startServer(password);
            try {
                if (isNew) {
                    requirePassword(server.getPort(), password);
                    Files.delete(unfinished());
                }
                requireDurable(server.getPort(), password);
                return new EmbeddedDatabase(directory(), password, lock, server);
            } catch (SQLException failure) {
                server.close();
                throw new CannotStart(
                        "The embedded PostgreSQL in " + directory() + " started but cannot be used: "
                                + failure.getMessage(),
                        failure);
            } catch (IOException | RuntimeException failure) {
                server.close();
                throw failure;
            }
        }

        private boolean prepareDirectory() throws IOException {
            if (Files.exists(unfinished())) {
                // Killed while making it: nothing was ever stored in it, and the library takes the half for a whole.
                FileSystemUtils.deleteRecursively(directory());
            }
            Path version = directory().resolve("PG_VERSION");
            if (Files.exists(version)) {
                String found = Files.readString(version).strip();
                if (!found.equals(VERSION)) {
                    throw new CannotStart("The data in " + directory() + " was written by PostgreSQL " + found
                            + " and this release brings " + VERSION
                            + ": move the data over with pg_dump, or choose another directory with"
                            + " service-recovery.data-dir.");
                }
                return false;
            }
            if (Files.isDirectory(directory())) {
                try (var files = Files.list(directory())) {
                    if (files.findAny().isPresent()) {
                        throw new CannotStart("The directory " + directory()
                                + " holds files that are not a PostgreSQL database: move them away, or choose another"
                                + " directory with service-recovery.data-dir.");
                    }
                }
            }
            Files.writeString(unfinished(), "");
            return true;
        }

        private void requireFreePort() {
            if (port == 0) {
                return;
            }
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
            } catch (IOException taken) {
                throw new CannotStart(
                        "Port " + port + " for the embedded PostgreSQL is in use by another program:"
                                + " stop that program, or choose another port with service-recovery.database.port.",
                        taken);
            }
        }

        private String newPassword() throws IOException {
            byte[] secret = new byte[24];
            new SecureRandom().nextBytes(secret);
            Files.deleteIfExists(passwordFile());
            if (data.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        passwordFile(),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            String password = HexFormat.of().formatHex(secret);
            Files.writeString(passwordFile(), password);
            return password;
        }

        private String knownPassword() throws IOException {
            if (!Files.exists(passwordFile())) {
                throw new CannotStart("The password of the embedded PostgreSQL, " + passwordFile()
                        + ", is missing: put it back beside the data it belongs to.");
            }
            return Files.readString(passwordFile()).strip();
        }

        private EmbeddedPostgres startServer(String password) throws IOException {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(directory())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    // Not under /tmp, which is shared with other users and swept while the server runs.
                    .setOverrideWorkingDirectory(binaries.toFile())
                    .setPGStartupWait(LONGEST_START)
                    .setPort(port)
                    .setConnectConfig("password", password)
                    // The same order on every machine, and no index that a new C library breaks.
                    .setLocaleConfig("locale-provider", "builtin")
                    .setLocaleConfig("builtin-locale", "C.UTF-8")
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("listen_addresses", LOOPBACK)
                    .setServerConfig("unix_socket_directories", "")
                    .setServerConfig("max_connections", "100")
                    .setServerConfig("logging_collector", "on")
                    .setServerConfig("log_filename", "postgresql-%a.log")
                    .setServerConfig("log_truncate_on_rotation", "on")
                    .setServerConfig("log_rotation_size", "0");
            DURABLE.forEach(builder::setServerConfig);
            try {
                Files.createDirectories(binaries);
                return builder.start();
            } catch (IOException | RuntimeException failure) {
                LeftOverServer.stop(directory());
                throw new CannotStart(
                        "The embedded PostgreSQL in " + directory() + " did not start (" + failure.getMessage()
                                + "): its log is in " + directory().resolve("log") + ".",
                        failure);
            }
        }

        /** The library lets every user of the machine in as superuser. */
        private void requirePassword(int port, String password) throws SQLException, IOException {
            try (Connection connection = connect(port, password);
                    Statement statement = connection.createStatement()) {
                statement.execute("alter role " + SUPERUSER + " password '" + password + "'");
                statement.execute("create role " + USER + " login password '" + password + "'");
                Files.writeString(directory().resolve("pg_hba.conf"), PASSWORD_ONLY);
                statement.execute("select pg_reload_conf()");
            }
        }

        /** The library's own settings are the opposite, and a server that was there before would keep its own. */
        private void requireDurable(int port, String password) throws SQLException {
            try (Connection connection = connect(port, password);
                    Statement statement = connection.createStatement()) {
                for (Map.Entry<String, String> setting : DURABLE.entrySet()) {
                    requireSetting(statement, setting.getKey(), setting.getValue());
                }
                requireSetting(statement, "listen_addresses", LOOPBACK);
            }
        }

        private void requireSetting(Statement statement, String name, String wanted) throws SQLException {
            try (ResultSet answer = statement.executeQuery("show " + name)) {
                String actual = answer.next() ? answer.getString(1) : "";
                if (!wanted.equals(actual)) {
                    throw new CannotStart("The embedded PostgreSQL in " + directory() + " runs with " + name + "="
                            + actual + " instead of " + wanted + ", so what it stores would not be safe.");
                }
            }
        }
    }
}
