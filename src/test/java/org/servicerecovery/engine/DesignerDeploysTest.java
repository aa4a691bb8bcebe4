package org.servicerecovery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.repository.Deployment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a process designer does with Modeler: edit models and forms, deploy them to the running application. */
@RunningApplication
@ExtendWith(OutputCaptureExtension.class)
class DesignerDeploysTest {

    private static final String MODEL = "service-recovery.bpmn";
    private static final ObjectMapper JSON = new ObjectMapper();

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    RepositoryService repository;

    @Autowired
    HistoryService history;

    @Autowired
    ManagementService management;

    @Autowired
    ModelDeployer release;

    @Autowired
    Cases cases;

    @Autowired
    Journal journal;

    @Autowired
    JdbcClient db;

    Set<String> deploymentsBefore = Set.of();
    Visitor designer = Visitor.browser(0);
    Visitor owner = Visitor.browser(0);
    String ownerId = "";

    @BeforeEach
    void thereAreADesignerAndACaseOwner() {
        deploymentsBefore = deployments().stream().map(Deployment::getId).collect(Collectors.toSet());
        designer = as(TestPeople.person(identities, Role.PROCESS_DESIGNER));
        ownerId = TestPeople.person(identities, Role.CASE_OWNER);
        owner = as(ownerId);
    }

    /** The application is shared: the release's models are the newest again. */
    @AfterEach
    void theReleaseIsNewestAgain() {
        for (Deployment deployment : deployments()) {
            if (!deploymentsBefore.contains(deployment.getId())) {
                repository.deleteDeployment(deployment.getId(), true, true, true);
            }
        }
    }

    @Test
    void aRunningCaseKeepsItsModelAndFormAndANewOneGetsTheDesigners() throws IOException {
        String running = openCase("minor");

        HttpResponse<String> deployed = deploy(designer, changedModelAndForms());
        assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(200);
        String started = openCase("minor");

        JsonNode oldTask = workUntilLoopIsClosed(running);
        assertThat(oldTask.path("name").asText()).isEqualTo("Close the loop with the customer");
        assertThat(formOf(oldTask)).doesNotContain("satisfied");
        JsonNode newTask = workUntilLoopIsClosed(started);
        assertThat(newTask.path("name").asText()).isEqualTo("Tell the customer how it ended");
        assertThat(formOf(newTask)).contains("satisfied");

        complete(oldTask, "{\"told\":{\"value\":\"phone\"}}");
        complete(newTask, "{\"told\":{\"value\":\"phone\"},\"satisfied\":{\"value\":\"yes\"}}");
        HistoricProcessInstance ofRunning = instance(running);
        HistoricProcessInstance ofStarted = instance(started);
        assertThat(ofRunning.getState()).isEqualTo(HistoricProcessInstance.STATE_COMPLETED);
        assertThat(ofStarted.getState()).isEqualTo(HistoricProcessInstance.STATE_COMPLETED);
        assertThat(ofStarted.getProcessDefinitionVersion()).isEqualTo(ofRunning.getProcessDefinitionVersion() + 1);
        assertThat(entry(running, "case closed")).isNotNull();
        assertThat(entry(started, "case closed")).isNotNull();
    }

    @Test
    void theAnswerToAFieldThatTheDesignerAddedIsInTheJournal() throws IOException {
        assertThat(deploy(designer, changedModelAndForms()).statusCode()).isEqualTo(200);
        String number = openCase("minor");

        complete(workUntilLoopIsClosed(number), "{\"told\":{\"value\":\"phone\"},\"satisfied\":{\"value\":\"yes\"}}");

        assertThat(entry(number, "further answers"))
                .isEqualTo(Map.of("task", "Tell the customer how it ended", "satisfied", "yes"));
    }

    @Test
    void aRestartWithTheSameReleaseLeavesTheDesignersVersionNewest() throws IOException {
        assertThat(deploy(designer, changedModelAndForms()).statusCode()).isEqualTo(200);
        long versions = versions();
        String newest = newestDeployment();

        release.afterSingletonsInstantiated();

        assertThat(versions()).isEqualTo(versions);
        assertThat(newestDeployment()).isEqualTo(newest).isEqualTo("Shorter closing");
    }

