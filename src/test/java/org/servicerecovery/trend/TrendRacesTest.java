package org.servicerecovery.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.OneNodeAtATime;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.resolution.CaseCauses;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.trend.MadeCases.Origin;
import org.servicerecovery.trend.taxonomy.TaxonomyChanges;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Several people, and several nodes, at once: every figure is what a count of the cases says, and nothing is lost. */
@RunningApplication
class TrendRacesTest {

    private static final Instant DAY = Instant.parse("2056-02-10T10:00:00Z");
    private static final Quarter QUARTER = Quarter.parse("2056-Q1");

    @Autowired
    ApplicationContext application;

    @Autowired
    Trends trends;

    @Autowired
    TrendCounts counts;

    @Autowired
    TrendFold fold;

    @Autowired
    TrendTick tick;

    @Autowired
    TaxonomyChanges changes;

    @Autowired
    CaseCauses causes;

    @Autowired
    Cases cases;

    @Autowired
    Resolutions resolutions;

    @Autowired
    Journal journal;

    @Autowired
    TrainingSignals signals;

    @Autowired
    JdbcClient db;

    @Autowired
    TransactionTemplate transaction;

    Loop loop;
    MadeCases made;
    ExecutorService people = Executors.newFixedThreadPool(6);

    @BeforeEach
    void itIs() {
        Loop.itIs(DAY);
        loop = new Loop(application);
        made = new MadeCases(db, trends, transaction);
        fold.recount();
    }

    @AfterEach
    void everyFigureIsWhatACountOfTheCasesSays() {
        people.shutdownNow();
        fold.fold();
        TrendFold.Recount recount = fold.recount();
        made.removeAll();
        ClockUtil.reset();
        assertThat(recount.wrongCases()).isZero();
        assertThat(recount.differences()).isEmpty();
        fold.recount();
    }

    @Test
    void casesThatCloseWhileTheirTagIsMergedSplitOrRetiredAreCountedUnderIt() throws Exception {
        for (String change : List.of("merge", "split", "retire")) {
            String tag = loop.tag();
            String other = loop.tag();
            RecoveryCase resolved = loop.resolve(loop.readyToResolve(Severity.MINOR), tag);
            RecoveryCase ready = loop.readyToResolve(Severity.MINOR);

            List<Boolean> done = atOnce(
                    () -> loop.closeLoop(resolved),
                    () -> loop.resolve(ready, tag),
                    () -> {
                        loop.does(Role.CX_LEAD, () -> {
                            switch (change) {
                                case "merge" -> changes.merge(tag, other);
                                case "split" -> changes.split(tag, List.of(part(tag, 1), part(tag, 2)));
                                default -> changes.retire(tag, other);
                            }
                        });
                        return "changed";
                    },
                    () -> {
                        tick.look();
                        return "folded";
                    });

            assertThat(done.get(0)).as("closed while %s", change).isTrue();
            assertThat(done.get(2)).as(change).isTrue();
            assertThat(loop.again(resolved).state()).isEqualTo(CaseState.CLOSED);
            RecoveryCase after = loop.again(ready);
            assertThat(after.state() == CaseState.RESOLVED)
                    .as("resolved, or refused as a whole")
                    .isEqualTo(done.get(1));
            if (after.state() == CaseState.RESOLVED) {
                loop.closeLoop(after);
            }
            assertThat(counted(change.equals("merge") ? other : tag)).isEqualTo(done.get(1) ? 2 : 1);
        }
    }

    private static TaxonomyChanges.Part part(String of, int number) {
        return new TaxonomyChanges.Part("p" + number + of.substring(3), "Part " + number + " of " + of, null);
    }

    @Test
    void ofTwoWhoTagACaseAgainAtOnceTheSecondChangesWhatTheFirstDid() throws Exception {
        String first = loop.tag();
        List<String> wanted = List.of(loop.tag(), loop.tag());
        RecoveryCase closed = loop.closed(first);

        List<Boolean> done = atOnce(
                () -> tagAgain(closed, wanted.get(0), wanted.get(1)),
                () -> tagAgain(closed, wanted.get(1), wanted.get(0)),
                () -> {
                    tick.look();
                    return "folded";
                });

        assertThat(done).containsOnly(true);
        List<Journal.Entry> told = journal.of(closed.id()).stream()
                .filter(entry -> entry.kind().equals("causes changed"))
                .toList();
        assertThat(told).hasSize(2);
        assertThat(told.get(0).content()).containsEntry("causesBefore", first);
        assertThat(told.get(1).content())
                .containsEntry("causesBefore", told.get(0).content().get("causes"));
        String last = String.valueOf(told.get(1).content().get("causes")).split(", ")[0];
        assertThat(counted(last)).isEqualTo(1);
        assertThat(counted(wanted.get(0)) + counted(wanted.get(1)) + counted(first))
                .isEqualTo(1);
        assertThat(journal.firstBrokenEntry(closed.id())).isEmpty();
    }

