package org.servicerecovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.CallActivity;
import org.camunda.bpm.model.bpmn.instance.EventBasedGateway;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.IntermediateCatchEvent;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.SubProcess;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Messages;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.i18n.LocaleContextHolder;

/** What people see of models and forms, in German on the way to Tasklist and nowhere else. */
@RunningApplication
class FormsInGermanTest {

    private static final String TASKLIST = "/camunda/api/engine/engine/default/";
    private static final Pattern FIELD = Pattern.compile("\\{\\{\\w+}}");

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    TaskService tasks;

    @Autowired
    ObjectMapper json;

    @Autowired
    ModelWords words;

    Visitor owner = Visitor.browser(0);
    String taskId = "";

    @BeforeEach
    void aCaseToPlan() throws Exception {
        String id = TestPeople.person(identities, Role.CASE_OWNER);
        owner = Visitor.browser(port);
        owner.signIn(id, TestPeople.PASSWORD);
        Visitor api = Visitor.withBasic(port, TestPeople.person(identities, Role.CX_LEAD), TestPeople.PASSWORD);
        api.post("/api/customers", "{\"number\":\"FG-1\",\"name\":\"Frieda Grün\"}");
        String number = json.readTree(api.post(
                                "/api/cases",
                                "{\"customerNumber\":\"FG-1\",\"severity\":\"minor\",\"source\":\"complaint\","
                                        + "\"summary\":\"Late.\",\"owner\":\"" + id + "\"}")
                        .body())
                .path("number")
                .asText();
        taskId = tasks.createTaskQuery()
                .processInstanceBusinessKey(number)
                .taskDefinitionKey("UserTask_PlanRecovery")
                .singleResult()
                .getId();
    }

    @Test
    void everyTextOfAFormAndEveryNameOfATaskHasItsGermanAndNoneIsLeftOver() {
        Set<String> german = Messages.all(Locale.GERMAN).keySet().stream()
                .filter(key -> key.matches("(form|task|activity|process)\\..*"))
                .collect(Collectors.toSet());

        assertThat(german).containsExactlyInAnyOrderElementsOf(words.english().keySet());
        new TreeMap<>(words.english())
                .forEach((key, english) -> assertThat(
                                fields(Messages.find(Locale.GERMAN, key).orElseThrow()))
                        .as(key)
                        .isEqualTo(fields(english)));
    }

