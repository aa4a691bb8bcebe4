package org.servicerecovery.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class EmbeddedDatabaseTest {

    /** Shared by the tests, which saves unpacking the server for each of them. */
    private static final Path BINARIES = Path.of("target", "postgres-binaries");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path data;

    private ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withUserConfiguration(DatabaseConfiguration.class)
                .withPropertyValues(
                        "service-recovery.data-dir=" + data, "service-recovery.database.binaries-dir=" + BINARIES);
    }

    private StartedProcess process() throws IOException {
        return StartedProcess.java(
                data,
                DatabaseProcess.class,
                "--service-recovery.data-dir=" + data.resolve("data"),
                "--service-recovery.database.binaries-dir=" + BINARIES);
    }

    private EmbeddedDatabase database() {
        return EmbeddedDatabase.start(data, 0, BINARIES);
    }

    private static JdbcClient at(String url) {
        return JdbcClient.create(new DriverManagerDataSource(url));
    }

    private static String show(JdbcClient db, String setting) {
        return db.sql("show " + setting).query(String.class).single();
    }

    private static long serverPid(Path data) throws IOException {
        return Long.parseLong(Files.readAllLines(data.resolve("postgres/postmaster.pid"))
                .get(0)
                .strip());
    }

    private static boolean isRunning(long pid) {
        // A zombie has no command any more; nobody may be there to reap it.
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .isPresent();
    }

    @Test
    void whatTheApplicationStoresIsDurableAndOnlyOnTheLoopbackInterface() {
        application().run(context -> {
            JdbcClient db = JdbcClient.create(context.getBean(DataSource.class));
            assertThat(show(db, "fsync")).isEqualTo("on");
            assertThat(show(db, "synchronous_commit")).isEqualTo("on");
            assertThat(show(db, "full_page_writes")).isEqualTo("on");
            assertThat(show(db, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(show(db, "transaction_isolation")).isEqualTo("read committed");
            assertThat(show(db, "is_superuser")).isEqualTo("off");
        });
    }

    @Test
    void nobodyGetsInWithoutThePasswordAndOnlyItsOwnerReadsIt() throws IOException {
        try (EmbeddedDatabase database = database()) {
            String url = "jdbc:postgresql://127.0.0.1:" + database.port() + "/postgres";
            for (String user : List.of("postgres", "service_recovery")) {
                assertThatThrownBy(() -> DriverManager.getConnection(url, user, "guess"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                failure -> assertThat(failure.getSQLState()).isEqualTo("28P01"));
            }
            assertThat(Files.getPosixFilePermissions(data.resolve("postgres.password")))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        }
    }

    @Test
    void aFurtherDatabaseIsMadeOnceAndIsSeparate() {
        try (EmbeddedDatabase database = database()) {
            JdbcClient book = at(database.jdbcUrl("sandbox_processor"));
            book.sql("create table entry (id int)").update();
            assertThat(at(database.jdbcUrl("sandbox_processor"))
                            .sql("select count(*) from entry")
                            .query(Long.class)
                            .single())
                    .isZero();
            assertThat(at(database.jdbcUrl("service_recovery"))
                            .sql("select to_regclass('entry') is null")
                            .query(Boolean.class)
                            .single())
                    .isTrue();
            assertThatThrownBy(() -> database.jdbcUrl("x; drop database postgres"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatWasCommittedIsThereAfterKillNineAndTheOldServerIsGone() throws Exception {
        Path directory = data.resolve("data");
        long orphan;
        try (StartedProcess first = process()) {
            JdbcClient db = at(first.awaitLine("READY"));
            db.sql("create table promise (words text)").update();
            db.sql("insert into promise values ('we call back today')").update();
            orphan = serverPid(directory);
            first.kill();
        }
        assertThat(isRunning(orphan))
                .as("the server outlives the killed application")
                .isTrue();

        try (StartedProcess second = process()) {
            JdbcClient db = at(second.awaitLine("READY"));
            assertThat(db.sql("select words from promise").query(String.class).list())
                    .containsExactly("we call back today");
            assertThat(serverPid(directory)).isNotEqualTo(orphan);
            assertThat(isRunning(orphan)).isFalse();
            assertThat(show(db, "fsync")).isEqualTo("on");

            try (StartedProcess third = process()) {
                assertThat(third.awaitExit()).isEqualTo(1);
                assertThat(third.output())
                        .contains("Service Recovery is already running on the data directory " + directory)
                        .contains("process " + second.pid())
                        .doesNotContain("\tat ")
                        .hasLineCount(1);
            }

            long server = serverPid(directory);
            second.terminate();
            assertThat(isRunning(server)).as("a stop takes the server along").isFalse();
            assertThat(directory.resolve("postgres/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void aProcessIdThatBelongsToSomebodyElseNowDoesNotHinderTheStart() throws IOException {
        database().close();
        // Not this JVM: PostgreSQL itself overlooks the process that starts it.
        Process somebody = new ProcessBuilder("sleep", "120").start();
        try {
            Files.writeString(
                    data.resolve("postgres/postmaster.pid"),
                    somebody.pid() + "\n" + data.resolve("postgres") + "\n1\n1\n\n\n");
            try (EmbeddedDatabase database = database()) {
                assertThat(show(at(database.jdbcUrl("service_recovery")), "fsync"))
                        .isEqualTo("on");
            }
            assertThat(somebody.isAlive()).isTrue();
        } finally {
            somebody.destroy();
        }
    }

    @Test
    void aFirstStartThatWasKilledHalfwayIsMadeAnew() throws IOException {
        Files.createDirectories(data.resolve("postgres"));
        Files.writeString(data.resolve("postgres/PG_VERSION"), "18\n");
        Files.writeString(data.resolve("postgres/postgresql.conf"), "");
        Files.writeString(data.resolve("postgres.unfinished"), "");
        try (EmbeddedDatabase database = database()) {
            assertThat(show(at(database.jdbcUrl("service_recovery")), "fsync")).isEqualTo("on");
        }
        assertThat(data.resolve("postgres.unfinished")).doesNotExist();
    }

    @Test
    void theDirectoryIsFreeAgainAfterAStartThatFailed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedDatabase.start(data, taken.getLocalPort(), BINARIES))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining("Port " + taken.getLocalPort())
                    .hasMessageContaining("service-recovery.database.port");
        }
        database().close();
    }

    @Test
    void dataOfAnotherVersionIsLeftAlone() throws IOException {
        Files.createDirectories(data.resolve("postgres"));
        Files.writeString(data.resolve("postgres/PG_VERSION"), "17\n");
        assertThatThrownBy(this::database)
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("PostgreSQL 17")
                .hasMessageContaining("brings 18");
        assertThat(data.resolve("postgres/PG_VERSION")).hasContent("17");
    }

    @Test
    void aDataDirectoryThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(data.resolve("file"), "in the way");
        assertThatThrownBy(() -> EmbeddedDatabase.start(file.resolve("data"), 0, BINARIES))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("The data directory " + file.resolve("data") + " cannot be written")
                .hasMessageContaining("service-recovery.data-dir");
    }

    @Test
    void theServerIsStoppedWithTheContextThatStartedIt() {
        application().run(context -> {
            long server = serverPid(data);
            assertThat(isRunning(server)).isTrue();
            context.getSourceApplicationContext().close();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !isRunning(server));
        });
    }

    @Test
    void aNamedDatabaseIsUsedInsteadAndNoServerIsStarted() {
        try (EmbeddedDatabase elsewhere = database()) {
            String url = elsewhere.jdbcUrl("elsewhere");
            application()
                    .withPropertyValues(
                            "spring.datasource.url=" + url, "service-recovery.data-dir=" + data.resolve("unused"))
                    .run(context -> {
                        assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddedDatabase.class);
                        assertThat(JdbcClient.create(context.getBean(DataSource.class))
                                        .sql("select current_database()")
                                        .query(String.class)
                                        .single())
                                .isEqualTo("elsewhere");
                        assertThat(data.resolve("unused")).doesNotExist();
                    });
        }
    }
}
