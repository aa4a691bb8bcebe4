package org.servicerecovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Journal;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.i18n.LocaleContextHolder;

@RunningApplication
class CaseViewTest {

    private static final String STRANGER = "test-stranger-to-the-case";

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    RepositoryService repository;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ObjectMapper json;

    @Autowired
    Timeline timeline;

    Visitor lead = Visitor.browser(0);
    Visitor owner = Visitor.browser(0);
    String ownerId = "";

    @BeforeEach
    void peopleAndACustomer() {
        ownerId = TestPeople.person(identities, Role.CASE_OWNER);
        TestPeople.person(identities, STRANGER, Role.CASE_OWNER);
        lead = as(TestPeople.person(identities, Role.CX_LEAD));
        owner = as(ownerId);
        lead.post(
                "/api/customers",
                "{\"number\":\"CV-1\",\"name\":\"Ida Kron\",\"email\":\"ida@example.org\",\"phone\":\"040 1\"}");
    }

    @Test
    void theViewTellsWholeCaseToItsOwner() throws Exception {
        String charge = "ch_" + System.nanoTime();
        lead.post(
                "/api/customers/CV-1/payments",
                "{\"chargeId\":\"" + charge + "\",\"reference\":\"INV-9\",\"amount\":\"80\",\"currency\":\"EUR\","
                        + "\"paidAt\":\"2026-11-01T10:00:00Z\"}");
        String number = open("\"owner\":\"" + ownerId + "\",\"verbatim\":\"  Late, and <b>rude</b>.  \"");
        HttpResponse<String> planned = owner.post(
                "/api/cases/" + number + "/plan",
                "{\"steps\":[{\"type\":\"call-customer\",\"purpose\":\"Apologise\"},"
                        + "{\"type\":\"root-cause-analysis\",\"purpose\":\"Why late\"}]}");
        assertThat(planned.statusCode()).isEqualTo(204);
        owner.post(
                "/api/cases/" + number + "/steps/1/outcome",
                "{\"outcome\":\"completed\",\"reached\":\"reached\",\"notes\":\"Reached her at once.\"}");

        JsonNode view = view(owner, number);

        assertThat(view.path("customer").path("name").textValue()).isEqualTo("Ida Kron");
        assertThat(view.path("state").textValue()).isEqualTo("open");
        assertThat(view.path("verbatim").textValue()).isEqualTo("  Late, and <b>rude</b>.  ");
        // The call that reached her was the acknowledgement.
        assertThat(view.path("clocks").findValuesAsText("clock")).containsExactly("resolution", "acknowledgement");
        assertThat(view.path("clocks").findValuesAsText("verdict")).containsExactly("on-track", "kept");
        assertThat(view.path("clocks").path(0).path("remainingSeconds").longValue())
                .isPositive();
        assertThat(view.path("steps").findValuesAsText("label"))
                .containsExactly("Call customer", "Root cause analysis");
        assertThat(view.path("steps").path(0).path("state").textValue()).isEqualTo("completed");
        assertThat(view.path("steps").path(0).path("notes").textValue()).isEqualTo("Reached her at once.");
        assertThat(view.path("payments").path(0).path("refundable").textValue()).isEqualTo("80.00");
        assertThat(view.path("people").path(ownerId).textValue()).isEqualTo("Test Case owner");
        assertThat(view.path("links").path("processInstanceId").textValue()).isNotBlank();
        assertThat(view.path("timeline").findValuesAsText("text"))
                .contains(
                        "Case opened with severity minor, learned of by complaint. Owner: Test Case owner.",
                        "Step 1 planned: Apologise",
                        "Step 1 completed: Reached her at once.");
        oneEndForEachSentence();
    }

    private void oneEndForEachSentence() {
        for (String notes : List.of("Gone.", "Gone!", "Gone?", "Gone…", "“Gone.”", "Gone. ")) {
            String ended = notes.strip();
            assertThat(called(Locale.ENGLISH, notes))
                    .isEqualTo("Step 1, call 2: nobody answered. " + ended + " Next try Thursday.");
            assertThat(called(Locale.GERMAN, notes))
                    .isEqualTo("Schritt 1, Anruf 2: niemand hat abgenommen. " + ended + " Nächster Versuch Thursday.");
        }
        assertThat(called(Locale.ENGLISH, "Gone"))
                .isEqualTo("Step 1, call 2: nobody answered. Gone. Next try Thursday.");
        assertThat(told(
                        Locale.ENGLISH,
                        "step completed",
                        Map.of("step", "1", "rootCauseTag", "late", "prevention", "Ask!")))
                .isEqualTo("Step 1 completed. Cause: late. Prevention: Ask!");
        assertThat(told(Locale.ENGLISH, "something new", Map.of("notes", "Gone.")))
                .isEqualTo("Something new: notes Gone.");
    }

