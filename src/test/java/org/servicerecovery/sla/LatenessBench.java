package org.servicerecovery.sla;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.servicerecovery.Bench;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.installation.StartedProcess;

/** What {@code bench/lateness.sh} runs: the application as a process of its own, on a durable PostgreSQL of its own. */
final class LatenessBench {

    private static final int OPENED = 200;
    /** Long enough for the shipped settings to look once a minute only. */
    private static final Duration SHIPPED_BACK_OFF = Duration.ofSeconds(80);

    /** @param ours whether the indexes of this product are there */
    private record Settings(String name, boolean ours, List<String> arguments) {}

    private static final Settings OURS = new Settings("ours", true, List.of());
    private static final Settings SHIPPED = new Settings(
            "shipped",
            false,
            List.of(
                    "--spring.profiles.active=" + ShippedJobExecutor.PROFILE,
                    "--camunda.bpm.job-execution.core-pool-size=3",
                    "--camunda.bpm.job-execution.max-pool-size=10",
                    "--camunda.bpm.job-execution.queue-capacity=3",
                    "--camunda.bpm.job-execution.max-jobs-per-acquisition=3",
                    "--camunda.bpm.job-execution.wait-time-in-millis=5000",
                    "--camunda.bpm.job-execution.max-wait=60000",
                    "--camunda.bpm.job-execution.lock-time-in-millis=300000"));

    private final Path directory;
    private final EmbeddedPostgres server;
    private final Random random = new Random();

    private LatenessBench(Path directory, EmbeddedPostgres server) {
        this.directory = directory;
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        int[] counts = arguments.length == 0
                ? new int[] {10_000, 100_000}
                : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        Path directory = Bench.directory("bench-lateness");
        EmbeddedPostgres.Builder builder = Bench.durablePostgres(directory)
                .setServerConfig("track_commit_timestamp", "on")
                .setServerConfig("max_wal_size", "4GB");
        try (EmbeddedPostgres server = builder.start()) {
            new LatenessBench(directory, server).run(counts);
        }
    }

    private void run(int[] counts) throws Exception {
        System.out.println(Bench.machine());
        execute("create database opened");
        DueCases opened = new DueCases(url("opened"));
        try (StartedProcess application = start("opened", OURS)) {
            opened.open(port(application), OPENED);
            opened.moveDeadlines("true", Duration.ofDays(365));
        }
        singles(OURS, Integer.getInteger("singles", 50), Duration.ofSeconds(3));
        singles(SHIPPED, Integer.getInteger("default-singles", 3), SHIPPED_BACK_OFF);
        for (int count : counts) {
            String seed = "due_" + count;
            execute("create database " + seed + " template opened");
            new DueCases(url(seed)).copyUntil(count);
            Duration limit = Duration.ofSeconds(Integer.getInteger("limit", 900));
            Duration ours = drain(OURS, seed, limit);
            Duration shipped = Boolean.getBoolean("ours-only") ? Duration.ZERO : drain(SHIPPED, seed, limit);
            execute("drop database " + seed);
            System.out.printf("%d timers: ours %s s, shipped %s s%n%n", count, seconds(ours), seconds(shipped));
        }
    }

    /** One timer at a time, each due at a random moment after the engine has found nothing to do for a while. */
    private void singles(Settings settings, int samples, Duration idle) throws Exception {
        if (samples == 0) {
            return;
        }
        execute("create database singles template opened");
        DueCases cases = new DueCases(url("singles"));
        List<Long> late = new ArrayList<>();
        List<Integer> looks = new ArrayList<>();
        try (StartedProcess application = start("singles", settings)) {
            port(application);
            withoutIndexesUnlessOurs("singles", settings);
            for (long id : cases.waiting(samples)) {
                Duration ahead = idle.plusMillis(random.nextInt(1000));
                Instant due = cases.moveDeadlines("c.id = " + id, ahead);
                // The two seconds before: how often the engine looks, which is its back-off.
                Thread.sleep(ahead.minusSeconds(2).toMillis());
                looks.add(looks(Duration.ofMillis(1900)));
                while (!cases.isNoticed(id)) {
                    Thread.sleep(50);
                }
                late.add(cases.lateness(id, due).toMillis());
            }
        }
        execute("drop database singles");
        Collections.sort(late);
        Collections.sort(looks);
        System.out.printf(
                "%-8s one timer, idle engine, %d samples: median %d ms, maximum %d ms; the engine looked %.1f times a second before (median)%n",
                settings.name(),
                samples,
                late.get(late.size() / 2),
                late.get(late.size() - 1),
                looks.get(looks.size() / 2) / 1.9);
    }

