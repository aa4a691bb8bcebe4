package org.servicerecovery.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the models decide by is not the submitter's to set, on whatever route a task is completed. */
@RunningApplication
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ControlVariablesTest {

    private static final String SMUGGLED = "Jane Doe 555-1234";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    JdbcClient db;

    RecoveryCase planned;
    Task call;
    Visitor owner;

    /** One for all: none of what is refused may change it. */
    @BeforeAll
    void aStepIsToBeWorked() {
        Loop loop = new Loop(application);
        planned = loop.planned(Severity.MINOR, 1);
        call = tasks.createTaskQuery()
                .processInstanceBusinessKey(planned.number() + "/1")
                .singleResult();
        owner = Visitor.withBasic(port, loop.person(Role.CASE_OWNER), TestPeople.PASSWORD);
    }

    static Stream<String> everyListedVariable() {
        return Variable.listedNames().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("everyListedVariable")
    void aVariableOfTheProcessIsRefusedByNameAndTheTaskStaysOpen(String name) {
        String form =
                "\"outcome\":{\"value\":\"completed\"},\"reached\":{\"value\":\"reached\"},\"notes\":{\"value\":\"Said sorry.\"},";
        String engine = "{\"variables\":{" + form + "\"" + name + "\":{\"value\":\"" + SMUGGLED + "\"}}}";
        for (String route : Set.of("complete", "submit-form")) {
            HttpResponse<String> refused = owner.post("/engine-rest/task/" + call.getId() + "/" + route, engine);
            assertThat(refused.statusCode()).as(route + " " + refused.body()).isEqualTo(400);
            assertThat(refused.body()).contains(name + ": belongs to the process itself");
        }
        HttpResponse<String> byApi = owner.post(
                "/api/cases/" + planned.number() + "/steps/1/outcome",
                "{\"outcome\":\"completed\",\"reached\":\"reached\",\"notes\":\"Said sorry.\",\"" + name + "\":\""
                        + SMUGGLED + "\"}");
        assertThat(byApi.statusCode()).as(byApi.body()).isEqualTo(400);
        assertThat(byApi.body()).contains(name);

        assertThat(tasks.createTaskQuery().taskId(call.getId()).count()).isOne();
        assertThat(db.sql("select name_ from act_ru_variable where text_ = ?")
                        .param(SMUGGLED)
                        .query(String.class)
                        .list())
                .isEmpty();
    }

    @Test
    void aSuspendedProcessIsAConflictWithASentence() {
        runtime.suspendProcessInstanceById(call.getProcessInstanceId());
        try {
            HttpResponse<String> byApi = owner.post(
                    "/api/cases/" + planned.number() + "/steps/1/outcome",
                    "{\"outcome\":\"completed\",\"reached\":\"reached\",\"notes\":\"Said sorry.\"}");
            HttpResponse<String> byEngine = owner.post(
                    "/engine-rest/task/" + call.getId() + "/complete",
                    "{\"variables\":{\"outcome\":{\"value\":\"completed\"},\"reached\":{\"value\":\"reached\"},\"notes\":{\"value\":\"Sorry\"}}}");
            for (HttpResponse<String> refused :
                    Map.of("api", byApi, "engine", byEngine).values()) {
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
                assertThat(refused.body()).contains("suspended");
            }
        } finally {
            runtime.activateProcessInstanceById(call.getProcessInstanceId());
        }
    }
}