    private String tagAgain(RecoveryCase of, String main, String further) {
        loop.does(Role.CX_LEAD, () -> causes.tagAgain(of.number(), main, List.of(further), "It was both"));
        return "tagged";
    }

    @Test
    void twoNodesFoldAtOnceWhileCasesAreClosedReopenedJudgedAndTaggedAgain() throws Exception {
        String tag = loop.tag();
        String other = loop.tag();
        List<RecoveryCase> closed = List.of(loop.closed(tag), loop.closed(tag), loop.closed(tag));
        RecoveryCase resolved = loop.resolve(loop.readyToResolve(Severity.MINOR), tag);
        TrendFold otherNode = new TrendFold(
                db,
                trends,
                application.getBean(OneNodeAtATime.class),
                application.getBean(PlatformTransactionManager.class));

        List<Boolean> done = atOnce(
                () -> foldOften(fold),
                () -> foldOften(otherNode),
                () -> loop.closeLoop(resolved),
                () -> loop.as(Role.CASE_OWNER, () -> {
                    cases.reopen(closed.get(0).number(), "It dripped again");
                    return "reopened";
                }),
                () -> loop.as(
                        Role.REVIEWER, () -> resolutions.find(closed.get(1).number(), "upheld")),
                () -> tagAgain(closed.get(2), other, tag));

        assertThat(done).containsOnly(true);
        fold.fold();
        assertThat(db.sql("select count(*) from trend_change").query(Long.class).single())
                .isZero();
        assertThat(counted(tag)).isEqualTo(3);
        assertThat(counted(other)).isEqualTo(1);
        assertThat(db.sql(
                                "select count(*) from trend_rollup where tag_id in (select id from root_cause_tag where code = ?)"
                                        + " and series = 'tag' and cases <> 3")
                        .param(tag)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private static String foldOften(TrendFold node) {
        for (int i = 0; i < 20; i++) {
            node.fold();
        }
        return "folded";
    }

    @Test
    void aMergeThatIsDoneWhilePatternsAreLookedForIsSeenByThatLookOrTheNext() throws Exception {
        String tag = loop.tag();
        String other = loop.tag();
        for (int i = 0; i < 3; i++) {
            made.close(idOf(tag), DAY, Origin.NONE, "owner-0");
            made.close(idOf(other), DAY, Origin.NONE, "owner-0");
        }
        fold.fold();
        CountDownLatch merged = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        Future<?> lead = people.submit(() -> transaction.executeWithoutResult(status -> {
            loop.does(Role.CX_LEAD, () -> changes.merge(other, tag));
            merged.countDown();
            waitFor(mayCommit);
        }));
        waitFor(merged);
        Future<?> looking = people.submit(tick::look);
        await().atMost(Duration.ofSeconds(20)).until(this::somebodyWaitsForTheQuarter);
        mayCommit.countDown();
        lead.get(30, TimeUnit.SECONDS);
        looking.get(30, TimeUnit.SECONDS);

        tick.look();
        assertThat(signals.all(null, true))
                .filteredOn(signal -> signal.tag().equals(tag))
                .singleElement()
                .satisfies(signal -> assertThat(signal.cases()).isEqualTo(6));
    }

    private boolean somebodyWaitsForTheQuarter() {
        return db.sql("""
                        select exists (select from pg_stat_activity
                                        where wait_event_type = 'Lock' and query like '%trend_quarter%')""").query(Boolean.class).single();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private long counted(String code) {
        return counts.ofQuarter(QUARTER, TaxonomyView.IS, null).stream()
                .filter(count -> count.tag().equals(code))
                .mapToLong(TrendCounts.Count::cases)
                .sum();
    }

    private long idOf(String code) {
        return db.sql("select id from root_cause_tag where code = ?")
                .param(code)
                .query(Long.class)
                .single();
    }

    /** Whether each was done; what the domain refuses is not. */
    @SafeVarargs
    private List<Boolean> atOnce(Callable<?>... works) throws Exception {
        CyclicBarrier together = new CyclicBarrier(works.length);
        List<Future<Boolean>> working = new ArrayList<>();
        for (Callable<?> work : works) {
            working.add(people.submit(() -> {
                together.await(30, TimeUnit.SECONDS);
                try {
                    work.call();
                    return true;
                } catch (Refused refused) {
                    return false;
                }
            }));
        }
        List<Boolean> done = new ArrayList<>();
        for (Future<Boolean> each : working) {
            done.add(each.get(60, TimeUnit.SECONDS));
        }
        return done;
    }
}
