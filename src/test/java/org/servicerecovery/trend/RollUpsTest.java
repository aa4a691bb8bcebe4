package org.servicerecovery.trend;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.trend.MadeCases.Origin;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The business of the shared application is in UTC. */
@RunningApplication
class RollUpsTest {

    private static final Quarter QUARTER = Quarter.parse("2041-Q3");
    private static final Instant DAY = Instant.parse("2041-08-15T10:00:00Z");
    private static final int CHANGES = Integer.getInteger("trend.changes", 600);
    private static final int CASES = 60;

    @Autowired
    ApplicationContext application;

    @Autowired
    Trends trends;

    @Autowired
    TrendCounts counts;

    @Autowired
    TrendFold fold;

    @Autowired
    JdbcClient db;

    @Autowired
    TransactionTemplate transaction;

    MadeCases made;
    Loop loop;

    @BeforeEach
    void itIs() {
        Loop.itIs(DAY);
        loop = new Loop(application);
        made = new MadeCases(db, trends, transaction);
        fold.recount();
    }

    @AfterEach
    void nothingIsLeft() {
        ClockUtil.reset();
        made.removeAll();
        fold.recount();
    }

    @Test
    void rollUpsEqualACountOfTheCasesAfterManyRandomChangesOfManyAtOnce() throws Exception {
        List<Long> tags = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tags.add(idOf(loop.tag()));
        }
        List<Long> cases = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < CASES; i++) {
            cases.add(made.close(
                    tags.get(random.nextInt(tags.size())),
                    DAY.minusSeconds(86_400L * random.nextInt(400)),
                    Origin.team("Team " + random.nextInt(3)),
                    "owner-" + random.nextInt(3)));
        }
        ExecutorService people = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> working = new ArrayList<>();
            for (int worker = 0; worker < 3; worker++) {
                int seed = worker;
                working.add(people.submit(() -> {
                    Random own = new Random(seed);
                    for (int i = 0; i < CHANGES / 3; i++) {
                        changeSomething(own, cases.get(own.nextInt(cases.size())), tags);
                        if (own.nextInt(40) == 0) {
                            fold.fold();
                        }
                    }
                }));
            }
            for (Future<?> each : working) {
                each.get(30, TimeUnit.MINUTES);
            }
        } finally {
            people.shutdownNow();
        }

        assertThat(countedByReaders()).as("with what was not folded yet").isEqualTo(countedByHand());
        fold.fold();
        assertThat(countedByReaders()).as("folded").isEqualTo(countedByHand());
        assertThat(db.sql("select count(*) from trend_change").query(Long.class).single())
                .isZero();
        TrendFold.Recount recount = fold.recount();
        assertThat(recount.wrongCases()).isZero();
        assertThat(recount.differences()).isEmpty();
    }

    private void changeSomething(Random random, long id, List<Long> tags) {
        long tag = tags.get(random.nextInt(tags.size()));
        long other = tags.get(random.nextInt(tags.size()));
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> made.retag(id, tag);
            case 3 ->
                made.change(
                        id,
                        () -> db.sql("update resolution set finding = ?, found_at = ? where case_id = ?")
                                .params(
                                        random.nextBoolean() ? "UPHELD" : "NOT_UPHELD",
                                        java.sql.Timestamp.from(DAY),
                                        id)
                                .update());
            // Opened again and closed again: counted by the first verdict throughout.
            case 4 ->
                made.change(id, () -> {
                    db.sql("""
                                insert into case_epoch (case_id, epoch, started_at, ended_at, outcome)
                                select case_id, max(epoch) + 1, now(), now(), 'RESOLVED' from case_epoch
                                 where case_id = ? group by 1""").param(id).update();
                    state(id, "OPEN");
                });
            case 5 -> made.change(id, () -> state(id, "CLOSED"));
            case 6 -> made.change(id, () -> state(id, random.nextBoolean() ? "WITHDRAWN" : "DUPLICATE"));
            case 7 ->
                made.change(
                        id,
                        () -> db.sql("update recovery_case set owner = ? where id = ?")
                                .params("owner-" + random.nextInt(3), id)
                                .update());
            // A merge and its undoing: no case is touched. Only into a later one, so there is no cycle.
            case 8 ->
                db.sql("update root_cause_tag set merged_into = ? where id = ? and id < ?")
                        .params(Math.max(tag, other), Math.min(tag, other), Math.max(tag, other))
                        .update();
            default ->
                db.sql("update root_cause_tag set merged_into = null where id = ?")
                        .param(tag)
                        .update();
        }
    }

    private void state(long id, String state) {
        db.sql(
                        "update recovery_case set state = :state, closed_at = case when :state <> 'OPEN' then opened_at end where id = :id")
                .param("state", state)
                .param("id", id)
                .update();
    }

    /** By tag of today and month, and by team, as readers see it. */
    private Map<String, Long> countedByReaders() {
        Map<String, Long> counted = new TreeMap<>();
        for (YearMonth month = YearMonth.of(2040, 1);
                month.isBefore(YearMonth.of(2042, 1));
                month = month.plusMonths(1)) {
            for (TrendCounts.Part part : counts.parts(Dimension.TEAM, null, month, month, null)) {
                counted.put(part.tag() + " " + part.key() + " " + month, part.cases());
            }
        }
        for (String owner : List.of("owner-0", "owner-1", "owner-2")) {
            counts.ofQuarter(QUARTER, TaxonomyView.IS, owner)
                    .forEach(count -> counted.put(count.tag() + " of " + owner, count.cases()));
        }
        return counted;
    }

    /** The same by one plain statement over the cases' own tables. */
    private Map<String, Long> countedByHand() {
        Map<String, Long> counted = new TreeMap<>();
        String cases = """
                with recursive ends(id, at) as (
                  select id, id from root_cause_tag
                  union all
                  select e.id, t.merged_into from ends e join root_cause_tag t on t.id = e.at where t.merged_into is not null),
                the_end as (
                  select e.id, e.at from ends e join root_cause_tag t on t.id = e.at where t.merged_into is null)
                select t.code || %s as name, count(*) as cases
                  from recovery_case c join case_cause m on m.case_id = c.id and m.main
                  join resolution r on r.case_id = c.id and r.epoch = 1
                  join case_origin o on o.case_id = c.id
                  join the_end e on e.id = m.tag_id join root_cause_tag t on t.id = e.at
                 where c.opened_by = 'made-for-figures' and c.state not in ('WITHDRAWN', 'DUPLICATE') and %s
                 group by 1""";
        for (String sql : List.of(
                cases.formatted("' ' || o.team || ' ' || to_char(r.resolved_at at time zone 'UTC', 'YYYY-MM')", "true"),
                cases.formatted(
                        "' of ' || c.owner",
                        "to_char(r.resolved_at at time zone 'UTC', 'YYYY-\"Q\"Q') = '" + QUARTER + "'"))) {
            db.sql(sql)
                    .query((row, n) -> counted.put(row.getString("name"), row.getLong("cases")))
                    .list();
        }
        return counted;
    }

    @Test
    void aRecountSaysWhatWasWrongAndPutsItRight() {
        long tag = idOf(loop.tag());
        made.close(tag, DAY, Origin.team("North"), "owner-0");
        long second = made.close(tag, DAY, Origin.team("North"), "owner-0");
        fold.fold();
        db.sql("update trend_rollup set cases = 40 where series = 'team' and tag_id = ?")
                .param(tag)
                .update();
        // Somebody wrote past the application.
        state(second, "OPENED_IN_ERROR");

        TrendFold.Recount recount = fold.recount();

        assertThat(recount.wrongCases()).isEqualTo(1);
        assertThat(recount.differences()).singleElement().satisfies(each -> {
            assertThat(each.series()).isEqualTo("team");
            assertThat(each.key()).isEqualTo("North");
            assertThat(each.was()).isEqualTo(39);
            assertThat(each.is()).isEqualTo(1);
        });
        assertThat(fold.recount().wrongRows()).isZero();
        assertThat(counts.parts(Dimension.TEAM, codeOf(tag), QUARTER.first(), QUARTER.last(), null))
                .singleElement()
                .satisfies(part -> assertThat(part.cases()).isEqualTo(1));
    }

    @Test
    void figuresAreThereAsTheyWereAndAsTheyAre() {
        String rude = loop.tag();
        String rough = loop.tag();
        String manners = loop.tag();
        for (int i = 0; i < 3; i++) {
            made.close(idOf(rude), DAY, Origin.NONE, "owner-0");
        }
        made.close(idOf(rough), DAY, Origin.NONE, "owner-0");
        db.sql("update root_cause_tag set label = 'Manners on site' where code = ?")
                .param(rude)
                .update();
        db.sql("update root_cause_tag set merged_into = ? where code = ?")
                .params(idOf(rude), rough)
                .update();
        db.sql("update root_cause_tag set parent_id = ? where code = ?")
                .params(idOf(manners), rude)
                .update();

        assertThat(mine(TaxonomyView.IS, rude, rough, manners)).containsExactly("Manners on site 4");
        assertThat(mine(TaxonomyView.WAS, rude, rough, manners))
                .containsExactlyInAnyOrder("Label of " + rude + " 3", "Label of " + rough + " 1");
        assertThat(mine(TaxonomyView.FAMILY, rude, rough, manners)).containsExactly("Label of " + manners + " 4");
        fold.fold();
        assertThat(counts.overTime(
                        Dimension.FAMILY, manners, "", new Span(QUARTER.first(), QUARTER.last(), Span.By.MONTH), null))
                .extracting(TrendCounts.Point::period, TrendCounts.Point::cases)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("2041-07", 0L),
                        org.assertj.core.groups.Tuple.tuple("2041-08", 4L),
                        org.assertj.core.groups.Tuple.tuple("2041-09", 0L));
        assertThat(counts.overTime(
                        Dimension.TAG, rough, "", new Span(QUARTER.first(), QUARTER.last(), Span.By.QUARTER), null))
                .as("asked for by the name that was merged")
                .containsExactly(new TrendCounts.Point("2041-Q3", 4));
        assertThat(counts.overTime(
                        Dimension.TAG, rough, "", new Span(QUARTER.last(), QUARTER.last(), Span.By.QUARTER), null))
                .as("a quarter is whole, whichever of its months is asked for")
                .containsExactly(new TrendCounts.Point("2041-Q3", 4));

        db.sql("update root_cause_tag set merged_into = null where code = ?")
                .param(rough)
                .update();
        assertThat(mine(TaxonomyView.IS, rude, rough, manners))
                .containsExactly("Manners on site 3", "Label of " + rough + " 1");
        made.removeAll();
    }

    private List<String> mine(TaxonomyView view, String... codes) {
        return counts.ofQuarter(QUARTER, view, null).stream()
                .filter(count -> List.of(codes).contains(count.tag()))
                .map(count -> count.label() + " " + count.cases())
                .toList();
    }

    @Test
    @EdgeCase("Reopened: the first verdict stays")
    void aCaseCarriesWhatMeasuresAreCountedFromAndStaysCountedWhenItIsOpenedAgain() {
        Loop.itIs(DAY.minusSeconds(7_200));
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        Loop.itIs(DAY);
        String tag = loop.tag();
        RecoveryCase closed = loop.closeLoop(loop.resolve(ready, tag));
        assertThat(fact(closed)).isEqualTo("2041-08-15 open 7200 true {} false none none");

        loop.does(Role.REVIEWER, () -> application.getBean(Resolutions.class).find(closed.number(), "upheld"));
        transaction.executeWithoutResult(status -> {
            long compensation = db.sql("""
                            insert into compensation (case_id, kind, amount, currency, reason, state, approval, offered_by,
                                                      offered_at, idempotency_key)
                            values (?, 'CREDIT', 12.5, 'GBP', 'Sorry', 'SETTLED', 'NONE', 'made', now(), gen_random_uuid())
                            returning id""").param(closed.id()).query(Long.class).single();
            db.sql(
                            "insert into ledger_account (code, currency) values ('RECOVERY_COST', 'GBP'), ('REFUNDS_PAID', 'GBP') on conflict do nothing")
                    .update();
            db.sql("""
                            insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, posted_at,
                                                         compensation_id, actor)
                            select ?, 'REFUND_ADOPTED', d.id, c.id, 12.5, 'GBP', now(), ?, 'made'
                              from ledger_account d, ledger_account c
                             where d.code = 'RECOVERY_COST' and c.code = 'REFUNDS_PAID' and d.currency = 'GBP'
                               and c.currency = 'GBP'""").params("made/" + UUID.randomUUID(), compensation).update();
            trends.lookAgain(closed.id());
        });
        fold.fold();
        assertThat(fact(closed)).isEqualTo("2041-08-15 open 7200 true {\"GBP\": 12.5000} false UPHELD none");
        assertThat(total("cost", "GBP")).isEqualByComparingTo("12.5");
        assertThat(total("finding", "UPHELD")).isEqualByComparingTo("0");

        loop.does(Role.CASE_OWNER, () -> application.getBean(Cases.class).reopen(closed.number(), "It dripped again"));
        assertThat(fact(closed)).isEqualTo("2041-08-15 open 7200 true {\"GBP\": 12.5000} true UPHELD none");
        assertThat(mine(TaxonomyView.IS, tag)).containsExactly("Label of " + tag + " 1");

        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Cases.class)
                        .closeWithoutCause(
                                closed.number(),
                                org.servicerecovery.cases.CaseState.OPENED_IN_ERROR,
                                "It was somebody else’s.",
                                null));
        assertThat(mine(TaxonomyView.IS, tag)).isEmpty();
        fold.fold();
        assertThat(db.sql("select count(*) from trend_rollup where tag_id = ?")
                        .param(idOf(tag))
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aDayIsThatOfTheBusinessWhateverItsZoneIsCalled() {
        for (String name :
                List.of("Europe/Berlin", "Pacific/Auckland", "UTC", "Z", "+02:00", "-09:30", "UTC+5", "GMT-3")) {
            assertSameDays(name);
        }
    }

    private void assertSameDays(String name) {
        ZoneId zone = ZoneId.of(name);
        // Around the ends of quarters, and the hours in which clocks are put forward or back.
        for (String at : List.of(
                "2031-03-31T10:59:59Z",
                "2031-03-31T11:00:00Z",
                "2031-03-30T00:59:59Z",
                "2031-09-30T21:59:59Z",
                "2031-09-30T22:00:00Z",
                "2031-10-26T00:30:00Z",
                "2031-12-31T22:59:59Z",
                "2031-12-31T23:00:00Z")) {
            LocalDate day = db.sql("select (cast(? as timestamptz) at time zone ?)::date")
                    .params(at, SqlZone.nameOf(zone))
                    .query(LocalDate.class)
                    .single();
            assertThat(day).as(at + " in " + name).isEqualTo(LocalDate.ofInstant(Instant.parse(at), zone));
        }
    }

    private String fact(RecoveryCase of) {
        return db.sql("""
                        select resolved_on || ' ' || case when to_first_action = 0 then 'open' else 'later' end || ' '
                               || to_resolution || ' ' || deadline_met || ' ' || cost || ' ' || reopened || ' '
                               || coalesce(finding, 'none') || ' ' || coalesce(satisfaction::text, 'none')
                          from trend_fact where case_id = ?""").param(of.id()).query(String.class).single();
    }

    /** In the month of this test; causes are not told apart. */
    private BigDecimal total(String series, String key) {
        return db.sql(
                        "select coalesce(sum(total), -1) from trend_count where series = ? and tag_id = 0 and key = ? and month = ?")
                .params(series, key, LocalDate.parse("2041-08-01"))
                .query(BigDecimal.class)
                .single();
    }

    private long idOf(String code) {
        return db.sql("select id from root_cause_tag where code = ?")
                .param(code)
                .query(Long.class)
                .single();
    }

    private String codeOf(long id) {
        return db.sql("select code from root_cause_tag where id = ?")
                .param(id)
                .query(String.class)
                .single();
    }
}