    @Test
    void aReleaseWithChangedModelsBecomesNewestAndTheLogNamesWhatItReplaced(@TempDir Path directory, CapturedOutput log)
            throws IOException {
        assertThat(deploy(designer, changedModelAndForms()).statusCode()).isEqualTo(200);
        int designersVersion = newestVersion();

        releaseFrom(directory, text -> text.replace("Close the loop with the customer", "Call the customer back"));

        assertThat(newestDeployment()).isEqualTo(ModelDeployer.NAME);
        assertThat(newestVersion()).isEqualTo(designersVersion + 1);
        assertThat(log.getOut())
                .contains("This release brings changed models")
                .contains("service-recovery version " + designersVersion + " (deployment \"Shorter closing\")");
    }

    @Test
    void aReleaseThatReturnsIsNewestAgain(@TempDir Path directory) throws IOException {
        releaseFrom(directory, text -> text.replace("Close the loop with the customer", "Call the customer back"));
        int laterRelease = newestVersion();

        release.afterSingletonsInstantiated();

        assertThat(newestVersion()).isEqualTo(laterRelease + 1);
        assertThat(new String(repository.getProcessModel(newestDefinition()).readAllBytes(), StandardCharsets.UTF_8))
                .contains("Close the loop with the customer");
    }

    @Test
    void aChangedNumberInATableHoldsForTheNextCaseAndTheJournalNamesTheTablesVersion() throws IOException {
        String table = Files.readString(Path.of("processes", "resolution-deadline.dmn"));
        String before = openCase("minor");

        HttpResponse<String> deployed = deploy(
                designer, Map.of("resolution-deadline.dmn", table.replace("<text>72</text>", "<text>60</text>")));
        assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(200);
        String after = openCase("minor");

        assertThat(timeToResolve(before)).isEqualTo(Duration.ofHours(72));
        assertThat(timeToResolve(after)).isEqualTo(Duration.ofHours(60));
        assertThat(tableVersion(after)).isEqualTo(tableVersion(before) + 1);
        assertThat(management
                        .createJobQuery()
                        .processInstanceId(instance(after).getId())
                        .activityId("BoundaryEvent_DeadlineMissed")
                        .singleResult()
                        .getDuedate()
                        .toInstant())
                .isEqualTo(dueAt(after));
    }

