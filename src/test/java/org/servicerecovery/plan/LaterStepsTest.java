package org.servicerecovery.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.Map;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.EdgeCase;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What becomes of a plan after it was finished. */
@RunningApplication
class LaterStepsTest {

    private static final String DECIDE = "UserTask_DecideHowToGoOn";
    private static final String RESOLVE = "UserTask_ResolveCase";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    TaskService tasks;

    @Autowired
    Plan plan;

    @Autowired
    Journal journal;

    Loop loop;
    Visitor owner = Visitor.browser(0);

    @BeforeEach
    void owner() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
    }

    @Test
    @EdgeCase("Step added after the plan was finished: back to planning")
    void aStepAddedWhileSomebodyDecidesHowToGoOnBringsTheCaseBackToItsPlan() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        end(found, 1, "failed");
        assertThat(loop.openTasks(found)).containsExactly(DECIDE);

        assertThat(add(found).statusCode()).isEqualTo(201);

        assertThat(loop.openTasks(found))
                .as("the decision is no longer asked for")
                .isEmpty();
        assertThat(plan.step(found, 2).state()).isEqualTo(StepState.STARTED);
        end(found, 2, "completed");
        assertThat(loop.openTasks(found)).containsExactly(RESOLVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "the form"})
    @EdgeCase("Step added during resolution: resolution waits")
    void theResolutionWaitsForAStepThatIsAddedMeanwhile(String route) {
        RecoveryCase ready = loop.readyToResolve(Severity.MINOR);
        String asked = task(ready).getId();
        HttpResponse<String> added = route.equals("/api")
                ? add(ready)
                : owner.post(
                        "/engine-rest/task/" + asked + "/submit-form",
                        "{\"variables\":{\"action\":{\"value\":\"add-step\"},\"nextStepType\":{\"value\":\"call-customer\"}}}");
        assertThat(added.statusCode()).as(added.body()).isBetween(201, 204);

        assertThat(loop.openTasks(ready)).isEmpty();
        assertThat(plan.step(ready, 2).state()).isEqualTo(StepState.STARTED);
        assertThatThrownBy(() -> loop.resolve(ready, loop.tag()))
                .hasMessageContaining("cannot be resolved yet")
                .hasMessageContaining("steps of its plan are open");
        assertThat(owner.post("/engine-rest/task/" + asked + "/complete", "{}").statusCode())
                .as("the form that is still open on somebody's screen")
                .isBetween(400, 499);
        assertThat(loop.again(ready).state()).isEqualTo(CaseState.OPEN);

        end(ready, 2, "skipped");
        assertThat(loop.openTasks(ready)).containsExactly(RESOLVE);
        assertThat(loop.resolve(ready, loop.tag()).state()).isEqualTo(CaseState.RESOLVED);
    }

    @ParameterizedTest
    @CsvSource({"plan-again, UserTask_PlanRecovery", "resolve, UserTask_ResolveCase"})
    @EdgeCase("All steps skipped or failed: an explicit decision")
    void withoutACompletedStepSomebodyDecidesAndSaysWhy(String decision, String next) {
        RecoveryCase found = loop.planned(Severity.MINOR, 2);
        end(found, 1, "skipped");
        end(found, 2, "failed");

        assertThat(loop.openTasks(found)).containsExactly(DECIDE);
        assertThatThrownBy(() -> loop.resolve(found, loop.tag())).hasMessageContaining("cannot be resolved yet");
        String complete = "/engine-rest/task/" + task(found).getId() + "/complete";
        for (Map.Entry<String, String> incomplete : Map.of(
                        "{}",
                        "decision: is missing",
                        "{\"variables\":{\"decision\":{\"value\":\"" + decision + "\"}}}",
                        "reason: is missing")
                .entrySet()) {
            HttpResponse<String> refused = owner.post(complete, incomplete.getKey());
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains(incomplete.getValue());
        }

        HttpResponse<String> decided = owner.post(
                complete,
                "{\"variables\":{\"decision\":{\"value\":\"" + decision
                        + "\"},\"reason\":{\"value\":\"She did not answer\"}}}");

        assertThat(decided.statusCode()).as(decided.body()).isEqualTo(204);
        assertThat(loop.openTasks(found)).containsExactly(next);
        assertThat(journal.of(found.id()))
                .filteredOn(entry -> entry.kind().equals("went on without a completed step"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.content())
                        .containsEntry("decision", decision)
                        .containsEntry("reason", "She did not answer"));
    }

    private HttpResponse<String> add(RecoveryCase to) {
        return owner.post("/api/cases/" + to.number() + "/steps", "{\"type\":\"call-customer\"}");
    }

    private void end(RecoveryCase of, int step, String outcome) {
        Map<String, Object> answers = Map.of("outcome", outcome, "reached", "reached", "notes", "So it was");
        loop.does(Role.CASE_OWNER, () -> plan.work(of.number(), step, answers));
    }

    private Task task(RecoveryCase of) {
        return tasks.createTaskQuery().processInstanceId(of.processInstanceId()).singleResult();
    }
}