    /** How often an idle application, whose acquisition alone asks, asks the database meanwhile. */
    private int looks(Duration meanwhile) throws SQLException, InterruptedException {
        Set<String> seen = new HashSet<>();
        long end = System.nanoTime() + meanwhile.toNanos();
        try (Connection connection = connect("singles");
                Statement sql = connection.createStatement()) {
            // Constant throughout a transaction.
            connection.setAutoCommit(false);
            while (System.nanoTime() < end) {
                sql.execute("select pg_stat_clear_snapshot()");
                try (ResultSet row = sql.executeQuery("select pid || '/' || query_start from pg_stat_activity"
                        + " where datname = 'singles' and query_start > now() and pid <> pg_backend_pid()")) {
                    while (row.next()) {
                        seen.add(row.getString(1));
                    }
                }
                Thread.sleep(10);
            }
        }
        return seen.size();
    }

    private Duration drain(Settings settings, String seed, Duration limit) throws Exception {
        execute("create database drain template " + seed);
        DueCases cases = new DueCases(url("drain"));
        int all = (int) cases.number("select count(*) from recovery_case");
        Duration took;
        try (StartedProcess application = start("drain", settings)) {
            int port = port(application);
            withoutIndexesUnlessOurs("drain", settings);
            Duration applicationBefore = cpu(application.pid());
            Duration serverBefore = serverCpu();
            // Moving many takes a while, and has to be over when they are due.
            Instant due = cases.moveDeadlines("true", Duration.ofSeconds(5 + all / 1000));
            Instant end = due.plus(limit);
            while (cases.noticed() < all && Instant.now().isBefore(end)) {
                Thread.sleep(2000);
            }
            int told = cases.noticed();
            double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
            double applicationCpu =
                    cpu(application.pid()).minus(applicationBefore).toMillis() / (double) Math.max(1, told);
            double serverCpu = serverCpu().minus(serverBefore).toMillis() / (double) Math.max(1, told);
            DueCases.Lateness late = cases.lateness(due);
            took = told < all ? limit : late.max();
            DueCases.Effects effects = cases.effects();
            System.out.printf(
                    "%-8s %d timers due at once: %d told in %s s, %.0f a second; late: median %s s, p99 %s s, maximum %s s;"
                            + " lost %s, twice %d, failed tries %d; CPU a timer: application %.1f ms, PostgreSQL %.1f ms;"
                            + " load average %.1f%n",
                    settings.name(),
                    all,
                    told,
                    seconds(took),
                    told * 1000.0 / took.toMillis(),
                    seconds(late.median()),
                    seconds(late.p99()),
                    seconds(late.max()),
                    told < all ? "(not done)" : String.valueOf(effects.lost()),
                    effects.twice(),
                    effects.failedTries(),
                    applicationCpu,
                    serverCpu,
                    load);
            if (settings.ours()) {
                cases.requireWorkable(port);
            }
        }
        execute("drop database drain");
        return took;
    }

    private void withoutIndexesUnlessOurs(String database, Settings settings) throws SQLException {
        if (!settings.ours()) {
            try (Connection connection = connect(database);
                    Statement sql = connection.createStatement()) {
                sql.execute("drop index if exists sr_job_due_idx, sr_job_locked_idx");
            }
        }
    }

    private StartedProcess start(String database, Settings settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + url(database),
                "--service-recovery.admin.password=" + RunningApplication.ADMIN_PASSWORD,
                "--service-recovery.data-dir=" + directory.resolve("data"),
                "--service-recovery.payments.sandbox.jdbc-url=" + url("postgres"),
                // The handler leaves its mail in the outbox; sending it comes afterwards and is not measured.
                "--service-recovery.mail.quiet-hours=00:00-23:59"));
        arguments.addAll(settings.arguments());
        List<String> options = new ArrayList<>(List.of("-Xmx1g"));
        if (System.getProperty("jvm") != null) {
            options.addAll(List.of(System.getProperty("jvm").split(" ")));
        }
        return StartedProcess.java(directory, options, ServiceRecovery.class, arguments);
    }

    /** The server's processes that live now; the connections of a pool outlive a drain. */
    private Duration serverCpu() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("postgres").resolve("postmaster.pid"))) {
            long postmaster = Long.parseLong(lines.findFirst().orElseThrow().strip());
            return ProcessHandle.of(postmaster).stream()
                    .flatMap(ProcessHandle::descendants)
                    .map(process -> cpu(process.pid()))
                    .reduce(Duration.ZERO, Duration::plus);
        }
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private static int port(StartedProcess application) {
        return URI.create(application.awaitLine("  Engine REST      ", Duration.ofMinutes(3)))
                .getPort();
    }

    private String url(String database) {
        return server.getJdbcUrl("postgres", database);
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database));
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static String seconds(Duration duration) {
        return "%.1f".formatted(duration.toMillis() / 1000.0);
    }
}
