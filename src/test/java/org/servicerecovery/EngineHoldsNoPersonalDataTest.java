package org.servicerecovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.access.Role;
import org.servicerecovery.compensation.StoppableProcessor;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Queue;
import org.servicerecovery.workorder.News;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A full case through the forms, with marks in everything that people and customers say and in every amount. The tables
 * of the engine are read row by row for the marks.
 */
@RunningApplication
class EngineHoldsNoPersonalDataTest {

    private static final String TASKLIST = "/camunda/api/engine/engine/default";
    private static final String ENGINE_REST = "/engine-rest";
    private static final JsonMapper JSON = new JsonMapper();

    private static final int LONG = 1000;

    /** Unlike any other text in the database. */
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    /** What was said, under names for it, and has to be in our own tables in the end. */
    private final Map<String, String> recorded = new TreeMap<>();
    /** What else was said: refused, or without a place in our tables. */
    private final Map<String, String> others = new TreeMap<>();

    @LocalServerPort
    int port;

    @Autowired
    IdentityService identities;

    @Autowired
    ManagementService management;

    @Autowired
    RuntimeService runtime;

    @Autowired
    JdbcClient db;

    @Autowired
    ApplicationContext application;

    @Autowired
    Jobs jobs;

    @AfterEach
    void resetClock() {
        ClockUtil.reset();
    }

    @Test
    void afterAFullCaseTheEngineHoldsNoPersonalDataAndNoAmount() throws Exception {
        LocalDate tomorrow = LocalDate.ofInstant(ClockUtil.getCurrentTime().toInstant(), ZoneOffset.UTC)
                .plusDays(1);
        Visitor owner = tasklist(Role.CASE_OWNER);
        Visitor lead = basic(Role.CX_LEAD);
        Visitor manager = basic(Role.MANAGER);
        Visitor businessOwner = tasklist(Role.BUSINESS_OWNER);

        String customer = mark("customer number");
        ok(lead.post(
                "/api/customers",
                json(Map.of(
                        "number",
                        customer,
                        "name",
                        mark("name"),
                        "phone",
                        mark("phone"),
                        "email",
                        mark("e-mail") + "@example.org"))));
        String declined = pay(lead, customer, "-declined-", "900.00");
        String lateAnswer = pay(lead, customer, "-timeout-", "2400.00");

        HttpResponse<String> opened = owner.post(
                TASKLIST + "/process-definition/key/service-recovery/submit-form",
                form(Map.of(
                        "customerNumber", customer,
                        "severity", "major",
                        "source", "complaint",
                        "summary", mark("summary"),
                        "verbatim", mark("verbatim"),
                        "originKind", "job",
                        "originId", mark("origin"),
                        "team", mark("team"),
                        "operative", mark("operative"))));
        ok(opened);
        String instance = JSON.readTree(opened.body()).get("id").asText();
        String number = Objects.requireNonNull(runtime.createProcessInstanceQuery()
                .processInstanceId(instance)
                .singleResult()
                .getBusinessKey());

        submit(owner, TASKLIST, number, "UserTask_AssignOwner", Map.of());
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_PlanRecovery",
                Map.of(
                        "steps",
                        List.of(
                                Map.of("type", "call-customer", "purpose", mark("purpose of the call")),
                                Map.of("type", "email-customer", "purpose", mark("purpose of the mail")),
                                Map.of("type", "write-apology-letter", "purpose", ""),
                                Map.of("type", "root-cause-analysis", "purpose", ""),
                                Map.of("type", "internal-training-note", "purpose", ""),
                                Map.of("type", "schedule-visit", "purpose", ""),
                                Map.of("type", "issue-refund", "purpose", ""),
                                Map.of("type", "issue-credit", "purpose", ""))));

