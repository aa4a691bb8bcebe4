package org.servicerecovery.resolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.trend.TrendCounts;
import org.servicerecovery.trend.Trends;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who judges a case, what of it counts, and what stays. */
@RunningApplication
class VerdictTest {

    private static final String UPHELD = "{\"finding\":\"upheld\"}";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Resolutions resolutions;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    Trends trends;

    @Autowired
    TrendCounts counts;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    Loop loop;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
    }

    @Test
    @EdgeCase("A reviewer who handled the case cannot record the finding")
    void whoHandledTheCaseInAnyWayIsNotItsReviewer() {
        RecoveryCase found = loop.planned(Severity.MINOR, 2);
        loop.work(found, 1);
        loop.does(
                Role.MANAGER,
                () -> plan.work(
                        found.number(),
                        2,
                        Map.of("outcome", "completed", "reached", "reached", "notes", "I called too.")));
        // Somebody whose case it was for an hour.
        loop.does(Role.BUSINESS_OWNER, () -> cases.assign(found.number(), loop.person(Role.OFFICE_MANAGER)));
        loop.does(Role.BUSINESS_OWNER, () -> cases.assign(found.number(), loop.owner()));
        loop.resolve(found, loop.tag());
        loop.does(
                Role.CX_LEAD,
                () -> resolutions.closeLoop(found.number(), Map.of("told", "phone", "notes", "All is well.")));

        for (Role handled : List.of(Role.MANAGER, Role.OFFICE_MANAGER, Role.CX_LEAD)) {
            HttpResponse<String> refused = review(found, handled);
            assertThat(refused.statusCode()).as("%s", handled).isEqualTo(403);
            assertThat(refused.body()).contains("You handled case " + found.number());
        }
        assertThatThrownBy(() -> loop.does(Role.CASE_OWNER, () -> resolutions.find(found.number(), "upheld")))
                .hasMessageContaining("You handled case");
        assertThat(resolutions.of(found.id(), 1).orElseThrow().finding()).isNull();

        assertThat(review(found, Role.REVIEWER).statusCode()).isEqualTo(200);
    }

    @Test
    void openingTheCaseAndGivingItToSomebodyIsNotHandlingIt() {
        RecoveryCase found = loop.as(
                Role.BUSINESS_OWNER,
                () -> cases.open(new NewCase(
                        loop.customer(), Severity.MINOR, FailureSource.COMPLAINT, "Late", null, null, null, null)));
        loop.does(Role.BUSINESS_OWNER, () -> cases.assign(found.number(), loop.owner()));
        loop.does(Role.CASE_OWNER, () -> plan.finish(found.number(), List.of(new NewStep("call-customer", "", null))));
        loop.work(found, 1);
        loop.resolve(found, loop.tag());

        assertThat(review(found, Role.BUSINESS_OWNER).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(
            value = CaseState.class,
            names = {"WITHDRAWN", "DUPLICATE", "OPENED_IN_ERROR"})
    @EdgeCase("Duplicate, opened in error, withdrawn: closed without a cause and outside every statistic")
    void aCaseThatEndsWithoutAResolutionIsClosedWithoutACauseAndCountsNowhere(CaseState end) {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        RecoveryCase original = loop.another(found);
        List<TrendCounts.Count> before = counted();

        loop.does(
                Role.CASE_OWNER,
                () -> cases.closeWithoutCause(
                        found.number(), end, "So it was", end == CaseState.DUPLICATE ? original.number() : null));

        RecoveryCase ended = loop.again(found);
        assertThat(ended.state()).isEqualTo(end);
        assertThat(ended.closedAt()).isNotNull();
        assertThat(resolutions.of(found.id(), 1)).isEmpty();
        assertThat(tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(found.number() + "%")
                        .count())
                .isZero();
        assertThat(counted()).isEqualTo(before);
        HttpResponse<String> refused = review(found, Role.REVIEWER);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("did not end with a resolution (" + end.shownInText() + "), so there is nothing to review.");
    }

    @Test
    @EdgeCase("Reopened: the first verdict stays")
    void aReopenedCaseKeepsItsFirstResolutionItsFindingAndItsCount() {
        String tag = loop.tag();
        RecoveryCase closed = loop.closed(tag);
        review(closed, Role.REVIEWER);
        Resolution first = resolutions.of(closed.id(), 1).orElseThrow();
        assertThat(first.finding()).isEqualTo(Finding.UPHELD);

        loop.does(Role.CASE_OWNER, () -> cases.reopen(closed.number(), "It dripped again"));
        assertThat(review(closed, Role.REVIEWER).statusCode())
                .as("the second pass has no verdict yet")
                .isEqualTo(409);
        loop.does(Role.CASE_OWNER, () -> plan.finish(closed.number(), List.of(new NewStep("call-customer", "", null))));
        loop.work(closed, 2);
        String another = loop.tag();
        loop.closeLoop(loop.resolve(loop.again(closed), another));

        assertThat(resolutions.of(closed.id(), 1)).contains(first);
        assertThat(resolutions.of(closed.id(), 2)).hasValueSatisfying(second -> {
            assertThat(second.tag().code()).isEqualTo(another);
            assertThat(second.finding()).isNull();
        });
        assertThat(db.sql("select t.code from trend_fact f join root_cause_tag t on t.id = f.tag_id where case_id = ?")
                        .param(closed.id())
                        .query(String.class)
                        .list())
                .containsExactly(tag);
        assertThat(db.sql("select outcome from case_epoch where case_id = ? order by epoch")
                        .param(closed.id())
                        .query(String.class)
                        .list())
                .containsExactly("RESOLVED", "RESOLVED");
    }

    private List<TrendCounts.Count> counted() {
        return counts.ofQuarter(trends.currentQuarter(), TaxonomyView.IS, null);
    }

    private HttpResponse<String> review(RecoveryCase of, Role role) {
        return Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD)
                .post("/api/cases/" + of.number() + "/finding", UPHELD);
    }
}
