package org.servicerecovery.installation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerecovery.ServiceRecovery;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class StartFailureTest {

    private static final Path BINARIES = Path.of("target", "postgres-binaries");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path data;

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedDatabase database;

    @BeforeAll
    static void startDatabase() {
        database = EmbeddedDatabase.start(data, 0, BINARIES);
    }

    @AfterAll
    static void stopDatabase() {
        database.close();
    }

    @Import(DatabaseConfiguration.class)
    @ImportAutoConfiguration(DataSourceAutoConfiguration.class)
    static class DatabaseOnly {}

    /** Starts with this database, through Spring Boot's own way of reporting, and gives what the operator reads. */
    private static String told(String url, String user, String password) {
        PrintStream original = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try (var started = new SpringApplicationBuilder(DatabaseOnly.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=" + user,
                        "--spring.datasource.password=" + password)) {
            throw new AssertionError("started with " + url);
        } catch (RuntimeException refused) {
            return captured.toString(StandardCharsets.UTF_8).strip();
        } finally {
            System.setErr(original);
        }
    }

    private static String server() {
        return "127.0.0.1:" + database.port();
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamed() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertThat(told("jdbc:postgresql://127.0.0.1:" + closed + "/recovery", "u", "p"))
                .isEqualTo("Service Recovery did not start. No database answers at 127.0.0.1:" + closed
                        + ": start it, or correct spring.datasource.url.");
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThat(told("jdbc:postgresql://no-such-host.invalid/recovery", "u", "p"))
                .isEqualTo("Service Recovery did not start. The host of the database, no-such-host.invalid:5432,"
                        + " is unknown: correct spring.datasource.url.");
    }

    @Test
    void aWrongPasswordIsToldWithoutRepeatingIt() {
        assertThat(told("jdbc:postgresql://" + server() + "/postgres", database.username(), "wrong-guess"))
                .isEqualTo("Service Recovery did not start. The database at " + server() + " refuses the sign-in:"
                        + " check spring.datasource.username and spring.datasource.password.");
    }

    @Test
    void aDatabaseThatDoesNotExistIsNamed() {
        assertThat(told("jdbc:postgresql://" + server() + "/absent", database.username(), database.password()))
                .isEqualTo("Service Recovery did not start. There is no database \"absent\" at " + server()
                        + ": create it, or correct spring.datasource.url.");
    }

    @Test
    void anotherKindOfDatabaseIsRefused() {
        assertThat(told("jdbc:mysql://127.0.0.1/recovery", "u", "p"))
                .isEqualTo("Service Recovery did not start. spring.datasource.url does not name a PostgreSQL database:"
                        + " it must read jdbc:postgresql://host:port/database.");
    }

    @Test
    void aServerThatIsNotPostgresqlIsRefused() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> {
                while (!web.isClosed()) {
                    try (Socket caller = web.accept()) {
                        caller.getOutputStream()
                                .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
            answering.start();
            assertThat(told("jdbc:postgresql://127.0.0.1:" + web.getLocalPort() + "/recovery", "u", "p"))
                    .isEqualTo("Service Recovery did not start. What answers at 127.0.0.1:" + web.getLocalPort()
                            + " is not PostgreSQL: correct spring.datasource.url.");
            web.close();
            answering.join();
        }
    }

    @Test
    void theSentenceForATakenPortNamesTheProperty() {
        assertThat(Objects.requireNonNull(new PortTakenAnalyzer().analyze(new PortInUseException(8080)))
                        .getDescription())
                .isEqualTo("Port 8080 is in use by another program:"
                        + " stop that program, or choose another port with server.port.");
    }

    @Test
    void theWholeApplicationEndsWithOneSentenceWhenItsPortIsTaken(@TempDir Path directory) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                StartedProcess application = StartedProcess.java(
                        directory,
                        ServiceRecovery.class,
                        "--server.port=" + taken.getLocalPort(),
                        "--service-recovery.payments.sandbox.jdbc-url=" + database.jdbcUrl("sandbox_processor"),
                        "--spring.datasource.url=" + database.jdbcUrl("whole"))) {
            assertThat(application.awaitExit()).isEqualTo(1);
            assertThat(application.output())
                    .contains("Service Recovery did not start. Port " + taken.getLocalPort() + " is in use")
                    // The next start finds the administrator and cannot tell the password any more.
                    .containsOnlyOnce("The first administrator is \"admin\", password: ")
                    .doesNotContain("\tat ");
        }
        JdbcClient whole = JdbcClient.create(new DriverManagerDataSource(database.jdbcUrl("whole")));
        assertThat(whole.sql("select to_regclass('act_ge_property') is not null")
                        .query(Boolean.class)
                        .single())
                .isTrue();
        assertThat(whole.sql("select count(*) from flyway_schema_history where type = 'BASELINE'")
                        .query(Long.class)
                        .single())
                .as("our migrations came before the engine's tables, so they found an empty schema")
                .isZero();
    }
}
