package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.servicerecovery.access.Role.ACCOUNTANT;
import static org.servicerecovery.access.Role.BUSINESS_OWNER;
import static org.servicerecovery.access.Role.CASE_OWNER;
import static org.servicerecovery.access.Role.MANAGER;
import static org.servicerecovery.access.Role.PROCESS_DESIGNER;
import static org.servicerecovery.access.Role.REVIEWER;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a role can do in the engine by its REST API, which is also all that Tasklist and Cockpit can do. */
@RunningApplication
class GrantsTest {

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    TaskService tasks;

    @Autowired
    ManagementService management;

    String deployment = "";
    String definition = "";
    String instance = "";
    String task = "";

    @BeforeEach
    void aCaseIsRunning() {
        deployment = repository
                .createDeployment()
                .addClasspathResource("access/service-recovery.bpmn")
                .deploy()
                .getId();
        definition = repository
                .createProcessDefinitionQuery()
                .deploymentId(deployment)
                .singleResult()
                .getId();
        instance =
                runtime.startProcessInstanceById(definition, "SR-2026-000001").getId();
        task = tasks.createTaskQuery()
                .processInstanceId(instance)
                .singleResult()
                .getId();
    }

    @AfterEach
    void itIsGone() {
        repository.deleteDeployment(deployment, true);
    }

