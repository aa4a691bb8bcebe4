package org.servicerecovery.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** The lists that are ready in Tasklist, asked as Tasklist asks, and what their cards tell. */
@RunningApplication
class ListsTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    FilterService filters;

    @Autowired
    TaskService tasks;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    Customers customers;

    @Autowired
    BusinessZone zone;

    @Autowired
    ObjectMapper json;

    final String anna = "test-anna-of-lists-" + UUID.randomUUID().toString().substring(0, 8);
    Loop loop;
    Visitor owner = Visitor.browser(0);

    @BeforeEach
    void anOwnerOfTheirOwn() {
        loop = new Loop(application);
        TestPeople.add(identities, anna, Role.CASE_OWNER);
        owner = Visitor.withBasic(port, anna, TestPeople.PASSWORD);
    }

    @AfterEach
    void today() {
        ClockUtil.reset();
    }

    @Test
    void everyRoleFindsTheSameReadyListsInTheSameOrder() throws Exception {
        for (Role role : List.of(Role.CASE_OWNER, Role.MANAGER, Role.CX_LEAD, Role.BUSINESS_OWNER, Role.REVIEWER)) {
            JsonNode lists = json.readTree(Visitor.withBasic(port, loop.person(role), TestPeople.PASSWORD)
                    .get("/engine-rest/filter?resourceType=Task")
                    .body());
            List<JsonNode> sorted = new ArrayList<>();
            lists.forEach(sorted::add);
            sorted.sort(java.util.Comparator.comparingInt(
                    each -> each.path("properties").path("priority").asInt()));
            assertThat(sorted)
                    .as(role.title())
                    .extracting(each -> each.path("name").asText())
                    .containsSubsequence(
                            "My work",
                            "For my group",
                            "Due today",
                            "Overdue",
                            "Waiting for the customer",
                            "Cases without an owner",
                            "Approvals",
                            "Missed deadlines",
                            "Everything I may see");
        }
    }

    @Test
    void dueTodayIsTheBusinesssDayAndOverdueIsBefore() throws Exception {
        RecoveryCase found = planned("call-customer", "email-customer", "internal-training-note", "issue-credit");
        ZoneId business = zone.id();
        LocalDate today = LocalDate.of(2031, 3, 30);
        Loop.itIs(today.atTime(12, 0).atZone(business).toInstant());
        due(found, 1, today.atStartOfDay(business).toInstant().minusMillis(1));
        due(found, 2, today.atStartOfDay(business).toInstant());
        due(found, 3, today.plusDays(1).atStartOfDay(business).toInstant().minusMillis(1));
        due(found, 4, today.plusDays(1).atStartOfDay(business).toInstant());

        assertThat(list("Due today")).containsExactly(task(found, 2), task(found, 3));
        assertThat(list("Overdue")).contains(task(found, 1), task(found, 2)).doesNotContain(task(found, 3));
        assertThat(list("My work"))
                .as("sorted as Tasklist asks for by default")
                .containsExactly(task(found, 1), task(found, 2), task(found, 3), task(found, 4));
    }

    @Test
    void eachListHoldsWhatTheEngineItselfFindsForItsReader() throws Exception {
        RecoveryCase found = planned("call-customer", "email-customer", "issue-credit");
        ok(owner.post(
                "/api/cases/" + found.number() + "/compensations",
                "{\"kind\":\"credit\",\"amount\":\"300\",\"currency\":\"EUR\",\"reason\":\"Late\"}"));
        loop.opened(Severity.MAJOR);
        // The engine answers for itself whatever asks for more than the lists do; and all tasks are active.
        Map<String, Object> engines = Map.of("active", true);
        Map<String, Visitor> readers = new LinkedHashMap<>(Map.of(anna, owner));
        for (Role role : Role.values()) {
            String reader = loop.person(role);
            readers.put(reader, Visitor.withBasic(port, reader, TestPeople.PASSWORD));
        }
        int listed = 0;
        for (Map.Entry<String, Visitor> reader : readers.entrySet()) {
            for (Filter list : filters.createTaskFilterQuery().list()) {
                String named = list.getName() + " of " + reader.getKey();
                List<String> page = page(reader.getValue(), list, Map.of());
                assertThat(page).as(named).isEqualTo(page(reader.getValue(), list, engines));
                assertThat(count(reader.getValue(), list, Map.of()))
                        .as(named)
                        .isEqualTo(count(reader.getValue(), list, engines));
                listed += page.size();
            }
        }
        assertThat(listed).isPositive();
    }

    private List<String> page(Visitor reader, Filter list, Map<String, Object> further) throws Exception {
        Map<String, Object> asked = new LinkedHashMap<>(further);
        asked.put(
                "sorting",
                List.of(Map.of("sortBy", "dueDate", "sortOrder", "asc"), Map.of("sortBy", "id", "sortOrder", "desc")));
        HttpResponse<String> answer = reader.post(
                "/engine-rest/filter/" + list.getId() + "/list?firstResult=1&maxResults=300",
                json.writeValueAsString(asked));
        return answer.statusCode() == 403
                ? List.of("refused")
                : json.readTree(answer.body()).findValuesAsText("id");
    }

    private String count(Visitor reader, Filter list, Map<String, Object> further) throws Exception {
        return reader.post("/engine-rest/filter/" + list.getId() + "/count", json.writeValueAsString(further))
                .body();
    }

    @Test
    void whatWaitsForTheCustomerIsListedUntilTheyAnswer() throws Exception {
        RecoveryCase found = planned("call-customer");
        assertThat(list("Waiting for the customer")).isEmpty();
        String path = "/api/cases/" + found.number();

        ok(owner.post(path + "/clock/pause", "{\"reason\":\"waiting-for-answer\"}"));
        assertThat(list("Waiting for the customer")).containsExactly(task(found, 1));

        ok(owner.post(path + "/steps", "{\"type\":\"email-customer\",\"purpose\":\"Ask again\"}"));
        assertThat(list("Waiting for the customer"))
                .as("what comes while it is paused")
                .containsExactlyInAnyOrder(task(found, 1), task(found, 2));

        ok(owner.post(path + "/replies", "{\"channel\":\"phone\",\"text\":\"Friday will do\"}"));
        assertThat(list("Waiting for the customer")).isEmpty();

        ok(owner.post(
                path + "/compensations",
                "{\"kind\":\"credit\",\"amount\":\"10\",\"currency\":\"EUR\",\"reason\":\"Late\"}"));
        Task answer = tasks.createTaskQuery()
                .processInstanceBusinessKeyLike(found.number() + "/C%")
                .singleResult();
        if (answer != null && answer.getTaskDefinitionKey().equals("UserTask_RecordCustomersAnswer")) {
            assertThat(list("Waiting for the customer")).containsExactly(answer.getId());
        }
    }

    @Test
    void cardsTellCustomerAndPurposeToThoseWhoMaySeeTheCase() throws Exception {
        RecoveryCase found = planned("call-customer");
        String task = task(found, 1);
        JsonNode card = json.readTree(
                        owner.get("/api/cards?tasks=" + task + ",nothing").body())
                .path("cards");
        assertThat(card).singleElement().satisfies(one -> {
            assertThat(one.path("task").asText()).isEqualTo(task);
            assertThat(one.path("number").asText()).isEqualTo(found.number().value());
            assertThat(one.path("customer").asText()).isEqualTo("Lists Customer");
            assertThat(one.path("step").asInt()).isEqualTo(1);
            assertThat(one.path("purpose").asText()).isEqualTo("For call-customer");
        });
        // Whoever may see every case.
        Visitor manager = Visitor.withBasic(port, loop.person(Role.MANAGER), TestPeople.PASSWORD);
        assertThat(manager.get("/api/cards?tasks=" + task).body()).contains("Lists Customer");
        Visitor stranger = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        assertThat(stranger.get("/api/cards?tasks=" + task).body()).isEqualTo("{\"cards\":[]}");
        HttpResponse<String> tooMany = owner.get("/api/cards?tasks=" + "x,".repeat(101) + "x");
        assertThat(tooMany.statusCode()).isEqualTo(400);
        assertThat(tooMany.body()).contains("\"field\":\"tasks\"");
    }

    private RecoveryCase planned(String... types) {
        String number = "L-" + UUID.randomUUID();
        customers.register(number, "Lists Customer", null, null);
        RecoveryCase opened = loop.as(
                Role.MANAGER,
                () -> cases.open(
                        new NewCase(number, Severity.MINOR, FailureSource.COMPLAINT, "Late", null, null, anna, null)));
        loop.does(
                Role.MANAGER,
                () -> plan.finish(
                        opened.number(),
                        java.util.Arrays.stream(types)
                                .map(type -> new NewStep(type, "For " + type, null))
                                .toList()));
        return loop.again(opened);
    }

    private void due(RecoveryCase of, int step, Instant at) {
        Task task = tasks.createTaskQuery().taskId(task(of, step)).singleResult();
        task.setDueDate(Date.from(at));
        tasks.saveTask(task);
    }

    private String task(RecoveryCase of, int step) {
        return tasks.createTaskQuery()
                .processInstanceBusinessKey(of.number() + "/" + step)
                .singleResult()
                .getId();
    }

    /** As Tasklist asks: the stored list, with its sorting sent along. */
    private List<String> list(String name) throws Exception {
        Filter filter = filters.createFilterQuery().filterName(name).singleResult();
        HttpResponse<String> answer = owner.post(
                "/engine-rest/filter/" + filter.getId() + "/list?firstResult=0&maxResults=5000",
                json.writeValueAsString(Map.of("sorting", List.of(Map.of("sortBy", "dueDate", "sortOrder", "asc")))));
        ok(answer);
        List<String> ids = new ArrayList<>();
        for (JsonNode task : json.readTree(answer.body())) {
            if (anna.equals(task.path("assignee").asText())) {
                ids.add(task.path("id").asText());
            }
        }
        return ids;
    }

    private static void ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }
}
