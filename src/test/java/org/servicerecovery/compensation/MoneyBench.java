package org.servicerecovery.compensation;

import com.fasterxml.jackson.databind.JsonNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.servicerecovery.Bench;
import org.servicerecovery.Lead;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.installation.StartedProcess;

/** What {@code bench/money.sh} runs: the application as a process of its own, on a durable PostgreSQL of its own. */
final class MoneyBench {

    private static final int CLIENTS = 8;
    private static final int ROUNDS = 3;
    private static final int WARM_UP = 200;

    private final Path directory;
    private final EmbeddedPostgres server;

    private MoneyBench(Path directory, EmbeddedPostgres server) {
        this.directory = directory;
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length == 0 ? 1000 : Integer.parseInt(arguments[0]);
        Path directory = Bench.directory("bench-money");
        EmbeddedPostgres.Builder builder = Bench.durablePostgres(directory).setServerConfig("wal_level", "logical");
        try (EmbeddedPostgres server = builder.start()) {
            new MoneyBench(directory, server).run(count);
        }
    }

    private void run(int count) throws Exception {
        System.out.printf("%s; %d clients%n", Bench.machine(), CLIENTS);
        execute("postgres", "create database money");
        execute("postgres", "create database book");
        List<Double> refunds = new ArrayList<>();
        List<Double> credits = new ArrayList<>();
        List<Double> refundsByJdbc = new ArrayList<>();
        List<Double> creditsByJdbc = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            refunds.add(measure(Kind.PARTIAL_REFUND, count, refundsByJdbc));
            credits.add(measure(Kind.CREDIT, count, creditsByJdbc));
        }
        print("refunds", count, refunds, refundsByJdbc);
        print("credits", count, credits, creditsByJdbc);
    }

    private static void print(String what, int count, List<Double> ours, List<Double> jdbc) {
        Collections.sort(ours);
        Collections.sort(jdbc);
        System.out.printf(
                "%d %s, %d rounds: %.1f a second (%.1f to %.1f); the same rows in the same commits by JDBC:"
                        + " %.1f a second (%.1f to %.1f); ratio of the medians %.1f%n",
                count,
                what,
                ROUNDS,
                ours.get(ROUNDS / 2),
                ours.get(0),
                ours.get(ROUNDS - 1),
                jdbc.get(ROUNDS / 2),
                jdbc.get(0),
                jdbc.get(ROUNDS - 1),
                jdbc.get(ROUNDS / 2) / ours.get(ROUNDS / 2));
    }

    /** How many a second; puts how many JDBC alone did with the same rows into {@code byJdbc}. */
    private double measure(Kind kind, int count, List<Double> byJdbc) throws Exception {
        List<String> cases;
        try (StartedProcess application = start()) {
            Lead lead = lead(application);
            cases = parallel(count + WARM_UP, i -> openCase(lead));
        }
        execute("postgres", "drop database if exists again");
        double seconds;
        try (StartedProcess application = start()) {
            Lead lead = lead(application);
            parallel(WARM_UP, i -> offer(lead, cases.get(count + i), kind));
            awaitSettled();
            // The copy has to be made without connections: the application keeps its state in the database alone.
            snapshot();
            execute("money", "select pg_create_logical_replication_slot('lifecycle', 'test_decoding')");
            long start = System.nanoTime();
            parallel(count, i -> offer(lead, cases.get(i), kind));
            awaitSettled();
            seconds = (System.nanoTime() - start) / 1e9;
        }
        RowReplay replay;
        try (Connection money = DriverManager.getConnection(url("money"))) {
            replay = new RowReplay(money, "lifecycle");
        }
        execute("money", "select pg_drop_replication_slot('lifecycle')");
        long start = System.nanoTime();
        replay.run(url("again"), CLIENTS);
        double jdbcSeconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%d of kind %s: %.1f s; %d commits of %d rows, by JDBC %.1f s%n",
                count, kind.code(), seconds, replay.commits(), replay.rows(), jdbcSeconds);
        byJdbc.add(count / jdbcSeconds);
        return count / seconds;
    }

    /** Copies the database while the application holds connections, but does nothing. */
    private void snapshot() throws Exception {
        execute("postgres", "alter database money with allow_connections false");
        try {
            execute("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'money'");
            Thread.sleep(500);
            execute("postgres", "create database again template money");
        } finally {
            execute("postgres", "alter database money with allow_connections true");
        }
        execute("postgres", "alter database again with allow_connections true");
        // The pool finds out that its connections are gone.
        Thread.sleep(5000);
    }

    private interface Work<T> {

        T at(int i) throws Exception;
    }

    private static <T> List<T> parallel(int count, Work<T> work) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int at = i;
                running.add(clients.submit(() -> work.at(at)));
            }
            List<T> done = new ArrayList<>();
            for (Future<T> one : running) {
                done.add(one.get());
            }
            return done;
        } finally {
            clients.shutdownNow();
        }
    }

    private static String openCase(Lead lead) {
        String customer = lead.customer();
        lead.paid(customer);
        return lead.opensCase(customer, "minor", "Nobody came");
    }

    private static JsonNode offer(Lead lead, String caseNumber, Kind kind) {
        return lead.post(
                201,
                "/api/cases/" + caseNumber + "/compensations",
                Map.of("kind", kind.code(), "amount", "5.00", "currency", "EUR", "reason", "For the trouble"));
    }

    private void awaitSettled() throws Exception {
        try (Connection connection = DriverManager.getConnection(url("money"));
                Statement sql = connection.createStatement()) {
            while (true) {
                try (ResultSet row = sql.executeQuery("select count(*) filter (where m.state <> 'SETTLED')"
                        + " + (select count(*) from act_ru_execution x join act_re_procdef d on d.id_ = x.proc_def_id_"
                        + " where d.key_ = 'compensation') from compensation m")) {
                    row.next();
                    if (row.getLong(1) == 0) {
                        return;
                    }
                }
                Thread.sleep(50);
            }
        }
    }

    private static Lead lead(StartedProcess application) throws Exception {
        return Lead.signedIn(URI.create(application.awaitLine("  Engine REST      ", Duration.ofMinutes(3)))
                .getPort());
    }

    private StartedProcess start() throws Exception {
        return StartedProcess.java(
                directory,
                ServiceRecovery.class,
                "--server.port=0",
                "--spring.datasource.url=" + url("money"),
                "--service-recovery.admin.password=" + RunningApplication.ADMIN_PASSWORD,
                "--service-recovery.data-dir=" + directory.resolve("data"),
                "--service-recovery.payments.sandbox.jdbc-url=" + url("book"));
    }

    private String url(String database) {
        return server.getJdbcUrl("postgres", database);
    }

    private void execute(String database, String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection(url(database));
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }
}