    @ParameterizedTest
    @EnumSource(names = "ADMINISTRATOR", mode = EnumSource.Mode.EXCLUDE)
    void nobodyButTheAdministratorBendsARunningCase(Role role) {
        Visitor member = as(role);
        String job = management
                .createJobQuery()
                .processInstanceId(instance)
                .singleResult()
                .getId();
        String nudged = runtime.createExecutionQuery()
                .processInstanceId(instance)
                .messageEventSubscriptionName("nudge")
                .singleResult()
                .getId();
        String pi = "/engine-rest/process-instance/" + instance;
        String key = "/engine-rest/process-definition/key/service-recovery";

        refused(member, "DELETE", pi, "");
        refused(
                member,
                "POST",
                "/engine-rest/process-instance/delete",
                "{\"processInstanceIds\":[\"" + instance + "\"]}");
        refused(member, "PUT", pi + "/variables/x", "{\"value\":1}");
        refused(member, "POST", pi + "/variables", "{\"modifications\":{\"x\":{\"value\":1}}}");
        refused(member, "DELETE", pi + "/variables/x", "");
        refused(
                member,
                "POST",
                "/engine-rest/process-instance/variables-async",
                "{\"processInstanceIds\":[\"" + instance + "\"],\"variables\":{\"x\":{\"value\":1}}}");
        refused(
                member,
                "POST",
                pi + "/modification",
                "{\"instructions\":[{\"type\":\"startBeforeActivity\",\"activityId\":\"End_done\"}]}");
        refused(
                member,
                "POST",
                "/engine-rest/modification/execute",
                "{\"processDefinitionId\":\"" + definition + "\",\"processInstanceIds\":[\"" + instance
                        + "\"],\"instructions\":[{\"type\":\"cancel\",\"activityId\":\"Task_work\"}]}");
        refused(member, "PUT", pi + "/suspended", "{\"suspended\":true}");
        refused(
                member,
                "PUT",
                "/engine-rest/process-instance/suspended",
                "{\"suspended\":true,\"processDefinitionKey\":\"service-recovery\"}");
        refused(member, "PUT", key + "/suspended", "{\"suspended\":true}");
        refused(
                member,
                "PUT",
                "/engine-rest/job/" + job + "/duedate",
                "{\"duedate\":\"2030-01-01T00:00:00.000+0000\"}");
        refused(member, "POST", "/engine-rest/job/" + job + "/duedate/recalculate", "");
        refused(member, "POST", "/engine-rest/job/" + job + "/execute", "");
        refused(member, "PUT", "/engine-rest/job/" + job + "/suspended", "{\"suspended\":true}");
        refused(member, "PUT", "/engine-rest/job/" + job + "/retries", "{\"retries\":0}");
        refused(
                member,
                "POST",
                "/engine-rest/message",
                "{\"messageName\":\"nudge\",\"businessKey\":\"SR-2026-000001\"}");
        refused(member, "POST", "/engine-rest/message", "{\"messageName\":\"start-by-message\"}");
        refused(member, "POST", "/engine-rest/engine/default/message", "{\"messageName\":\"start-by-message\"}");
        refused(member, "POST", "/engine-rest/signal", "{\"name\":\"any\"}");
        refused(member, "POST", "/engine-rest/condition", "{\"variables\":{}}");
        refused(
                member,
                "POST",
                "/engine-rest/execution/" + nudged + "/messageSubscriptions/nudge/trigger",
                "{\"variables\":{}}");
        refused(member, "POST", "/engine-rest/execution/" + instance + "/signal", "{}");
        refused(member, "PUT", "/engine-rest/execution/" + instance + "/localVariables/x", "{\"value\":1}");
        refused(
                member,
                "POST",
                "/engine-rest/migration/execute",
                "{\"migrationPlan\":{\"sourceProcessDefinitionId\":\"" + definition
                        + "\",\"targetProcessDefinitionId\":\"" + definition
                        + "\",\"instructions\":[{\"sourceActivityIds\":[\"Task_work\"],\"targetActivityIds\":[\"Task_work\"]}]},"
                        + "\"processInstanceIds\":[\"" + instance + "\"]}");
        refused(
                member,
                "POST",
                "/engine-rest/process-definition/" + definition + "/restart",
                "{\"processInstanceIds\":[\"" + instance
                        + "\"],\"instructions\":[{\"type\":\"startBeforeActivity\",\"activityId\":\"Task_work\"}]}");
        // Whoever may not even read a deployment is told that there is none.
        assertThat(member.call("DELETE", "/engine-rest/deployment/" + deployment + "?cascade=true", "")
                        .statusCode())
                .isIn(403, 404);
        refused(member, "DELETE", "/engine-rest/process-definition/" + definition + "?cascade=true", "");
        String anywhere = "{\"startInstructions\":[{\"type\":\"startBeforeActivity\",\"activityId\":\"End_done\"}]}";
        refused(member, "POST", key + "/start", anywhere);
        refused(member, "POST", "/engine-rest/process-definition/" + definition + "/start", anywhere);
        refused(member, "POST", "/engine-rest/engine/default/process-definition/key/service-recovery/start", anywhere);
        refused(member, "POST", "/engine-rest/task/" + task + "/bpmnError", "{\"errorCode\":\"any\"}");
        refused(member, "POST", "/engine-rest/task/" + task + "/bpmnEscalation", "{\"escalationCode\":\"any\"}");
        refused(member, "POST", "/engine-rest/task/" + task + "/resolve", "{\"variables\":{\"x\":{\"value\":1}}}");
        refused(member, "DELETE", "/engine-rest/history/process-instance/" + instance, "");

        refused(member, "PUT", "/engine-rest/task/" + task + "/variables/x", "{\"value\":1}");
        refused(member, "PUT", "/engine-rest/task/" + task + "/localVariables/x", "{\"value\":1}");
        refused(
                member,
                "POST",
                "/engine-rest/task/" + task + "/variables",
                "{\"modifications\":{\"x\":{\"value\":1}}}");
        refused(member, "PUT", "/engine-rest/task/" + task, "{\"name\":\"renamed\",\"due\":null}");
        refused(member, "DELETE", "/engine-rest/task/" + task, "");
        refused(member, "POST", "/engine-rest/task/create", "{\"id\":\"own\",\"name\":\"own\"}");
        refused(
                member,
                "POST",
                "/engine-rest/user/create",
                "{\"profile\":{\"id\":\"x\"},\"credentials\":{\"password\":\"A-b-c-1234567\"}}");
        refused(member, "PUT", "/engine-rest/group/camunda-admin/members/" + TestPeople.person(identities, role), "");
        refused(
                member,
                "POST",
                "/engine-rest/authorization/create",
                "{\"type\":1,\"permissions\":[\"ALL\"],\"userId\":\"" + TestPeople.person(identities, role)
                        + "\",\"resourceType\":8,\"resourceId\":\"*\"}");
        refused(member, "DELETE", "/engine-rest/user/" + TestPeople.person(identities, role), "");
        refused(
                member,
                "POST",
                "/engine-rest/filter/create",
                "{\"resourceType\":\"Task\",\"name\":\"x\",\"query\":{}}");

        assertThat(tasks.createTaskQuery().processInstanceId(instance).count()).isEqualTo(1);
        assertThat(runtime.getVariables(instance)).isEmpty();
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceId(instance)
                        .active()
                        .count())
                .isEqualTo(1);
        assertThat(management.createJobQuery().jobId(job).active().count()).isEqualTo(1);
        assertThat(runtime.createProcessInstanceQuery()
                        .processDefinitionId(definition)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void nobodyWritesCommentsAndAttachmentsWhichNoRuleOfTheDomainSees() {
        String task = tasks.createTaskQuery().list().get(0).getId();
        Visitor administrator = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        for (Visitor member : List.of(as(Role.CX_LEAD), as(Role.CASE_OWNER), administrator)) {
            for (String engine : List.of("/engine-rest", "/engine-rest/engine/default")) {
                String ofTask = engine + "/task/" + task;
                String ofInstance = engine + "/process-instance/" + instance;
                refused(member, "POST", ofTask + "/comment/create", "{\"message\":\"Mrs Holm rang\"}");
                refused(member, "PUT", ofTask + "/comment", "{\"id\":\"1\",\"message\":\"Mrs Holm rang\"}");
                refused(member, "DELETE", ofTask + "/comment/1", "");
                refused(member, "DELETE", ofTask + "/comment", "");
                refused(member, "POST", ofTask + "/attachment/create", "{}");
                refused(member, "DELETE", ofTask + "/attachment/1", "");
                refused(member, "PUT", ofInstance + "/comment", "{\"id\":\"1\",\"message\":\"x\"}");
                refused(member, "DELETE", ofInstance + "/comment/1", "");
                refused(member, "DELETE", ofInstance + "/comment", "");
            }
        }
        Visitor browser = Visitor.browser(port);
        browser.signIn(TestPeople.person(identities, Role.CX_LEAD), TestPeople.PASSWORD);
        browser.open("/camunda/app/tasklist/default/");
        refused(
                browser,
                "POST",
                "/camunda/api/engine/engine/default/task/" + task + "/comment/create",
                "{\"message\":\"Mrs Holm rang\"}");
    }

    @Test
    void theAdministratorCan() {
        Visitor administrator = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        assertThat(administrator
                        .call("PUT", "/engine-rest/process-instance/" + instance + "/variables/x", "{\"value\":1}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(administrator
                        .call("DELETE", "/engine-rest/process-instance/" + instance, "")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aCaseOwnerStartsClaimsAndCompletesButReassignsNothing() {
        Visitor owner = as(CASE_OWNER);
        String me = TestPeople.person(identities, CASE_OWNER);
        assertThat(owner.get("/engine-rest/task/" + task).statusCode()).isEqualTo(200);
        assertThat(owner.get("/engine-rest/process-definition/" + definition).statusCode())
                .isEqualTo(200);
        refused(owner, "POST", "/engine-rest/task/" + task + "/assignee", "{\"userId\":\"somebody\"}");
        assertThat(owner.post("/engine-rest/task/" + task + "/claim", "{\"userId\":\"" + me + "\"}")
                        .statusCode())
                .isEqualTo(204);
        refused(owner, "POST", "/engine-rest/task/" + task + "/assignee", "{\"userId\":\"somebody\"}");
        refused(owner, "POST", "/engine-rest/task/" + task + "/delegate", "{\"userId\":\"somebody\"}");
        refused(
                owner,
                "POST",
                "/engine-rest/task/" + task + "/identity-links",
                "{\"groupId\":\"operative\",\"type\":\"candidate\"}");
        refused(owner, "PUT", "/engine-rest/task/" + task + "/variables/x", "{\"value\":1}");
        assertThat(owner.post("/engine-rest/task/" + task + "/complete", "{}").statusCode())
                .isEqualTo(204);
        assertThat(owner.post("/engine-rest/process-definition/key/service-recovery/submit-form", "{}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(owner.get("/engine-rest/user/count").body()).isEqualTo("{\"count\":1}");
    }

    @Test
    void aManagerSeesTheCaseInCockpitAndReassignsItsTask() {
        Visitor manager = as(MANAGER);
        assertThat(manager.get("/engine-rest/process-instance?businessKey=SR-2026-000001")
                        .body())
                .contains(instance);
        assertThat(manager.get("/engine-rest/history/activity-instance?processInstanceId=" + instance)
                        .body())
                .contains("Task_work");
        assertThat(manager.get("/engine-rest/user?memberOfGroup=case-owner").statusCode())
                .isEqualTo(200);
        assertThat(manager.post(
                                "/engine-rest/task/" + task + "/assignee",
                                "{\"userId\":\"" + TestPeople.person(identities, CASE_OWNER) + "\"}")
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void aCaseOwnerSeesNoInstancesOfOthers() {
        assertThat(as(CASE_OWNER).get("/engine-rest/process-instance").body()).isEqualTo("[]");
        assertThat(as(CASE_OWNER).get("/engine-rest/history/process-instance").body())
                .isEqualTo("[]");
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"REVIEWER", "ACCOUNTANT"})
    void whoReadsFiguresOpensCockpitForThemAndNoMoreOfTheEngine(Role role) {
        Visitor browser = Visitor.browser(port);
        browser.signIn(TestPeople.person(identities, role), TestPeople.PASSWORD);
        assertThat(browser.open("/camunda/app/cockpit/default/").body()).contains("Camunda Cockpit");
        assertThat(browser.get("/api/recovery").statusCode()).isEqualTo(200);
        String engine = "/camunda/api/engine/engine/default";
        if (role == ACCOUNTANT) {
            assertThat(browser.get(engine + "/process-definition").body()).isEqualTo("[]");
            assertThat(browser.get(engine + "/process-instance").body()).isEqualTo("[]");
            assertThat(browser.get(engine + "/history/process-instance").body()).isEqualTo("[]");
            assertThat(browser.get("/engine-rest/process-definition").statusCode())
                    .isEqualTo(403);
        }
        // To the accountant the process is not there.
        assertThat(browser.post(engine + "/process-definition/key/service-recovery/submit-form", "{}")
                        .statusCode())
                .isEqualTo(role == ACCOUNTANT ? 404 : 403);
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"REVIEWER", "PROCESS_DESIGNER", "ACCOUNTANT", "OPERATIVE"})
    void whoDoesNotOpenCasesStartsNone(Role role) {
        refused(as(role), "POST", "/engine-rest/process-definition/key/service-recovery/submit-form", "{}");
    }

    @Test
    void aDesignerDeploysAndReadsButDeletesNothingNotEvenTheirOwn() {
        Visitor designer = as(PROCESS_DESIGNER);
        String boundary = "part";
        HttpResponse<String> deployed = designer.send(designer.request("/engine-rest/deployment/create")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofString("--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\nby a designer\r\n--"
                        + boundary + "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"new.form\"\r\n\r\n"
                        + "{\"id\":\"new\",\"type\":\"default\",\"components\":[]}\r\n--" + boundary + "--\r\n")));
        assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(200);
        String own = repository
                .createDeploymentQuery()
                .deploymentName("by a designer")
                .singleResult()
                .getId();
        refused(designer, "DELETE", "/engine-rest/deployment/" + own, "");
        repository.deleteDeployment(own, true);
        assertThat(designer.get("/engine-rest/process-definition/key/service-recovery/xml")
                        .statusCode())
                .isEqualTo(200);
        assertThat(designer.get("/engine-rest/process-instance").body()).isEqualTo("[]");
        for (Role other : List.of(BUSINESS_OWNER, MANAGER, CASE_OWNER, REVIEWER, ACCOUNTANT)) {
            Visitor member = as(other);
            assertThat(member.send(member.request("/engine-rest/deployment/create")
                                    .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                                    .POST(BodyPublishers.ofString("--" + boundary
                                            + "\r\nContent-Disposition: form-data; name=\"f\"; filename=\"new.form\"\r\n\r\n"
                                            + "{}\r\n--" + boundary + "--\r\n")))
                            .statusCode())
                    .as(other.title())
                    .isEqualTo(403);
        }
    }

    private Visitor as(Role role) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
    }

    private static void refused(Visitor member, String method, String path, String json) {
        HttpResponse<String> answer = member.call(method, path, json);
        assertThat(answer.statusCode())
                .as(method + " " + path + " -> " + answer.body())
                .isEqualTo(403);
    }
}