    static Stream<Arguments> modelsThatBringCode() {
        String task = "<bpmn:serviceTask id=\"ServiceTask_FeedTrend\" name=\"Count the cause\" "
                + "camunda:delegateExpression=\"${feedTrendDelegate}\">";
        return Stream.of(
                Arguments.of(
                        "a script as a condition",
                        "<bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">${roundOutcome == 'resolved'}",
                        "<bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\" language=\"javascript\">true",
                        "language=\"javascript\""),
                Arguments.of(
                        "a script as a listener",
                        "<camunda:taskListener delegateExpression=\"${closeLoopListener}\" event=\"complete\" />",
                        "<camunda:taskListener event=\"complete\"><camunda:script scriptFormat=\"javascript\">1"
                                + "</camunda:script></camunda:taskListener>",
                        "script"),
                Arguments.of(
                        "a class",
                        task,
                        task.replace("delegateExpression=\"${feedTrendDelegate}\"", "class=\"org.example.Any\""),
                        "class=\"org.example.Any\""),
                Arguments.of(
                        "a class that maps variables",
                        "calledElement=\"recovery-step\"",
                        "calledElement=\"recovery-step\" camunda:variableMappingClass=\"org.example.Any\"",
                        "variableMappingClass=\"org.example.Any\""),
                Arguments.of(
                        "a class that validates a field",
                        "<camunda:taskListener delegateExpression=\"${closeLoopListener}\" event=\"complete\" />",
                        "<camunda:taskListener delegateExpression=\"${closeLoopListener}\" event=\"complete\" />"
                                + "<camunda:formData><camunda:formField id=\"a\" type=\"string\"><camunda:validation>"
                                + "<camunda:constraint name=\"validator\" config=\"org.example.Any\" />"
                                + "</camunda:validation></camunda:formField></camunda:formData>",
                        "config=\"org.example.Any\""),
                Arguments.of(
                        "a class that handles a form",
                        "camunda:formRef=\"close-loop\" camunda:formRefBinding=\"deployment\"",
                        "camunda:formHandlerClass=\"org.example.Any\"",
                        "formHandlerClass=\"org.example.Any\""),
                Arguments.of(
                        "reflection",
                        "${roundOutcome == 'resolved'}",
                        "${''.getClass().forName('java.lang.Runtime') != null}",
                        "getClass"),
                Arguments.of(
                        "an unknown delegate", task, task.replace("feedTrendDelegate", "dataSource"), "${dataSource}"),
                Arguments.of(
                        "an unknown bean in an expression",
                        "${planSteps.anyCompleted(execution.processInstanceId)}",
                        "${journal.of(1).isEmpty()}",
                        "\"journal\""),
                Arguments.of(
                        "an expression instead of a delegate",
                        task,
                        task.replace(
                                "delegateExpression=\"${feedTrendDelegate}\"",
                                "expression=\"${runtimeService.suspendProcessInstanceById('1')}\""),
                        "\"runtimeService\""),
                Arguments.of(
                        "the engine's services",
                        "${planSteps.anyCompleted(execution.processInstanceId)}",
                        "${execution.processEngineServices.runtimeService != null}",
                        "processEngineServices"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modelsThatBringCode")
    void aModelThatBringsCodeIsRefusedWithASentenceThatNamesIt(String what, String harmless, String code, String named)
            throws IOException {
        Map<String, String> files = changedModelAndForms();
        String model = files.get(MODEL);
        assertThat(model).contains(harmless);
        files.put(MODEL, model.replace(harmless, code));
        long versions = versions();

        HttpResponse<String> refused = deploy(designer, files);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        String sentence = JSON.readTree(refused.body()).path("message").asText();
        assertThat(sentence).contains("service-recovery").contains(named).endsWith(".");
        assertThat(versions()).isEqualTo(versions);
    }

    @Test
    void aModelWithoutItsFormsIsRefusedWithTheirNames() throws IOException {
        Map<String, String> files = changedModelAndForms();
        files.remove("close-loop.form");
        files.remove("plan-recovery.form");
        long versions = versions();

        HttpResponse<String> refused = deploy(designer, files);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).path("message").asText())
                .isEqualTo("deployment: leaves out forms that its models are bound to: close-loop, plan-recovery."
                        + " Deploy the models together with all their forms.");
        assertThat(versions()).isEqualTo(versions);
    }

    @Test
    void aTableOrModelOfATenantIsRefusedSinceItWouldStandInTheWayOfTheOneOfAll() throws IOException {
        for (Map<String, String> files : List.of(
                Map.of("training-threshold.dmn", Files.readString(Path.of("processes/training-threshold.dmn"))),
                changedModelAndForms())) {
            long versions = versions();

            HttpResponse<String> refused = deploy(designer, files, Map.of("tenant-id", "leads"));

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
            assertThat(JSON.readTree(refused.body()).path("message").asText())
                    .startsWith("tenant-id: has to be empty: there is one business here");
            assertThat(versions()).isEqualTo(versions);
        }
    }

    static Stream<Arguments> tablesThatWouldDoNothing() {
        return Stream.of(
                Arguments.of(
                        "a calendar that does not exist",
                        "resolution-deadline",
                        "<outputEntry id=\"OutputEntry_resolution-deadline_2_3\"><text>\"24x7\"",
                        "<outputEntry id=\"OutputEntry_resolution-deadline_2_3\"><text>\"ofice\"",
                        "row 2, column \"Calendar whose time counts\": \"ofice\" is no calendar that was saved."
                                + " Use one of: 24x7, "),
                Arguments.of(
                        "a severity without a row",
                        "resolution-deadline",
                        "\"minor\"",
                        "\"critical\"",
                        "has to have one row for the severity \"minor\""),
                Arguments.of(
                        "a level that nothing carries out",
                        "escalation-chain",
                        "<outputEntry id=\"OutputEntry_escalation-chain_6_1\"><text>3",
                        "<outputEntry id=\"OutputEntry_escalation-chain_6_1\"><text>4",
                        "row 6, column \"Level\": \"4\" is a level that nothing carries out."),
                Arguments.of(
                        "a third level of a clock that has two",
                        "escalation-chain",
                        "<inputEntry id=\"InputEntry_escalation-chain_6_1\"><text>\"resolution\"",
                        "<inputEntry id=\"InputEntry_escalation-chain_6_1\"><text>\"stage-1\"",
                        "row 6, column \"Level\": the process carries out level 3 for the clock \"resolution\" alone."),
                Arguments.of(
                        "a misspelt clock",
                        "escalation-chain",
                        "<inputEntry id=\"InputEntry_escalation-chain_3_1\"><text>\"resolution\"",
                        "<inputEntry id=\"InputEntry_escalation-chain_3_1\"><text>\"resolutoin\"",
                        "row 3, column \"Clock\": \"resolutoin\" is no clock. Use one of: resolution, acknowledgement, "),
                Arguments.of(
                        "a role whose people cannot act",
                        "escalation-chain",
                        "\"manager,office-manager,cx-lead\"",
                        "\"manager,ofice-manager\"",
                        "row 2, column \"Roles that are told\": \"manager,ofice-manager\" holds \"ofice-manager\", which is"
                                + " no role"),
                Arguments.of(
                        "a text without its quotes",
                        "escalation-chain",
                        "<inputEntry id=\"InputEntry_escalation-chain_3_2\"><text>\"minor\"",
                        "<inputEntry id=\"InputEntry_escalation-chain_3_2\"><text>minor",
                        "row 3, column \"Severity\": minor fits nothing. Write a text in quotes"),
                Arguments.of(
                        "a misspelt unit",
                        "further-clocks",
                        "\"weeks\"",
                        "\"week\"",
                        "row 9, column \"Unit\": \"week\" is no unit. Use one of: hours, working-days, "),
                Arguments.of(
                        "a clock twice",
                        "further-clocks",
                        "\"final-response\"",
                        "\"summary-resolution\"",
                        "has two rows of one clock for the profile \"fca-disp\""),
                Arguments.of(
                        "another language",
                        "further-clocks",
                        "<inputExpression id=\"InputExpression_stage\"",
                        "<inputExpression id=\"InputExpression_stage\" expressionLanguage=\"juel\"",
                        "is written in another language than FEEL."),
                Arguments.of(
                        "a misspelt step type",
                        "step-deadline",
                        "\"call-customer\"",
                        "\"call-costumer\"",
                        "\"call-costumer\" is no step type."),
                Arguments.of(
                        "a suggestion of a step that nobody knows",
                        "playbook",
                        "<outputEntry id=\"OutputEntry_playbook_1_1\"><text>\"call-customer\"",
                        "<outputEntry id=\"OutputEntry_playbook_1_1\"><text>\"call-costumer\"",
                        "row 1, column \"Step\": \"call-costumer\" is no step type."),
                Arguments.of(
                        "a playbook that may suggest one step alone",
                        "playbook",
                        "hitPolicy=\"RULE ORDER\"",
                        "hitPolicy=\"UNIQUE\"",
                        "has several rows for "),
                Arguments.of(
                        "an approval that nobody gives",
                        "approval-limit",
                        "\"two-people\"",
                        "\"three-people\"",
                        "row 1, column \"Who approves\": \"three-people\" is no answer to who approves."),
                Arguments.of(
                        "an amount with its currency",
                        "approval-limit",
                        "&gt; 500<",
                        "&gt; 500 EUR<",
                        "row 3, column \"Amount offered on the case\": > 500 EUR fits nothing."),
                Arguments.of(
                        "an amount with a separator",
                        "approval-limit",
                        "&gt; 500<",
                        "&gt; 1,500<",
                        "> 1,500 can be read in two ways."),
                Arguments.of(
                        "an input that is worked out",
                        "training-threshold",
                        "<text>tag</text>",
                        "<text>{a: tag + tag}.a</text>",
                        "asks for \"{a: tag + tag}.a\", which nobody gives."),
                Arguments.of(
                        "a sum of its rows",
                        "escalation-chain",
                        "hitPolicy=\"COLLECT\"",
                        "hitPolicy=\"COLLECT\" aggregation=\"SUM\"",
                        "puts its rows together into one number (SUM)."),
                Arguments.of(
                        "a hit policy that the engine does not know",
                        "training-threshold",
                        "hitPolicy=\"FIRST\"",
                        "hitPolicy=\"PRIORITY\"",
                        "cannot be asked: "),
                Arguments.of(
                        "a text that goes on",
                        "playbook",
                        "\"Put right what failed\"",
                        "\"Put right what failed\\\\\"",
                        "has to be a value: a number, or a text in quotes."),
                Arguments.of(
                        "a column that was renamed",
                        "training-threshold",
                        "name=\"planWithinDays\"",
                        "name=\"days\"",
                        "has no column for the output \"planWithinDays\", which is read."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tablesThatWouldDoNothing")
    void aTableThatWouldDoNothingIsRefusedWithItsRowAndColumn(
            String what, String table, String right, String wrong, String sentence) throws IOException {
        String text = Files.readString(Path.of("processes", table + ".dmn"));
        assertThat(text).contains(right);
        int deployed = deployments().size();

        HttpResponse<String> refused =
                deploy(designer, Map.of(table + ".dmn", text.replaceFirst(Pattern.quote(right), wrong)));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).path("message").asText())
                .startsWith(table + ": ")
                .contains(sentence);
        assertThat(deployments()).hasSize(deployed);
    }

    @Test
    void aReleaseWhoseTableNamesNoCalendarDoesNotStart(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> releaseFrom(directory, text -> text.replace("\"england\"", "\"englant\"")))
                .hasMessageContaining(
                        "further-clocks: has a mistake in row 5, column \"Calendar\": \"englant\" is no calendar");
    }

    @Test
    void aTableMayNameACalendarOnceItIsSavedAndNoCalendarGoesAgain() throws IOException {
        String table = Files.readString(Path.of("processes", "resolution-deadline.dmn"))
                .replace("24x7", "test-desk");
        assertThat(deploy(designer, Map.of("resolution-deadline.dmn", table)).statusCode())
                .isEqualTo(400);
        Visitor lead = as(TestPeople.person(identities, Role.CX_LEAD));
        ok(lead.call(
                "PUT",
                "/api/calendars/test-desk",
                "{\"zone\":\"Europe/London\",\"week\":{\"monday\":[\"09:00-17:00\"]}}"));
        ok(deploy(designer, Map.of("resolution-deadline.dmn", table)));

        assertThat(lead.call("DELETE", "/api/calendars/test-desk", "").statusCode())
                .isEqualTo(403);
        for (String change : List.of(
                "delete from work_calendar where code = 'test-desk'",
                "update work_calendar set code = 'desk' where code = 'test-desk'")) {
            assertThatThrownBy(() -> db.sql(change).update())
                    .hasMessageContaining("The calendar test-desk stays as it was saved");
        }
    }

    @Test
    void aCaseOwnerCannotDeploy() throws IOException {
        long versions = versions();

        assertThat(deploy(owner, changedModelAndForms()).statusCode()).isEqualTo(403);

        assertThat(versions()).isEqualTo(versions);
    }

    /** As Modeler saves and sends them: the model with a task renamed, its forms, one of them with one more field. */
    private static Map<String, String> changedModelAndForms() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        String model = Files.readString(Path.of("processes", MODEL));
        files.put(MODEL, model.replace("Close the loop with the customer", "Tell the customer how it ended"));
        List<String> forms = Pattern.compile("formRef=\"([^\"]+)\"")
                .matcher(model)
                .results()
                .map(found -> found.group(1) + ".form")
                .distinct()
                .toList();
        for (String form : forms) {
            files.put(form, Files.readString(Path.of("forms", form)));
        }
        ObjectNode closing = (ObjectNode) JSON.readTree(files.get("close-loop.form"));
        ObjectNode field = ((ArrayNode) closing.get("components")).addObject();
        field.put("type", "radio").put("id", "Field_satisfied").put("key", "satisfied");
        field.put("label", "Is the customer satisfied?");
        field.putArray("values").addObject().put("label", "Yes").put("value", "yes");
        files.put("close-loop.form", JSON.writerWithDefaultPrettyPrinter().writeValueAsString(closing));
        return files;
    }

