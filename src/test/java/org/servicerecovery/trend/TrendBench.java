package org.servicerecovery.trend;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.camunda.bpm.engine.IdentityService;
import org.postgresql.PGConnection;
import org.servicerecovery.Bench;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What {@code bench/trend.sh} runs: three years of closed cases straight in the tables, then the same questions by
 * roll-up, by SQL over the facts and by DuckDB over a copy of the facts, one after the other in each round; and what the
 * upkeep costs a closing.
 */
final class TrendBench {

    private static final int ROUNDS = Integer.getInteger("rounds", 200);
    private static final int SLOW_ROUNDS = Integer.getInteger("slow-rounds", 20);
    private static final int CLOSINGS = Integer.getInteger("closings", 500);
    private static final int UNFOLDED = 500;
    /** Requests until the server is as fast as it is in the long run. */
    private static final int WARM_UP = 300;

    private static final int SEED = Integer.getInteger("seed", 1);
    /** In the middle of the three years: a cause becomes twice as frequent, and another three times in one team. */
    private static final String OWNER = "owner-7";

    private final Path directory;
    private final EmbeddedPostgres server;
    /** How many cases have rows in all tables; what is asked for beyond that are copies of their facts. */
    private static final long WHOLE_CASES = 1_000_000;

    private final long count;

    private TrendBench(Path directory, EmbeddedPostgres server, long count) {
        this.directory = directory;
        this.server = server;
        this.count = count;
    }

