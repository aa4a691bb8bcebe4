package org.servicerecovery.compensation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database server itself goes down without a chance to write. */
class SandboxBookDurabilityTest {

    @Test
    void everyAnsweredRefundSurvivesAnAbortOfTheDatabase(@TempDir Path directory) throws Exception {
        List<String> answered = new ArrayList<>();
        try (EmbeddedPostgres postgres = postgres(directory);
                SandboxProcessor processor = start(postgres)) {
            SandboxClient client = new SandboxClient(processor.url());
            client.charge("ch-1", 100, "JPY");
            for (int n = 0; n < 20; n++) {
                String key = UUID.randomUUID().toString();
                assertThat(client.refund(key, "ch-1", 1, "JPY").status()).isEqualTo(201);
                answered.add(key);
            }
            abort(directory);
        }
        try (EmbeddedPostgres postgres = postgres(directory);
                SandboxProcessor processor = start(postgres)) {
            assertThat(new SandboxClient(processor.url()).book(100))
                    .extracting(entry -> entry.get("key").asText())
                    .containsExactlyElementsOf(answered);
        }
    }

    private static SandboxProcessor start(EmbeddedPostgres postgres) {
        return SandboxProcessor.start(
                postgres.getJdbcUrl("postgres", "postgres"),
                0,
                SandboxDatabases.delays(Duration.ZERO),
                Clock.systemUTC());
    }

    /** A server that confirms commits before they are written, and writes late: what the book must not rely on. */
    private static EmbeddedPostgres postgres(Path directory) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("pg"))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("wal_writer_delay", "10s")
                .start();
    }

    /** SIGQUIT is PostgreSQL's immediate shutdown: nothing is flushed, the next start recovers from the log. */
    private static void abort(Path directory) throws IOException, InterruptedException {
        Path pidFile = directory.resolve("pg").resolve("postmaster.pid");
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        assertThat(new ProcessBuilder("kill", "-QUIT", Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> ProcessHandle.of(pid).isEmpty());
    }
}