    @Test
    void whereverACaseOfOursCanWaitItIsNamedInGerman() throws Exception {
        LocaleContextHolder.setLocale(Locale.GERMAN);
        try (Stream<Path> files = Files.list(Path.of("processes"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".bpmn")).toList()) {
                BpmnModelInstance model = Bpmn.readModelFromFile(file.toFile());
                String process = model.getModelElementsByType(Process.class)
                        .iterator()
                        .next()
                        .getId();
                List<FlowNode> waits = model.getModelElementsByType(FlowNode.class).stream()
                        .filter(each -> Stream.of(
                                        UserTask.class,
                                        ReceiveTask.class,
                                        CallActivity.class,
                                        SubProcess.class,
                                        EventBasedGateway.class,
                                        IntermediateCatchEvent.class)
                                .anyMatch(kind -> kind.isInstance(each)))
                        .toList();
                assertThat(waits)
                        .as(process)
                        .isNotEmpty()
                        .allSatisfy(each -> assertThat(words.activity(process, each.getId(), each.getName()))
                                .as(each.getId())
                                .isNotBlank()
                                .isNotEqualTo(each.getName()));
            }
        } finally {
            LocaleContextHolder.resetLocaleContext();
        }
    }

    @Test
    void aFormATaskAndAProcessComeInTheReadersLanguage() throws Exception {
        String form = in("de-DE,en;q=0.5", "task/" + taskId + "/deployed-form").body();
        assertThat(form)
                .contains("Mit welchen Schritten", "Kunden anrufen", "\"call-customer\"")
                .doesNotContain("What for");
        assertThat(in("en", "task/" + taskId + "/deployed-form").body())
                .contains("Which steps make it right", "What for");
        assertThat(json.readTree(in("de", "task/" + taskId).body()).path("name").textValue())
                .isEqualTo("Wiedergutmachung planen");
        assertThat(in("de", "process-definition?latestVersion=true").body()).contains("Kundenfall");
        assertThat(in("de", "process-definition/key/service-recovery/deployed-start-form")
                        .body())
                .contains("Kundennummer");
        JsonNode lists = json.readTree(in("de", "filter?resourceType=Task").body());
        assertThat(lists.findValuesAsText("name")).contains("Meine Arbeit");
        Set<String> known = Messages.all(Locale.GERMAN).entrySet().stream()
                .filter(each -> each.getKey().startsWith("list."))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
        for (JsonNode list : lists) {
            // Of this release, by their colour.
            if (list.path("properties").path("color").asText().equals("#3e4d2f")) {
                assertThat(known)
                        .contains(
                                list.path("name").textValue(),
                                list.path("properties").path("description").textValue());
            }
        }
        String mine = lists.path(0).path("id").textValue();
        assertThat(in("de", "filter/" + mine + "/list").body()).contains("Wiedergutmachung planen");
    }

    @Test
    void anAnswerInGermanSaysHowLongItIsAndOfWhatItDepends() {
        HttpResponse<String> answer = in("de", "task/" + taskId);
        assertThat(answer.headers().allValues("Vary")).anyMatch(value -> value.contains("Accept-Language"));
        answer.headers()
                .firstValueAsLong("Content-Length")
                .ifPresent(length -> assertThat(length)
                        .isEqualTo(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8).length));
        assertThat(in("en", "task/" + taskId).headers().allValues("Vary"))
                .noneMatch(value -> value.contains("Language"));
    }

    @Test
    void whatTasklistSendsBackDoesNotCarryTheTranslationIntoTheEngine() throws Exception {
        ObjectNode sent = (ObjectNode) json.readTree(in("de", "task/" + taskId).body());
        sent.put("priority", 70);

        HttpResponse<String> answer = owner.send(owner.request(TASKLIST + "task/" + taskId)
                .header("Accept-Language", "de")
                .header("Content-Type", "application/json")
                .header("X-XSRF-TOKEN", owner.cookie("XSRF-TOKEN").orElse(""))
                .PUT(BodyPublishers.ofString(json.writeValueAsString(sent))));

        Task kept = tasks.createTaskQuery().taskId(taskId).singleResult();
        assertThat(kept.getName()).as(answer.body()).isEqualTo("Plan recovery");
        assertThat(answer.statusCode() == 204 ? kept.getPriority() : 70).isEqualTo(70);
    }

    @Test
    void machinesReadWhatTheModelSays() throws Exception {
        Visitor machine = Visitor.withBasic(port, TestPeople.person(identities, Role.CASE_OWNER), TestPeople.PASSWORD);
        assertThat(machine.send(machine.request("/engine-rest/task/" + taskId).header("Accept-Language", "de"))
                        .body())
                .contains("Plan recovery");
    }

    @Test
    void aTextThatADesignerChangedIsShownAsTheDesignerWroteIt() throws Exception {
        JsonNode form =
                json.readTree("{\"id\":\"call-customer\",\"components\":[{\"key\":\"notes\",\"label\":\"Notes of"
                        + " ours\"},{\"key\":\"outcome\",\"label\":\"How did it go?\"}]}");
        words.translate(form, Locale.GERMAN);
        assertThat(form.findValuesAsText("label")).containsExactly("Notes of ours", "Wie ist es gelaufen?");
    }

    @Test
    void aTaskThatNamesItsClockKeepsTheClock() throws Exception {
        JsonNode task = json.readTree("{\"taskDefinitionKey\":\"UserTask_ActOnFurtherClock\","
                + "\"name\":\"Act on near deadline (Some clock)\"}");
        words.translate(task, Locale.GERMAN);
        assertThat(task.path("name").textValue()).isEqualTo("Nahe Frist: handeln (Some clock)");
        words.takeBack(task, Locale.GERMAN);
        assertThat(task.path("name").textValue()).isEqualTo("Act on near deadline (Some clock)");
    }

    private HttpResponse<String> in(String language, String path) {
        return owner.send(owner.request(TASKLIST + path).header("Accept-Language", language));
    }

    private static Set<String> fields(String text) {
        return FIELD.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }
}