    public static void main(String[] arguments) throws Exception {
        long count = arguments.length == 0 ? 1_000_000 : Long.parseLong(arguments[0]);
        Path directory = Bench.directory("bench-trend");
        EmbeddedPostgres.Builder builder = Bench.durablePostgres(directory)
                .setServerConfig("max_wal_size", "8GB")
                .setServerConfig("work_mem", "64MB");
        try (EmbeddedPostgres server = builder.start()) {
            new TrendBench(directory, server, count).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        System.out.println(Bench.machine());
        sql("create database book");
        try (ConfigurableApplicationContext application = start()) {
            JdbcClient db = application.getBean(JdbcClient.class);
            Loop loop = new Loop(application);
            loop.closed(loop.tag());
            time("made", this::make);
            time("counted all of them into roll-ups", this::countAll);
            time("recount", () -> {
                TrendFold.Recount recount = application.getBean(TrendFold.class).recount();
                System.out.printf(
                        "%,d cases counted anew: %d cases and %d rows of the roll-up were wrong%n",
                        recount.cases(), recount.wrongCases(), recount.wrongRows());
            });
            if (count > WHOLE_CASES) {
                time("copied facts", this::copyFacts);
            }
            System.out.printf(
                    "%,d rows in the roll-up%n",
                    db.sql("select count(*) from trend_rollup")
                            .query(Long.class)
                            .single());
            upkeep(application, loop);
            queries(application);
            page(application);
            if (count <= WHOLE_CASES) {
                time("signals of a quarter looked for", () -> look(application));
            } else {
                System.out.println("signals not looked for: the copied facts have no cases that a signal could name");
            }
        }
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(ServiceRecovery.class)
                .run(
                        "--server.port=0",
                        "--spring.datasource.url=" + url(),
                        "--service-recovery.payments.sandbox.jdbc-url=" + server.getJdbcUrl("postgres", "book"),
                        "--service-recovery.data-dir=" + directory.resolve("data"),
                        "--camunda.bpm.job-execution.enabled=false",
                        "--service-recovery.trend.every=PT24H",
                        "--service-recovery.mail.every=PT24H",
                        "--service-recovery.admin.password=" + RunningApplication.ADMIN_PASSWORD);
    }

    private String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void time(String what, Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        System.out.printf("%s: %.1f s%n", what, (System.nanoTime() - start) / 1e9);
    }

    /** Each case with its origin, clock, cause, verdict for most, an answer of the customer for a third, a credit for a fifth. */
    private void make() throws SQLException {
        sql(
                "drop index recovery_case_words_idx",
                "select setseed(" + SEED / 1000.0 + ")",
                """
                insert into customer (number, name, created_at)
                select 'B-' || n, 'Customer ' || n, now() from generate_series(1, 20000) n""",
                """
                insert into root_cause_tag (code, label, created_at)
                select 'bench-' || n, 'Cause ' || n, now() from generate_series(1, 30) n""",
                """
                create temporary table made as
                select b.n, b.opened, b.opened + (60 + 864000 * b.r1 ^ 3) * interval '1 second' as resolved, b.team,
                       case when b.opened >= timestamp '2025-07-01' and b.r2 < 0.03 then 3
                            when b.opened >= timestamp '2025-07-01' and b.team = 5 and b.r2 < 0.08 then 7
                            else 1 + floor(30 * b.r3 ^ 1.7)::int end as tag,
                       b.r4, b.r5, b.r6, b.r7
                  from (select n, timestamp '2024-01-01' + n * (interval '1095 days' / %1$d.0) as opened,
                               1 + floor(20 * random())::int as team, random() as r1, random() as r2, random() as r3,
                               random() as r4, random() as r5, random() as r6, random() as r7
                          from generate_series(1, %1$d) n) b""".formatted(Math.min(count, WHOLE_CASES)),
                "create temporary table base as select coalesce(max(id), 0) as id from recovery_case",
                """
                insert into recovery_case (id, number, customer_id, severity, failure_source, summary, state, owner,
                                           opened_by, opened_at, closed_at)
                overriding system value
                select b.id + n, 'SR-' || extract(year from opened) || '-B' || n,
                       (select min(id) from customer where number like 'B-%') + n % 20000,
                       (array['MINOR', 'MODERATE', 'MAJOR', 'CRITICAL'])[1 + floor(4 * r4 ^ 2)::int], 'COMPLAINT', 'Made',
                       'CLOSED', 'owner-' || n % 25, 'bench', opened, resolved from made, base b""",
                "insert into case_epoch (case_id, epoch, started_at, ended_at, outcome) select b.id + n, 1, opened, resolved, 'RESOLVED' from made, base b",
                """
                insert into case_origin (case_id, kind, team, area, product, operative)
                select b.id + n, 'job', 'Team ' || team, 'Area ' || n % 15, 'Product ' || floor(r5 * 10),
                       'operative-' || team || '-' || floor(r6 * 10) from made, base b""",
                """
                insert into resolution (case_id, epoch, type, tag_id, tag_label, prevention_action, resolved_by,
                                        resolved_at, finding, found_by, found_at)
                select b.id + n, 1, 'APOLOGY_ONLY', t.id, t.label, 'Call before', 'bench', resolved,
                       case when r7 < 0.4 then 'UPHELD' when r7 < 0.5 then 'PARTIALLY_UPHELD' when r7 < 0.8 then 'NOT_UPHELD' end,
                       case when r7 < 0.8 then 'reviewer' end, case when r7 < 0.8 then resolved + interval '3 days' end
                  from made join root_cause_tag t on t.code = 'bench-' || tag, base b""",
                "insert into case_cause (case_id, tag_id, tag_label, main) select case_id, tag_id, tag_label, true from resolution on conflict do nothing",
                """
                insert into clock_entry (case_id, epoch, clock, seq, kind, at, by_user, due_at)
                select b.id + n, 1, 'resolution', s.seq, s.kind, case s.seq when 1 then opened else resolved end, 'bench',
                       opened + interval '7 days'
                  from made, base b, (values (1, 'STARTED'), (2, 'STOPPED')) s (seq, kind)""",
                """
                insert into survey_invitation (case_id, epoch, customer_id, public_id, invited_at, expires_at, answered_at,
                                               score)
                select c.id, 1, c.customer_id, uuid_send(gen_random_uuid()), c.closed_at, c.closed_at + interval '30 days',
                       c.closed_at + interval '1 day', 1 + floor(5 * m.r6)::int
                  from made m, base b, recovery_case c where c.id = b.id + m.n and m.n % 3 = 0""",
                "insert into ledger_account (code, currency) values ('RECOVERY_COST', 'GBP'), ('REFUNDS_PAID', 'GBP') on conflict do nothing",
                """
                insert into compensation (case_id, kind, amount, currency, reason, state, approval, offered_by, offered_at,
                                          idempotency_key, description, comped_service)
                select b.id + n, 'CREDIT', 5 + floor(r5 * 200), 'GBP', 'Made', 'SETTLED', 'NONE', 'bench', opened,
                       gen_random_uuid(), null, null from made, base b where n % 5 = 0""",
                """
                insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, posted_at,
                                             compensation_id, actor)
                select 'bench/' || m.id, 'REFUND_ADOPTED', d.id, c.id, m.amount, m.currency, m.offered_at, m.id, 'bench'
                  from compensation m, ledger_account d, ledger_account c
                 where m.offered_by = 'bench' and d.code = 'RECOVERY_COST' and d.currency = 'GBP' and d.customer_id is null
                   and c.code = 'REFUNDS_PAID' and c.currency = 'GBP' and c.customer_id is null""",
                "select setval(pg_get_serial_sequence('recovery_case', 'id'), (select max(id) from recovery_case))",
                "vacuum analyze");
    }

    /**
     * The same failures once more, as often as it takes: the causes, teams and months are as many however many cases there
     * are. What is open stays what it was.
     */
    private void copyFacts() throws SQLException {
        long times = count / WHOLE_CASES;
        String rest = "resolved_on, tag_id, further_tags, tag_at_close, label_at_close, customer_id, owner, team, area,"
                + " product, operative, severity, source, resolution_type, opened_on, finding, found_on,"
                + " regulator_finding, regulator_found_on, to_first_action, to_resolution, deadline_met, cost, reopened,"
                + " satisfaction, satisfied_on";
        sql(
                "insert into trend_fact select case_id + n * 1000000000::bigint, " + rest
                        + " from trend_fact, generate_series(1, " + (times - 1) + ") n order by resolved_on",
                "update trend_rollup set cases = cases * " + times + ", total = total * " + times,
                "vacuum full trend_rollup",
                "vacuum analyze");
    }

    /** As the migration did it with the cases that were there. */
    private void countAll() throws SQLException {
        sql(
                "truncate trend_fact, trend_change, trend_rollup",
                "insert into trend_fact select * from trend_facts('UTC')",
                """
                insert into trend_rollup (series, tag_id, key, month, cases, total)
                select p.series, p.tag_id, p.key, p.month, sum(p.cases), sum(p.total)
                  from trend_fact f cross join lateral trend_parts(f) p group by 1, 2, 3, 4""",
                "vacuum analyze");
    }

    /** Closings one after the other, and on the same cases what the figures ask of each. */
    private void upkeep(ConfigurableApplicationContext application, Loop loop) {
        JdbcClient db = application.getBean(JdbcClient.class);
        TransactionTemplate transaction = application.getBean(TransactionTemplate.class);
        Trends trends = application.getBean(Trends.class);
        String tag = loop.tag();
        List<RecoveryCase> resolved = new ArrayList<>();
        for (int i = 0; i < CLOSINGS; i++) {
            resolved.add(loop.resolve(loop.readyToResolve(Severity.MINOR), tag));
        }
        long[] closing = new long[CLOSINGS];
        for (int i = 0; i < CLOSINGS; i++) {
            long start = System.nanoTime();
            loop.closeLoop(resolved.get(i));
            closing[i] = System.nanoTime() - start;
        }
        long[] changed = new long[CLOSINGS];
        for (int i = 0; i < CLOSINGS; i++) {
            long id = resolved.get(i).id();
            // As it stood before the closing, and then what the closing does for the figures.
            transaction.executeWithoutResult(status ->
                    db.sql("delete from trend_fact where case_id = ?").param(id).update());
            int at = i;
            transaction.executeWithoutResult(status -> {
                long start = System.nanoTime();
                trends.changed(id);
                changed[at] = System.nanoTime() - start;
                status.setRollbackOnly();
            });
            transaction.executeWithoutResult(status -> trends.changed(id));
        }
        db.sql(
                        "delete from trend_change where id in (select max(id) from trend_change group by case_id having count(*) > 1)")
                .update();
        long fold = System.nanoTime();
        application.getBean(TrendFold.class).fold();
        double folded = (System.nanoTime() - fold) / 1e6 / CLOSINGS;
        System.out.printf(
                "A closing: %s ms. Its figures: %s ms, and %.3f ms for its share of the fold: %.1f %% of it (medians)%n",
                spread(closing), spread(changed), folded, 100.0 * (median(changed) + folded) / median(closing));
    }

    private void queries(ConfigurableApplicationContext application) throws Exception {
        TrendCounts counts = application.getBean(TrendCounts.class);
        JdbcClient db = application.getBean(JdbcClient.class);
        leaveUnfolded(application);
        long waiting =
                db.sql("select count(*) from trend_change").query(Long.class).single();
        Quarter quarter = Quarter.parse("2026-Q2");
        YearMonth begin = YearMonth.of(2024, 1);
        YearMonth end = YearMonth.of(2026, 12);
        long tag = db.sql("select id from root_cause_tag where code = 'bench-3'")
                .query(Long.class)
                .single();
        String inQuarter = "resolved_on >= date '2026-04-01' and resolved_on < date '2026-07-01'";
        Map<String, Callable<?>> ours = new LinkedHashMap<>();
        Map<String, String> raw = new LinkedHashMap<>();
        ours.put("causes of a quarter", () -> counts.ofQuarter(quarter, TaxonomyView.IS, null));
        raw.put("causes of a quarter", "select tag_id, count(*) from trend_fact where " + inQuarter + " group by 1");
        ours.put("as they were called", () -> counts.ofQuarter(quarter, TaxonomyView.WAS, null));
        raw.put(
                "as they were called",
                "select tag_at_close, label_at_close, count(*) from trend_fact where " + inQuarter + " group by 1, 2");
        ours.put(
                "cause x team, a quarter",
                () -> counts.parts(Dimension.TEAM, null, quarter.first(), quarter.last(), null));
        raw.put(
                "cause x team, a quarter",
                "select tag_id, team, count(*) from trend_fact where " + inQuarter + " group by 1, 2");
        ours.put(
                "cause x operative, a quarter",
                () -> counts.parts(Dimension.OPERATIVE, null, quarter.first(), quarter.last(), null));
        raw.put(
                "cause x operative, a quarter",
                "select tag_id, operative, count(*) from trend_fact where " + inQuarter + " group by 1, 2");
        ours.put(
                "a cause over 36 months",
                () -> counts.overTime(Dimension.TAG, "bench-3", "", new Span(begin, end, Span.By.MONTH), null));
        raw.put(
                "a cause over 36 months",
                "select date_trunc('month', resolved_on), count(*) from trend_fact where tag_id = " + tag
                        + " group by 1");
        ours.put(
                "a cause in a team, 12 quarters",
                () -> counts.overTime(
                        Dimension.TEAM, "bench-3", "Team 5", new Span(begin, end, Span.By.QUARTER), null));
        raw.put(
                "a cause in a team, 12 quarters",
                "select date_trunc('quarter', resolved_on), count(*) from trend_fact where team = 'Team 5' and tag_id = "
                        + tag + " group by 1");
        ours.put("one owner's causes, a quarter", () -> counts.ofQuarter(quarter, TaxonomyView.IS, OWNER));
        raw.put(
                "one owner's causes, a quarter",
                "select tag_id, count(*) from trend_fact where owner = '" + OWNER + "' and " + inQuarter
                        + " group by 1");
        ours.put(
                "one owner's cause, 36 months",
                () -> counts.overTime(Dimension.TAG, "bench-3", "", new Span(begin, end, Span.By.MONTH), OWNER));
        raw.put(
                "one owner's cause, 36 months",
                "select date_trunc('month', resolved_on), count(*) from trend_fact where owner = '" + OWNER
                        + "' and tag_id = " + tag + " group by 1");
        ours.put(
                "one owner's cause in a team",
                () -> counts.overTime(Dimension.TEAM, "bench-3", "Team 5", new Span(begin, end, Span.By.MONTH), OWNER));
        raw.put(
                "one owner's cause in a team",
                "select date_trunc('month', resolved_on), count(*) from trend_fact where owner = '" + OWNER
                        + "' and team = 'Team 5' and tag_id = " + tag + " group by 1");
        raw.put(
                "verdicts of a quarter",
                "select finding, count(*) from trend_fact where found_on >= date '2026-04-01'"
                        + " and found_on < date '2026-07-01' group by 1");
        ours.put("verdicts of a quarter", () -> db.sql("""
                        select key, sum(cases) from trend_count
                         where series = 'finding' and month >= date '2026-04-01' and month < date '2026-07-01'
                         group by 1""").query().listOfRows());
        System.out.printf("%nmilliseconds: median [quartiles] p95, with %d changes not folded yet%n", waiting);
        System.out.printf("%-32s %-30s %-30s %s%n", "", "roll-up", "SQL over the facts", "DuckDB");
        try (Connection postgres = DriverManager.getConnection(url());
                Connection duck = duckDb(postgres)) {
            for (Map.Entry<String, Callable<?>> question : ours.entrySet()) {
                String sql = raw.get(question.getKey());
                long[] byUs = new long[ROUNDS];
                long[] byFacts = new long[SLOW_ROUNDS];
                long[] byDuck = new long[duck == null ? 0 : SLOW_ROUNDS];
                for (int i = -5; i < ROUNDS; i++) {
                    long us = timed(question.getValue());
                    if (i >= 0) {
                        byUs[i] = us;
                    }
                    if (i < SLOW_ROUNDS) {
                        long facts = timed(() -> rows(postgres, sql));
                        long inDuck = duck == null ? 0 : timed(() -> rows(duck, sql));
                        if (i >= 0) {
                            byFacts[i] = facts;
                            if (duck != null) {
                                byDuck[i] = inDuck;
                            }
                        }
                    }
                }
                System.out.printf(
                        "%-32s %-30s %-30s %s%n",
                        question.getKey(), spread(byUs), spread(byFacts), duck == null ? "not loaded" : spread(byDuck));
            }
        }
    }

    /** What the Recovery page and its card load, by HTTP and in a session, as Cockpit does; twelve months of it. */
    private static void page(ConfigurableApplicationContext application) throws Exception {
        int port = ((WebServerApplicationContext) application).getWebServer().getPort();
        TestPeople.add(application.getBean(IdentityService.class), "bench-business-owner", Role.BUSINESS_OWNER);
        Visitor reader = Visitor.browser(port);
        reader.signIn("bench-business-owner", TestPeople.PASSWORD);
        for (String path :
                List.of("/api/recovery", "/api/recovery?from=2024-01&to=2026-12&by=quarter", "/api/recovery/card")) {
            long[] times = new long[ROUNDS];
            int size = 0;
            for (int i = -WARM_UP; i < ROUNDS; i++) {
                long start = System.nanoTime();
                HttpResponse<String> answer = reader.get(path);
                long end = System.nanoTime();
                if (answer.statusCode() != 200) {
                    throw new IllegalStateException(path + " answered " + answer.statusCode() + ": " + answer.body());
                }
                size = answer.body().length();
                if (i >= 0) {
                    times[i] = end - start;
                }
            }
            System.out.printf("GET %-52s %s ms, %,d characters%n", path, spread(times), size);
        }
    }

    /** All rules over the quarter that runs, as the tick does it after a case was closed in it. */
    private static void look(ConfigurableApplicationContext application) {
        application.getBean(TrendFold.class).fold();
        SignalFinder finder = application.getBean(SignalFinder.class);
        finder.takeTouchedCases();
        finder.look(Quarter.parse("2026-Q2"));
    }

    /** Cases whose cause was changed since the last fold. */
    private void leaveUnfolded(ConfigurableApplicationContext application) {
        JdbcClient db = application.getBean(JdbcClient.class);
        Random random = new Random(SEED);
        List<Long> tags = db.sql("select id from root_cause_tag where code like 'bench-%'")
                .query(Long.class)
                .list();
        long last = db.sql("select max(case_id) from trend_fact where owner like 'owner-%' and case_id < 1000000000")
                .query(Long.class)
                .single();
        TransactionTemplate transaction = application.getBean(TransactionTemplate.class);
        for (int i = 0; i < UNFOLDED / 2; i++) {
            long id = last - random.nextInt((int) Math.min(count / 2, 100_000));
            transaction.executeWithoutResult(status -> {
                db.sql("select id from recovery_case where id = ? for update")
                        .param(id)
                        .query(Long.class)
                        .single();
                db.sql("update case_cause set tag_id = ? where case_id = ?")
                        .params(tags.get(random.nextInt(tags.size())), id)
                        .update();
                application.getBean(Trends.class).changed(id);
            });
        }
    }

    private Connection duckDb(Connection postgres) throws SQLException, IOException {
        Path file = directory.resolve("facts.csv");
        try (OutputStream out = Files.newOutputStream(file)) {
            postgres.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "copy (select case_id, resolved_on, tag_id, tag_at_close, label_at_close, owner, team, operative, finding, found_on"
                                    + " from trend_fact) to stdout (format csv, header)",
                            out);
        }
        Connection duck;
        try {
            duck = DriverManager.getConnection("jdbc:duckdb:");
        } catch (SQLException | LinkageError | RuntimeException e) {
            System.out.println("DuckDB's native library could not be loaded: " + e.getMessage());
            return null;
        }
        try (Statement sql = duck.createStatement()) {
            sql.execute("create table trend_fact as select * from read_csv('" + file + "')");
        }
        Files.delete(file);
        return duck;
    }

    private static int rows(Connection connection, String query) throws SQLException {
        int rows = 0;
        try (Statement sql = connection.createStatement();
                ResultSet result = sql.executeQuery(query)) {
            while (result.next()) {
                rows++;
            }
        }
        return rows;
    }

    private static long timed(Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return System.nanoTime() - start;
    }

    private static double median(long[] times) {
        return at(times, 0.5);
    }

    private static double at(long[] times, double share) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1e6;
    }

    private static String spread(long[] times) {
        return "%.2f [%.2f-%.2f] %.2f".formatted(median(times), at(times, 0.25), at(times, 0.75), at(times, 0.95));
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url());
                Statement sql = connection.createStatement()) {
            for (String each : statements) {
                sql.execute(each);
            }
        }
    }
}
