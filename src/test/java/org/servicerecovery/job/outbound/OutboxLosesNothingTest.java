package org.servicerecovery.job.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerecovery.JobSystem;
import org.servicerecovery.JobSystem.Mood;
import org.servicerecovery.JobSystem.Told;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.installation.StartedProcess;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Queue;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Jobs are released, moved and ended by the application while two nodes in processes of their own tell a receiver that is
 * down, answers 500, is slow, or takes a message and hangs up; the nodes are killed again and again. The long form: {@code
 * mvn test -Dtest=OutboxLosesNothingTest -Doutbox.orders=10000}.
 */
@RunningApplication
class OutboxLosesNothingTest {

    private static final int ORDERS = Integer.getInteger("outbox.orders", 100);
    private static final int KILLS = Math.max(2, ORDERS / 1000);
    private static final Duration PATIENCE = Duration.ofMinutes(1).plusSeconds(ORDERS / 10);

    @Autowired
    ApplicationContext application;

    @Autowired
    Jobs jobs;

    @Autowired
    JdbcClient db;

    @Value("${spring.datasource.url}")
    String database;

    @Test
    void everyMessageOfEveryOrderArrivesInItsOrderWhateverHappens(@TempDir Path directory) throws Exception {
        ExecutorService office = Executors.newFixedThreadPool(4);
        List<StartedProcess> nodes = new ArrayList<>();
        Instant start = Instant.now();
        try (JobSystem receiver = JobSystem.start(700)) {
            receiver.is(Mood.DOWN);
            nodes.add(node(directory, receiver));
            nodes.add(node(directory, receiver));
            List<UUID> orders = new ArrayList<>();
            for (int i = 0; i < ORDERS; i++) {
                orders.add(jobs.place(Queue.order("west")));
            }
            new Queue(application).release();
            Instant released = Instant.now();
            receiver.is(Mood.BROKEN);
            Future<?> changes = office.submit(() -> change(orders));
            await().until(() -> receiver.tries() > ORDERS / 20);
            receiver.is(Mood.MIXED);
            for (int kill = 0; kill < KILLS; kill++) {
                int before = receiver.accepted().size();
                // A part of the work between two kills, however fast the machine is.
                await().atMost(PATIENCE)
                        .until(() -> receiver.accepted().size() > before + ORDERS / KILLS
                                || (changes.isDone() && left(orders) == 0));
                nodes.remove(0).kill();
                nodes.add(node(directory, receiver));
                if (kill == 0) {
                    receiver.is(Mood.DOWN);
                    receiver.is(Mood.SLOW);
                    await().until(() -> receiver.accepted().size() > before + ORDERS / KILLS + 5);
                    receiver.is(Mood.MIXED);
                }
            }
            changes.get();
            Instant changed = Instant.now();
            receiver.is(Mood.WELL);
            await().atMost(PATIENCE).until(() -> left(orders) == 0);

            Map<String, List<String>> written = written(orders);
            assertThat(written).hasSize(ORDERS);
            Map<String, List<String>> arrived = firstArrivals(receiver.accepted(), written.keySet());
            assertThat(arrived).isEqualTo(written);
            assertThat(receiver.accepted()).allMatch(Told::believed);
            long repeats = receiver.accepted().stream()
                            .filter(told -> written.containsKey(told.number()))
                            .count()
                    - written.values().stream().mapToLong(List::size).sum();
            assertThat(repeats)
                    .as("what was taken without an answer came again")
                    .isPositive();
            System.out.printf(
                    "%d orders, %d messages, %d repeats, %d tries, %d nodes killed; released within %d s, changed within"
                            + " %d s, all arrived within %d s%n",
                    ORDERS,
                    written.values().stream().mapToLong(List::size).sum(),
                    repeats,
                    receiver.tries(),
                    KILLS,
                    Duration.between(start, released).toSeconds(),
                    Duration.between(start, changed).toSeconds(),
                    Duration.between(start, Instant.now()).toSeconds());
        } finally {
            office.shutdownNow();
            for (StartedProcess node : nodes) {
                node.kill();
            }
        }
    }

    private StartedProcess node(Path directory, JobSystem receiver) throws Exception {
        return StartedProcess.java(directory, OutboxNode.class, database, receiver.url());
    }

    private int left(List<UUID> orders) {
        return db.sql("select count(*) from job_outbox where delivered_at is null and job_id = any (?)")
                .param(orders.toArray(UUID[]::new))
                .query(Integer.class)
                .single();
    }

    /** The ids of all messages by the number of their order, as they were written. */
    private Map<String, List<String>> written(List<UUID> orders) {
        Map<String, List<String>> written = new HashMap<>();
        db.sql("""
                        select j.number, o.message_id from job_outbox o join job j on j.id = o.job_id
                         where j.id = any (?) order by o.id""").param(orders.toArray(UUID[]::new)).query(row -> {
            written.computeIfAbsent(row.getString("number"), number -> new ArrayList<>())
                    .add(row.getString("message_id"));
        });
        return written;
    }

    /** The ids by the number of their order, as each came first: who was told twice knows it by the id. */
    private static Map<String, List<String>> firstArrivals(List<Told> accepted, Set<String> numbers) {
        Map<String, List<String>> arrived = new HashMap<>();
        Set<String> known = new HashSet<>();
        for (Told told : accepted) {
            if (numbers.contains(told.number()) && known.add(told.id())) {
                arrived.computeIfAbsent(told.number(), number -> new ArrayList<>())
                        .add(told.id());
            }
        }
        return arrived;
    }

    /** Moves every order, ends every second one, and cancels every fifth. */
    private void change(List<UUID> orders) {
        Instant from = Queue.tomorrow().plus(Duration.ofDays(1));
        for (int i = 0; i < orders.size(); i++) {
            UUID order = orders.get(i);
            jobs.reschedule(order, from, from.plus(Duration.ofHours(2)));
            if (i % 5 == 0) {
                jobs.cancel(order);
            } else if (i % 2 == 0) {
                jobs.reported(order, JobState.NO_ACCESS, "Nobody there");
            }
        }
    }
}