    private static HttpResponse<String> deploy(Visitor visitor, Map<String, String> files) {
        return deploy(visitor, files, Map.of());
    }

    private static HttpResponse<String> deploy(
            Visitor visitor, Map<String, String> files, Map<String, String> furtherFields) {
        String boundary = "part-" + UUID.randomUUID();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, boundary, "name=\"deployment-name\"", "Shorter closing");
        furtherFields.forEach((name, value) -> part(body, boundary, "name=\"" + name + "\"", value));
        files.forEach((name, text) -> part(body, boundary, "name=\"" + name + "\"; filename=\"" + name + "\"", text));
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return visitor.send(visitor.request("/engine-rest/deployment/create")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofByteArray(body.toByteArray())));
    }

    private static void part(ByteArrayOutputStream body, String boundary, String disposition, String content) {
        body.writeBytes(
                ("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private void releaseFrom(Path directory, UnaryOperator<String> change) throws IOException {
        for (String folder : List.of("processes", "forms")) {
            Path target = Files.createDirectory(directory.resolve(folder));
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.toList()) {
                    Files.writeString(target.resolve(file.getFileName()), change.apply(Files.readString(file)));
                }
            }
        }
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
            new ModelDeployer(repository, new PathMatchingResourcePatternResolver(classes))
                    .afterSingletonsInstantiated();
        }
    }

    private String openCase(String severity) throws IOException {
        String customer = "C-" + UUID.randomUUID();
        Visitor lead = as(TestPeople.person(identities, Role.CX_LEAD));
        ok(lead.post("/api/customers", "{\"number\":\"" + customer + "\",\"name\":\"Ida Winter\"}"));
        HttpResponse<String> opened = ok(owner.post(
                "/api/cases",
                "{\"customerNumber\":\"" + customer + "\",\"severity\":\"" + severity
                        + "\",\"source\":\"complaint\",\"summary\":\"The heating is still cold\",\"owner\":\""
                        + ownerId + "\"}"));
        return JSON.readTree(opened.body()).path("number").asText();
    }

    /** Plans one step, works it and resolves the case; the task that is then open. */
    private JsonNode workUntilLoopIsClosed(String number) throws IOException {
        String path = "/api/cases/" + number;
        ok(owner.post(
                path + "/plan", "{\"steps\":[{\"type\":\"internal-training-note\",\"purpose\":\"Remember it\"}]}"));
        ok(
                owner.post(
                        path + "/steps/1/outcome",
                        "{\"outcome\":\"completed\",\"rootCauseTag\":\"scheduling-mistake\",\"audience\":\"office\",\"notes\":\"Told the team\"}"));
        ok(owner.post(
                path + "/resolution",
                "{\"resolutionType\":\"apology-only\",\"rootCauseTag\":\"scheduling-mistake\","
                        + "\"preventionAction\":\"Two people check the calendar\"}"));
        JsonNode open = JSON.readTree(ok(owner.get("/engine-rest/task?processInstanceBusinessKey=" + number))
                .body());
        assertThat(open).hasSize(1);
        return open.get(0);
    }

    private String formOf(JsonNode task) {
        return ok(owner.get("/engine-rest/task/" + task.path("id").asText() + "/deployed-form"))
                .body();
    }

    private void complete(JsonNode task, String variables) {
        ok(owner.post(
                "/engine-rest/task/" + task.path("id").asText() + "/submit-form", "{\"variables\":" + variables + "}"));
    }

    private Map<String, Object> entry(String number, String kind) {
        return journal.of(cases.get(new CaseNumber(number)).id()).stream()
                .filter(entry -> entry.kind().equals(kind))
                .map(Journal.Entry::content)
                .findFirst()
                .orElseThrow(() -> new AssertionError("The journal of " + number + " has no entry \"" + kind + "\"."));
    }

    private Instant dueAt(String number) {
        return Instant.parse((String) entry(number, "clock started").get("dueAt"));
    }

    private Duration timeToResolve(String number) {
        Instant started = cases.get(new CaseNumber(number)).epochStartedAt().truncatedTo(ChronoUnit.MILLIS);
        return Duration.between(started, dueAt(number));
    }

    private int tableVersion(String number) {
        String policy = (String) entry(number, "clock started").get("policy");
        assertThat(policy).startsWith("resolution-deadline/");
        return Integer.parseInt(policy.substring(policy.indexOf('/') + 1));
    }

    private HistoricProcessInstance instance(String number) {
        return history.createHistoricProcessInstanceQuery()
                .processInstanceBusinessKey(number)
                .processDefinitionKey("service-recovery")
                .singleResult();
    }

    private List<Deployment> deployments() {
        return repository.createDeploymentQuery().orderByDeploymentTime().desc().list();
    }

    private long versions() {
        return repository
                .createProcessDefinitionQuery()
                .processDefinitionKey("service-recovery")
                .count();
    }

    private String newestDefinition() {
        return repository
                .createProcessDefinitionQuery()
                .processDefinitionKey("service-recovery")
                .latestVersion()
                .singleResult()
                .getId();
    }

    private int newestVersion() {
        return repository.getProcessDefinition(newestDefinition()).getVersion();
    }

    private String newestDeployment() {
        return repository
                .createDeploymentQuery()
                .deploymentId(
                        repository.getProcessDefinition(newestDefinition()).getDeploymentId())
                .singleResult()
                .getName();
    }

    private Visitor as(String person) {
        return Visitor.withBasic(port, person, TestPeople.PASSWORD);
    }

    private static HttpResponse<String> ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode())
                .as(answer.request().uri() + ": " + answer.body())
                .isBetween(200, 299);
        return answer;
    }
}
