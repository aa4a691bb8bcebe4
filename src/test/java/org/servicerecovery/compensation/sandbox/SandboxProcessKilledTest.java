package org.servicerecovery.compensation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.servicerecovery.compensation.sandbox.SandboxClient.Answer;

/** The processor in a process of its own, ended in the middle of its work. */
class SandboxProcessKilledTest {

    private static final int SENDERS = 4;
    private static final int ANSWERED_BEFORE_THE_KILL = 25;
    private static final int REFUNDS = 2_000;

    @Test
    @Timeout(120)
    void everyAnsweredRefundIsInTheBookAfterAKillAndRepeatingAllPaysEachOnce() throws Exception {
        String database = SandboxDatabases.create();
        List<String> keys = new ArrayList<>();
        for (int n = 0; n < REFUNDS; n++) {
            keys.add(UUID.randomUUID().toString());
        }

        Map<String, Answer> answered = new ConcurrentHashMap<>();
        Process killed = start(database);
        try {
            SandboxClient client = new SandboxClient(listening(killed));
            client.charge("ch-1", REFUNDS, "JPY");
            CountDownLatch enough = new CountDownLatch(ANSWERED_BEFORE_THE_KILL);
            ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
            for (String key : keys) {
                senders.execute(() -> {
                    if (!killed.isAlive()) {
                        return;
                    }
                    try {
                        answered.put(key, client.refund(key, "ch-1", 1, "JPY"));
                        enough.countDown();
                    } catch (IOException lost) {
                        // The kill came first: whether this one was booked is what the book will say.
                        assertThat(answered).doesNotContainKey(key);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
            enough.await();
            // SIGKILL: nothing of the process runs any more, no hook, no finally.
            killed.destroyForcibly().waitFor();
            senders.shutdown();
            assertThat(senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            killed.destroyForcibly().waitFor();
        }
        assertThat(answered.size()).isBetween(ANSWERED_BEFORE_THE_KILL, REFUNDS - 1);
        assertThat(answered.values()).allMatch(answer -> answer.status() == 201);

        Process restarted = start(database);
        try {
            SandboxClient client = new SandboxClient(listening(restarted));
            List<JsonNode> book = client.book(500);
            assertThat(book)
                    .containsAll(answered.values().stream().map(Answer::json).toList());
            // At most one request of each sender was under way.
            assertThat(book.size()).isBetween(answered.size(), answered.size() + SENDERS);

            List<String> some = keys.subList(0, answered.size() + 2 * SENDERS);
            for (String key : some) {
                Answer again = client.refund(key, "ch-1", 1, "JPY");
                assertThat(again).isEqualTo(answered.getOrDefault(key, again));
            }
            assertThat(client.book(500))
                    .extracting(entry -> entry.get("key").asText())
                    .containsExactlyInAnyOrderElementsOf(some);
        } finally {
            restarted.destroyForcibly().waitFor();
        }
    }

    @Test
    @Timeout(60)
    void databaseThatIsNotThereEndsTheProcessWithOneSentence() throws Exception {
        Process process = start("jdbc:postgresql://127.0.0.1:1/none?user=somebody&password=hidden");
        try {
            assertThat(process.waitFor()).isEqualTo(1);
            String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said.strip().lines())
                    .singleElement()
                    .asString()
                    .startsWith("The sandbox payment processor cannot start: ")
                    .doesNotContain("hidden");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Process start(String database) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                        java.toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SandboxProcessor.class.getName(),
                        database,
                        "0")
                .start();
    }

    private static URI listening(Process process) throws IOException {
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines.add(line);
            if (line.startsWith("listening on ")) {
                return URI.create(line.substring("listening on ".length()));
            }
        }
        throw new AssertionError("The processor did not start: " + lines
                + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
