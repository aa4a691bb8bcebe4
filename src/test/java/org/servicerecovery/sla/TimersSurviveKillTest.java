package org.servicerecovery.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestDatabase;
import org.servicerecovery.installation.StartedProcess;

/**
 * Two nodes on one database work off deadlines that are missed at one instant; one is killed while it does. Longer: {@code
 * mvn test -Dtest=TimersSurviveKillTest -Dtimers=5000 -Dkills=5}, where a killed node is replaced by a new one.
 */
@ExtendWith(TestDatabase.class)
class TimersSurviveKillTest {

    private static final int TIMERS = Integer.getInteger("timers", 60);
    private static final int KILLS = Integer.getInteger("kills", 1);
    private static final Duration START = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private final String database = TestDatabase.pristine();
    private final DueCases cases = new DueCases(database);
    private final List<StartedProcess> nodes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (StartedProcess node : nodes) {
            node.close();
        }
    }

    @Test
    void everyMissedDeadlineIsToldOnceThoughANodeIsKilled() throws Exception {
        StartedProcess first = node();
        cases.open(port(first), Math.min(TIMERS, 30));
        StartedProcess second = node();
        port(second);
        cases.moveDeadlines("true", Duration.ofDays(365));
        cases.copyUntil(TIMERS);
        cases.moveDeadlines("true", Duration.ofSeconds(1));

        for (int kill = 1; kill <= KILLS; kill++) {
            long told = (long) TIMERS * kill / (KILLS + 1);
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(Duration.ofMinutes(10))
                    .until(() -> cases.noticed() >= told);
            nodes.remove(0).kill();
            System.out.println("Killed a node when " + cases.noticed() + " of " + TIMERS + " were told, with "
                    + cases.number("select count(*) from act_ru_job where lock_owner_ is not null") + " taken");
            if (kill < KILLS) {
                node();
            }
        }

        await().atMost(Duration.ofMinutes(20)).until(() -> cases.noticed() == TIMERS);
        assertThat(cases.effects()).satisfies(effects -> {
            assertThat(effects.cases()).isEqualTo(TIMERS);
            assertThat(effects.lost()).as("lost").isZero();
            assertThat(effects.twice()).as("told twice").isZero();
        });
        assertThat(cases.number("select count(*) from act_ru_job where handler_cfg_ = 'BoundaryEvent_DeadlineMissed'"))
                .as("timers left")
                .isZero();
        cases.requireWorkable(port(nodes.get(0)));
    }

    private StartedProcess node() throws IOException {
        StartedProcess node = StartedProcess.java(
                directory,
                ServiceRecovery.class,
                "--server.port=0",
                "--spring.datasource.url=" + database,
                "--service-recovery.data-dir=" + directory,
                "--service-recovery.admin.password=" + RunningApplication.ADMIN_PASSWORD,
                "--service-recovery.payments.sandbox.url=http://127.0.0.1:9",
                "--service-recovery.payments.connect-timeout=1s",
                "--service-recovery.payments.read-timeout=1s",
                // What a killed node had taken is free again after this.
                "--camunda.bpm.job-execution.lock-time-in-millis=5000");
        nodes.add(node);
        return node;
    }

    private static int port(StartedProcess node) {
        return URI.create(node.awaitLine("  Engine REST      ", START)).getPort();
    }
}