    private String called(Locale language, String notes) {
        return told(
                language,
                "customer called",
                Map.of("step", "1", "try", "2", "reached", "no-answer", "notes", notes, "tryAgainAt", "Thursday"));
    }

    private String told(Locale language, String kind, Map<String, Object> content) {
        LocaleContextHolder.setLocale(language);
        try {
            return timeline.sentence(
                    new Journal.Entry(1, Instant.EPOCH, "olivia", "api", kind, content), Map.of(), Map.of());
        } finally {
            LocaleContextHolder.resetLocaleContext();
        }
    }

    @Test
    void aCaseOwnerSeesOwnAndUnownedCasesAndTheReviewerEveryOne() throws Exception {
        Visitor stranger = as(STRANGER);
        Visitor reviewer = as(TestPeople.person(identities, Role.REVIEWER));
        String owned = open("\"owner\":\"" + ownerId + "\"");
        String unowned = open("\"owner\":null");

        assertThat(owner.get("/api/cases/" + owned).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = stranger.get("/api/cases/" + owned);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("is somebody else’s").doesNotContain("Ida Kron");
        assertThat(stranger.get("/api/cases/" + unowned).statusCode()).isEqualTo(200);
        assertThat(reviewer.get("/api/cases/" + owned).statusCode()).isEqualTo(200);

        owner.post(
                "/api/cases/" + owned + "/plan",
                "{\"steps\":[{\"type\":\"call-customer\",\"purpose\":\"Apologise\",\"assignee\":\"" + STRANGER
                        + "\"}]}");
        assertThat(stranger.get("/api/cases/" + owned).statusCode())
                .as("whoever works a step has to know the customer")
                .isEqualTo(200);
    }

    @Test
    void listsShowACaseOwnerTheirOwnAndUnownedCasesAlone() throws Exception {
        Visitor stranger = as(STRANGER);
        String owned = open("\"owner\":\"" + ownerId + "\"");
        String unowned = open("\"owner\":null");

        assertThat(numbers(owner, "/api/cases?state=open&limit=500")).contains(owned, unowned);
        assertThat(numbers(stranger, "/api/cases?state=open&limit=500"))
                .contains(unowned)
                .doesNotContain(owned);
        assertThat(numbers(stranger, "/api/cases?owner=" + ownerId)).isEmpty();
        assertThat(numbers(stranger, "/api/cases?unowned=true&limit=500")).contains(unowned);
        assertThat(numbers(as(TestPeople.person(identities, Role.REVIEWER)), "/api/cases?limit=500&owner=" + ownerId))
                .contains(owned);
    }

    @Test
    void theAccountantReadsMoneyAndNothingThatTheCustomerSaid() throws Exception {
        String number = open("\"owner\":\"" + ownerId + "\",\"verbatim\":\"Never again.\"");
        HttpResponse<String> offered = owner.post(
                "/api/cases/" + number + "/compensations",
                "{\"kind\":\"credit\",\"amount\":\"12.50\",\"currency\":\"EUR\",\"reason\":\"Late\"}");
        assertThat(offered.statusCode()).as(offered.body()).isEqualTo(201);
        Visitor accountant = as(TestPeople.person(identities, Role.ACCOUNTANT));

        JsonNode money = json.readTree(
                accountant.get("/api/cases/" + number + "/compensations").body());
        assertThat(money.findValuesAsText("amount")).containsExactly("12.50");
        HttpResponse<String> all = accountant.get("/api/compensations?limit=500");
        assertThat(json.readTree(all.body()).findValuesAsText("caseNumber")).contains(number);
        assertThat(all.body()).doesNotContain("Ida Kron").doesNotContain("Never again");
        assertThat(accountant.get("/api/cases/" + number).statusCode()).isEqualTo(403);
        Visitor stranger = as(STRANGER);
        assertThat(stranger.get("/api/cases/" + number + "/compensations").statusCode())
                .isEqualTo(403);
        assertThat(stranger.get("/api/compensations?limit=500").body()).doesNotContain(number);
    }

    @Test
    void everyTaskOfACaseLeadsToItAndOthersToNone() throws Exception {
        String number = open("\"owner\":\"" + ownerId + "\"");
        Task plan = tasks.createTaskQuery()
                .processInstanceBusinessKey(number)
                .taskAssignee(ownerId)
                .singleResult();
        assertThat(caseOf(plan.getId())).isEqualTo(number);

        owner.post(
                "/api/cases/" + number + "/plan",
                "{\"steps\":[{\"type\":\"call-customer\",\"purpose\":\"Apologise\"}]}");
        Task step = tasks.createTaskQuery()
                .processInstanceBusinessKeyLike(number + "/%")
                .singleResult();
        assertThat(caseOf(step.getId()))
                .as("a step runs in an instance of its own")
                .isEqualTo(number);

        Task ordinary = taskOfAnotherProcess(ownerId);
        HttpResponse<String> none = owner.get("/api/tasks/" + ordinary.getId() + "/case");
        assertThat(none.statusCode()).isEqualTo(200);
        assertThat(json.readTree(none.body()).has("caseNumber")).isFalse();
    }

    @Test
    void aTaskOneMayNotReadIsNotFound() {
        Task somebodyElses = taskOfAnotherProcess(STRANGER);

        assertThat(owner.get("/api/tasks/" + somebodyElses.getId() + "/case").statusCode())
                .isEqualTo(404);
        assertThat(owner.get("/api/tasks/nonsense/case").statusCode()).isEqualTo(404);
    }

    @Test
    void aRefusedFormIsExplainedWithoutTheEnginesPrefix() throws Exception {
        String number = open("\"owner\":\"" + ownerId + "\"");
        Task plan = tasks.createTaskQuery()
                .processInstanceBusinessKey(number)
                .taskAssignee(ownerId)
                .singleResult();
        Visitor browser = Visitor.browser(port);
        browser.signIn(ownerId, TestPeople.PASSWORD);
        browser.get("/camunda/api/engine/engine/default/task/count");
        browser.open("/camunda/app/tasklist/default/");

        HttpResponse<String> refused = browser.post(
                "/camunda/api/engine/engine/default/task/" + plan.getId() + "/submit-form",
                "{\"variables\":{\"steps\":{\"type\":\"Json\",\"value\":\"[{\\\"type\\\":\\\"dance\\\"}]\"}}}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json.readTree(refused.body()).path("message").textValue())
                .isNotBlank()
                .doesNotContain("Cannot submit")
                .contains("dance");
    }

    private List<String> numbers(Visitor who, String list) throws Exception {
        HttpResponse<String> answer = who.get(list);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body()).findValuesAsText("number");
    }

    private String caseOf(String taskId) throws Exception {
        return json.readTree(owner.get("/api/tasks/" + taskId + "/case").body())
                .path("caseNumber")
                .asText();
    }

    private JsonNode view(Visitor who, String number) throws Exception {
        HttpResponse<String> answer = who.get("/api/cases/" + number);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private String open(String more) throws Exception {
        HttpResponse<String> opened = lead.post(
                "/api/cases",
                "{\"customerNumber\":\"CV-1\",\"severity\":\"minor\",\"source\":\"complaint\",\"summary\":\"Late\","
                        + more + "}");
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
        return json.readTree(opened.body()).path("number").textValue();
    }

    private Visitor as(String id) {
        return Visitor.withBasic(port, id, TestPeople.PASSWORD);
    }

    private Task taskOfAnotherProcess(String assignee) {
        BpmnModelInstance model = Bpmn.createExecutableProcess("another-process")
                .camundaHistoryTimeToLiveString("P1D")
                .startEvent()
                .userTask("UserTask_Ordinary")
                .endEvent()
                .done();
        repository
                .createDeployment()
                .name("another process of CaseViewTest")
                .enableDuplicateFiltering(true)
                .addModelInstance("another-process.bpmn", model)
                .deploy();
        String instance =
                runtime.startProcessInstanceByKey("another-process", "J-4711").getId();
        Task task = tasks.createTaskQuery().processInstanceId(instance).singleResult();
        tasks.setAssignee(task.getId(), assignee);
        return task;
    }

    @AfterEach
    void theOtherProcessIsGone() {
        repository
                .createDeploymentQuery()
                .deploymentName("another process of CaseViewTest")
                .list()
                .forEach(deployment -> repository.deleteDeployment(deployment.getId(), true));
    }
}