        submit(
                owner,
                ENGINE_REST,
                number,
                "UserTask_CallCustomer",
                Map.of(
                        "outcome", "completed",
                        "reached", "reached",
                        "notes", mark("notes of the call"),
                        "nextStepType", "escalate-to-manager",
                        "nextStepPurpose", mark("purpose of the next step")));
        submit(
                manager,
                ENGINE_REST,
                number,
                "UserTask_EscalateToManager",
                Map.of("outcome", "skipped", "notes", mark("notes of the manager")));
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_RootCauseAnalysis",
                Map.of(
                        "outcome", "completed",
                        "why1", mark("first why"),
                        "why2", mark("second why"),
                        "rootCauseTag", "property-damage",
                        "preventionIdea", mark("idea"),
                        "notes", mark("notes of the analysis")));
        submit(
                owner,
                ENGINE_REST,
                number,
                "UserTask_InternalTrainingNote",
                Map.of(
                        "outcome", "completed",
                        "rootCauseTag", "property-damage",
                        "audience", "operatives",
                        "team", mark("team to learn"),
                        "notes", mark("training note")));
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_EmailCustomer",
                Map.of(
                        "outcome", "completed",
                        "subject", mark("subject"),
                        "message", mark("mail"),
                        "notes", mark("notes of the mail")));
        String letter = mark("letter", others);
        refuse(
                owner,
                TASKLIST,
                number,
                "UserTask_WriteApologyLetter",
                Map.of("outcome", "completed", "letter", letter, "letterHow", "mail"));
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_WriteApologyLetter",
                Map.of(
                        "outcome",
                        "completed",
                        "letterTitle",
                        mark("subject of the letter"),
                        "letter",
                        letter,
                        "letterHow",
                        "mail",
                        "notes",
                        mark("notes of the letter")));
        // The marks have a part in common with that of the operative: what is let through is shown first.
        Map<String, Object> visit = new HashMap<>(Map.ofEntries(
                Map.entry("outcome", "completed"),
                Map.entry("site", mark("site")),
                Map.entry("contactName", mark("contact")),
                Map.entry("contactPhone", "0113 496 0007"),
                Map.entry("skill", "plumbing"),
                Map.entry("area", "north"),
                Map.entry("task", mark("work")),
                Map.entry("windowFrom", tomorrow + "T08:00:00Z"),
                Map.entry("windowTo", tomorrow + "T10:00:00Z"),
                Map.entry("parts", mark("parts")),
                Map.entry("durationMinutes", "90"),
                Map.entry("priceReference", mark("price list")),
                Map.entry("letThrough", mark("why the words may go out", others)),
                Map.entry("notes", mark("notes of the visit"))));
        Matcher code = Pattern.compile("enter ([0-9a-f]{8}) here")
                .matcher(refuse(lead, ENGINE_REST, number, "UserTask_ScheduleVisit", visit));
        assertThat(code.find()).isTrue();
        visit.put("letThroughCode", code.group(1));
        submit(lead, ENGINE_REST, number, "UserTask_ScheduleVisit", visit);
        submit(
                owner,
                ENGINE_REST,
                number,
                "UserTask_TellAppointment",
                Map.of("told", "phone", "notes", mark("notes of the appointment")));
        new Queue(application).release();
        jobs.reported(
                db.sql("""
                                select job_id from work_order_step l join plan_step s on s.id = l.step_id
                                  join recovery_case c on c.id = s.case_id where c.number = ?""").param(number).query(UUID.class).single(),
                JobState.NO_ACCESS,
                mark("notes of the operative"));
        News.tell(application);
        assertEngineHoldsNothing("after the visit");
        // It has risen, and a critical case needs no approval below.
        ok(lead.post(
                "/api/cases/" + number + "/severity",
                json(Map.of("severity", "major", "reason", mark("reason of the severity")))));
        submit(owner, TASKLIST, number, "UserTask_PlanAgain", Map.of("notes", mark("notes of what comes next")));
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_CallAfterVisit",
                Map.of(
                        "reached",
                        "reached",
                        "notes",
                        mark("notes of the call after the visit"),
                        "charged",
                        "partly",
                        "chargedNotes",
                        mark("which part of the visit is charged")));

        // Too much is refused with the amount in the sentence.
        refuse(
                owner,
                TASKLIST,
                number,
                "UserTask_IssueRefund",
                Map.of(
                        "outcome", "completed",
                        "refundKind", "partial",
                        "paymentReference", reference(declined),
                        "amount", amount("8846.29", others).doubleValue(),
                        "notes", mark("notes of too large a refund", others)));
        // Declined by the processor, given up, offered again on the other payment, and answered late.
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_IssueRefund",
                Map.of(
                        "outcome", "completed",
                        "refundKind", "partial",
                        "paymentReference", reference(declined),
                        "amount", amount("137.31", recorded).doubleValue(),
                        "notes", mark("notes of the declined refund")));
        submit(
                manager,
                ENGINE_REST,
                number,
                "UserTask_ApproveCompensation",
                Map.of("decision", "approve", "reason", mark("reason of the approval")));
        pay(number);
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_HandleDeclinedCompensation",
                Map.of("decision", "give-up", "reason", mark("reason to give up")));
        submit(
                owner,
                ENGINE_REST,
                number,
                "UserTask_IssueRefund",
                Map.of(
                        "outcome", "completed",
                        "refundKind", "partial",
                        "paymentReference", reference(lateAnswer),
                        "amount", amount("1613.47", recorded).toString(),
                        "notes", mark("notes of the refund")));
        submit(businessOwner, TASKLIST, number, "UserTask_ApproveLargeCompensation", Map.of("decision", "approve"));
        String payRefund = job(number, "ServiceTask_PayRefund").getId();
        assertThatThrownBy(() -> StoppableProcessor.unanswered(() -> run(payRefund)))
                .hasMessageContaining("It is not known whether the refund was paid");
        assertEngineHoldsNothing("after a failed job");

        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_IssueCredit",
                Map.of(
                        "outcome",
                        "completed",
                        "amount",
                        amount("161.83", recorded).doubleValue(),
                        "currency",
                        "EUR",
                        "notes",
                        mark("notes of the credit")));
        submit(
                manager,
                ENGINE_REST,
                number,
                "UserTask_ApproveCompensation",
                Map.of("decision", "refuse", "reason", mark("reason of the refusal")));
        submit(
                owner,
                ENGINE_REST,
                number,
                "UserTask_IssueCredit",
                Map.of(
                        "outcome",
                        "completed",
                        "amount",
                        amount("143.59", recorded).toString(),
                        "currency",
                        "EUR",
                        "notes",
                        mark("notes of the second credit")));
        run(job(number, "ServiceTask_BookCredit").getId());

        Job missed = job(number, "BoundaryEvent_DeadlineMissed");
        ClockUtil.setCurrentTime(new Date(missed.getDuedate().getTime() + 1_000));
        run(missed.getId());
        submit(
                manager,
                ENGINE_REST,
                number,
                "UserTask_HandleMissedDeadline",
                Map.of("notes", mark("notes of the missed deadline")));
        // By now a failed job has left its message and its stack trace.
        assertThat(job(number, "ServiceTask_PayRefund").getRetries()).isEqualTo(4);
        pay(number);

        refuse(
                owner,
                TASKLIST,
                number,
                "UserTask_ResolveCase",
                Map.of(
                        "action",
                        "resolve",
                        "resolutionType",
                        "combined",
                        "rootCauseTag",
                        mark("unknown tag", others),
                        "preventionAction",
                        mark("prevention without a tag", others)));
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_ResolveCase",
                Map.of(
                        "action", "resolve",
                        "resolutionType", "combined",
                        "rootCauseTag", "wrong-part-on-truck",
                        "preventionAction", mark("prevention")));
        submit(
                owner,
                TASKLIST,
                number,
                "UserTask_CloseLoop",
                Map.of("told", "phone", "notes", mark("notes of the end")));

        assertThat(db.sql("select state from recovery_case where number = ?")
                        .param(number)
                        .query(String.class)
                        .single())
                .isEqualTo("CLOSED");
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKeyLike(number + "%")
                        .count())
                .isZero();
        assertEngineHoldsNothing("after the case was closed");
        // All this was really said: our own tables have it.
        assertThat(namesIn(findings("not like", recorded))).containsExactlyElementsOf(recorded.keySet());
    }

    @Test
    void ofAServiceThatIsDoneForFreeTheEngineHoldsNeitherWordsNorValue() throws Exception {
        Visitor lead = basic(Role.CX_LEAD);
        String customer = mark("customer number");
        ok(lead.post("/api/customers", json(Map.of("number", customer, "name", mark("name")))));
        String number = openCase(lead, customer, mark("summary"));
        ok(lead.post(
                "/api/cases/" + number + "/compensations",
                json(Map.of(
                        "kind",
                        "comped-service",
                        "service",
                        "membership-visit",
                        "description",
                        "-silent-twice- " + mark("description"),
                        "amount",
                        amount("83.17", recorded).toString(),
                        "currency",
                        "EUR",
                        "reason",
                        mark("reason")))));
        String schedule = job(number, "ServiceTask_ScheduleService").getId();
        assertThatThrownBy(() -> run(schedule)).hasMessageContaining("It is not known whether the service");
        assertEngineHoldsNothing("after a failed job");

        run(schedule);
        run(job(number, "ServiceTask_ScheduleService").getId());
        String service = db.sql("""
                        select s.number from comped_service s join compensation m on m.id = s.compensation_id
                          join recovery_case c on c.id = m.case_id where c.number = ?""").param(number).query(String.class).single();
        ok(lead.post(
                "/api/comped-services/" + service + "/cancellation",
                json(Map.of("reason", mark("reason of the cancellation")))));
        run(job(number, "ServiceTask_CancelService").getId());

        assertEngineHoldsNothing("after the service was cancelled");
        assertThat(namesIn(findings("not like", recorded))).containsExactlyElementsOf(recorded.keySet());
    }

    @Test
    void theSearchFindsWhateverIsPlantedInTheEngine() throws Exception {
        Visitor lead = basic(Role.CX_LEAD);
        Visitor admin = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        String customer = mark("customer number");
        ok(lead.post("/api/customers", json(Map.of("number", customer, "name", "Hanna Birk"))));
        String number = openCase(lead, customer, "Nobody called back");
        JsonNode task = tasks(lead, ENGINE_REST, number).get(0);
        String variables = ENGINE_REST + "/process-instance/"
                + task.get("processInstanceId").asText() + "/variables/";
        assertEngineHoldsNothing("before anything is planted");

        String text = mark("a text");
        String json = mark("a document");
        ok(admin.call("PUT", variables + "plantedText", json(Map.of("type", "String", "value", text))));
        // Variables of this name are kept in the history as well.
        ok(admin.call("PUT", variables + "afterDecline", json(Map.of("type", "String", "value", text))));
        ok(admin.call(
                "PUT",
                variables + "plantedAmount",
                json(Map.of(
                        "type", "Double", "value", amount("271.83", recorded).doubleValue()))));
        ok(admin.call(
                "PUT",
                variables + "plantedCents",
                json(Map.of("type", "Long", "value", amount("3141.59", recorded).unscaledValue()))));
        ok(admin.call(
                "PUT",
                variables + "plantedDocument",
                json(Map.of("type", "Json", "value", "{\"said\":\"" + json + "\"}"))));
        // The one place for free texts that is left to people is closed to them.
        assertThat(lead.post(
                                ENGINE_REST + "/task/" + task.get("id").asText() + "/comment/create",
                                json(Map.of("message", text)))
                        .statusCode())
                .isEqualTo(403);

        assertThat(findings("like", recorded))
                .contains(
                        "act_ru_variable.text_: a text",
                        "act_ru_variable.double_: amount 271.83",
                        "act_ru_variable.long_: amount 3141.59",
                        "act_ge_bytearray.bytes_: a document")
                // The history holds no values, not even those that somebody puts into a process by hand.
                .noneMatch(found -> found.startsWith("act_hi_varinst") || found.startsWith("act_hi_detail"));
    }

    @Test
    void whatTheDatabaseRefusesIsNotQuotedInTheFailure() {
        String phone = mark("phone");

        assertThatThrownBy(() -> db.sql("insert into customer (number, phone) values ('x', ?)")
                        .param(phone)
                        .update())
                .hasMessageContaining("not-null")
                .hasMessageNotContaining(phone);
    }

    private String mark(String name) {
        return mark(name, recorded);
    }

    private String mark(String name, Map<String, String> among) {
        String mark = name.replace(' ', '-') + "-" + run;
        among.put(name, mark);
        return mark;
    }

    private static BigDecimal amount(String amount, Map<String, String> among) {
        among.put("amount " + amount, amount);
        return new BigDecimal(amount);
    }

    private Visitor tasklist(Role role) {
        Visitor browser = Visitor.browser(port);
        browser.signIn(TestPeople.person(identities, role), TestPeople.PASSWORD);
        browser.open("/camunda/app/tasklist/default/");
        return browser;
    }

    private Visitor basic(Role role) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
    }

    /** A payment of the customer; the mark in its charge id tells the sandbox how to behave. */
    private String pay(Visitor lead, String customer, String behaviour, String amount) {
        String name = "charge " + behaviour.replace("-", "");
        String chargeId = "ch" + behaviour + run;
        recorded.put(name, chargeId);
        ok(lead.post(
                "/api/customers/" + customer + "/payments",
                json(Map.of(
                        "chargeId",
                        chargeId,
                        "reference",
                        mark("reference of " + name),
                        "amount",
                        amount,
                        "currency",
                        "EUR",
                        "paidAt",
                        "2026-11-02T10:00:00Z"))));
        return name;
    }

    private String reference(String charge) {
        return Objects.requireNonNull(recorded.get("reference of " + charge));
    }

    private void submit(Visitor visitor, String route, String number, String task, Map<String, ?> answers)
            throws IOException {
        ok(answer(visitor, route, number, task, answers));
        assertEngineHoldsNothing("after " + task);
    }

    private String refuse(Visitor visitor, String route, String number, String task, Map<String, ?> answers)
            throws IOException {
        HttpResponse<String> refusal = answer(visitor, route, number, task, answers);
        assertThat(refusal.statusCode()).as(refusal.body()).isBetween(400, 499);
        assertEngineHoldsNothing("after a refused " + task);
        return refusal.body();
    }

    private HttpResponse<String> answer(
            Visitor visitor, String route, String number, String task, Map<String, ?> answers) throws IOException {
        List<String> ids = new ArrayList<>();
        for (JsonNode open : tasks(visitor, route, number)) {
            if (open.get("taskDefinitionKey").asText().equals(task)) {
                ids.add(open.get("id").asText());
            }
        }
        assertThat(ids).as(task).hasSize(1);
        return visitor.post(route + "/task/" + ids.get(0) + "/submit-form", form(answers));
    }

    private static JsonNode tasks(Visitor visitor, String route, String number) throws IOException {
        HttpResponse<String> open = visitor.get(route + "/task?processInstanceBusinessKeyLike=" + number + "%25");
        ok(open);
        return JSON.readTree(open.body());
    }

    private Job job(String number, String activity) {
        return management.createJobQuery().activityId(activity).list().stream()
                .filter(job -> runtime.createProcessInstanceQuery()
                                .processInstanceId(job.getProcessInstanceId())
                                .processInstanceBusinessKeyLike(number + "%")
                                .count()
                        == 1)
                .findFirst()
                .orElseThrow();
    }

    /** Asks the processor, and in a transaction of its own goes on with the answer. */
    private void pay(String number) {
        run(job(number, "ServiceTask_PayRefund").getId());
        run(job(number, "ServiceTask_PayRefund").getId());
    }

    private void run(String jobId) {
        management.executeJob(jobId);
        assertEngineHoldsNothing("after a job");
    }

    private void assertEngineHoldsNothing(String when) {
        Map<String, String> said = new HashMap<>(recorded);
        said.putAll(others);
        assertThat(findings("like", said)).as(when).isEmpty();
    }

    /** Every place in the engine's tables ("like"), or in all others ("not like"), that holds one of the marks. */
    private Set<String> findings(String engineTables, Map<String, String> marks) {
        Map<String, Forms> forms = new HashMap<>();
        marks.forEach((name, mark) -> forms.put(name, Forms.of(mark)));
        Set<String> findings = new TreeSet<>();
        List<String> tables = db.sql(
                        "select tablename from pg_tables where schemaname = current_schema() and tablename "
                                + engineTables + " 'act\\_%'")
                .query(String.class)
                .list();
        assertThat(tables).hasSizeGreaterThan(10);
        // Each deployment brings the same models again.
        Set<String> longAndClean = new HashSet<>();
        for (String table : tables) {
            db.sql("select * from " + table).query(row -> {
                for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    Object value = row.getObject(column);
                    boolean binary = value instanceof byte[];
                    String text = value instanceof byte[] bytes ? latin1(bytes) : String.valueOf(value);
                    if (longAndClean.contains(text)) {
                        continue;
                    }
                    boolean clean = true;
                    for (Map.Entry<String, Forms> form : forms.entrySet()) {
                        if (binary
                                ? form.getValue().areInBytes(text)
                                : form.getValue().areInText(text)) {
                            findings.add(table + "." + row.getMetaData().getColumnName(column) + ": " + form.getKey());
                            clean = false;
                        }
                    }
                    if (clean && binary && text.length() > LONG) {
                        longAndClean.add(text);
                    }
                }
            });
        }
        return findings;
    }

    private static Set<String> namesIn(Set<String> findings) {
        return findings.stream()
                .map(finding -> finding.substring(finding.indexOf(": ") + 2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * How a mark may be written.
     *
     * @param inBytes as UTF-8 and UTF-16, and an amount as a serialised double, each byte as one character
     * @param whole what a number column would hold as a whole: an amount in minor units
     */
    private record Forms(List<String> inBytes, List<String> inText, List<String> whole) {

        static Forms of(String mark) {
            List<String> inBytes = new ArrayList<>(List.of(
                    latin1(mark.getBytes(StandardCharsets.UTF_8)),
                    latin1(mark.getBytes(StandardCharsets.UTF_16BE)),
                    latin1(mark.getBytes(StandardCharsets.UTF_16LE))));
            if (!Character.isDigit(mark.charAt(0))) {
                return new Forms(inBytes, List.of(mark), List.of());
            }
            inBytes.add(latin1(ByteBuffer.allocate(Double.BYTES)
                    .putDouble(Double.parseDouble(mark))
                    .array()));
            return new Forms(inBytes, List.of(mark, mark.replace('.', ',')), List.of(mark.replace(".", "")));
        }

        boolean areInBytes(String bytes) {
            return inBytes.stream().anyMatch(bytes::contains);
        }

        boolean areInText(String text) {
            return inText.stream().anyMatch(text::contains) || whole.contains(text);
        }
    }

    /** One byte to one character, so that bytes can be searched like a text. */
    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String openCase(Visitor by, String customer, String summary) throws IOException {
        HttpResponse<String> opened = by.post(
                "/api/cases",
                json(Map.of(
                        "customerNumber", customer, "severity", "minor", "source", "callback", "summary", summary)));
        ok(opened);
        return JSON.readTree(opened.body()).get("number").asText();
    }

    private static void ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode())
                .as(() -> answer.uri() + ": " + answer.body())
                .isBetween(200, 299);
    }

    /** As Tasklist submits a form: lists as JSON, numbers as doubles. */
    private static String form(Map<String, ?> answers) {
        Map<String, Object> variables = new HashMap<>();
        answers.forEach((name, value) -> {
            if (value instanceof List<?> rows) {
                variables.put(name, Map.of("type", "Json", "value", json(rows)));
            } else {
                variables.put(name, Map.of("type", value.getClass().getSimpleName(), "value", value));
            }
        });
        return json(Map.of("variables", variables));
    }

    private static String json(Object content) {
        try {
            return JSON.writeValueAsString(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
