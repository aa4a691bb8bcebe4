package org.servicerecovery.survey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Breaker;
import org.servicerecovery.Loop;
import org.servicerecovery.MailServer;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.correspondence.Outbox;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.resolution.Resolutions;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The question after a case: a mail at a real mail server, its link, the answer, and what becomes of it. */
@RunningApplication
class SurveyTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1(/survey/[A-Za-z0-9_-]{64})\\s");
    /** Outside of the quiet hours. */
    private static final Instant NOON =
            Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(36));

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Customers customers;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    Resolutions resolutions;

    @Autowired
    Journal journal;

    @Autowired
    Reminders reminders;

    @Autowired
    TaskService tasks;

    @Autowired
    IdentityService identities;

    @Autowired
    HistoryService history;

    @Autowired
    JdbcClient db;

    private Loop loop;
    private Visitor owner;
    private Visitor customer;
    private String address;

    @BeforeEach
    void start() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        customer = Visitor.browser(port);
        address = UUID.randomUUID() + "@customers.example";
        Loop.itIs(NOON);
        Outbox.deliver(application);
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void theCustomerIsAskedByMailAndTheAnswerStandsOnTheCaseWordForWord() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliver(application);
        MimeMessage mail = onlyMail();
        assertThat(mail.getSubject()).isEqualTo("How did we do? (" + closed.number() + ")");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(text(mail)).startsWith("Dear Jörg Müßig,").endsWith("Brook & Söhne Heating");
        String link = link(mail);

        // What a scanner of mails does, and whoever looks twice.
        assertThat(customer.send(customer.request(link).method("HEAD", HttpRequest.BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
        customer.open(link);
        HttpResponse<String> page = customer.open(link);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<html lang=\"en\">", closed.number().value(), "How happy are you with how it ended?")
                .doesNotContain("<script", "Müßig", "style=");
        assertThat(page.headers().map()).doesNotContainKey("set-cookie");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'self'"));
        assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(caching -> assertThat(caching).contains("no-store"));

        String words = "  <b>Gut</b>, aber spät:\r\n{{owner.name}} & \"co\"  ";
        HttpResponse<String> sent = answer(link, "4", words);
        assertThat(sent.statusCode()).isEqualTo(302);
        assertThat(sent.headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith(link));
        assertThat(customer.open(link).body()).contains("Thank you", "We have your answer.");
        // A second visit, and a second answer, change nothing.
        assertThat(answer(link, "1", "No!").statusCode()).isEqualTo(302);
        assertThat(customer.open(link).body()).contains("Thank you").doesNotContain("We are sorry");

        JsonNode survey = survey(closed);
        assertThat(survey.get("state").asText()).isEqualTo("answered");
        assertThat(survey.get("score").asInt()).isEqualTo(4);
        assertThat(survey.get("words").asText()).isEqualTo(words);
        assertThat(survey.get("undecided").asBoolean()).isFalse();
        assertThat(kinds(closed)).containsOnlyOnce("survey sent", "survey answered");
        assertThat(timeline(closed)).anyMatch(line -> line.startsWith("The customer gives 4 of 5:   <b>Gut</b>"));
        assertThat(journal.firstBrokenEntry(closed.id())).isEmpty();
        assertThat(question(closed)).isNull();
    }

    @Test
    void neitherAColleagueNorACopyOfTheRowsHoldsTheLink() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliver(application);
        String token = link(onlyMail()).substring("/survey/".length());
        JsonNode mail =
                JSON.readTree(owner.get("/api/cases/" + closed.number()).body()).at("/mails/0");
        assertThat(owner.get("/api/cases/" + closed.number() + "/mails/" + mail.get("id"))
                        .body())
                .contains("[the link, which only the customer gets]")
                .doesNotContain(token);
        assertThat(db.sql("select body from mail_outbox where case_id = ?")
                        .param(closed.id())
                        .query(String.class)
                        .list())
                .allSatisfy(body -> assertThat(body).doesNotContain(token.substring(0, 20)));
    }

    @Test
    void thePageSpeaksTheLanguageOfTheBrowserAndKeepsWhatWasTypedWhenSomethingIsMissing() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliver(application);
        String link = link(onlyMail());
        HttpResponse<String> german = customer.send(customer.request(link)
                .header("Accept-Language", "de-AT,de;q=0.9")
                .GET());
        assertThat(german.body())
                .contains("<html lang=\"de\">", "Wie zufrieden sind Sie damit, wie es ausgegangen ist?")
                .doesNotContain("??");

        HttpResponse<String> nothingChosen = answer(link, null, "</textarea><script>alert(1)</script>");
        assertThat(nothingChosen.statusCode()).isEqualTo(400);
        assertThat(nothingChosen.body())
                .contains("Please choose one of the five answers.", "&lt;/textarea&gt;&lt;script&gt;")
                .doesNotContain("<script>");
        assertThat(answer(link, "6", "").statusCode()).isEqualTo(400);
        assertThat(answer(link, "3", "x".repeat(2001)).body()).contains("Please keep to 2000 characters.");
        assertThat(answer(link, "3", "a\0b").statusCode()).isEqualTo(400);
        assertThat(survey(closed).get("state").asText()).isEqualTo("waiting");
        // A line break is one character to whoever types it.
        assertThat(answer(link, "3", "\r\n".repeat(1999) + "x").statusCode()).isEqualTo(302);
    }

    @Test
    void aForgedAnUnknownAnExpiredAndAVoidLinkTellNothing() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliver(application);
        String link = link(onlyMail());
        char last = link.charAt(link.length() - 1);
        String forged = link.substring(0, link.length() - 1) + (last == 'A' ? 'E' : 'A');
        SurveyLinks links = application.getBean(SurveyLinks.class);
        String unknown = "/survey/" + links.token(links.newId());

        HttpResponse<String> page = customer.open(forged);
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body()).contains("This link leads to no survey now").doesNotContain("SR-");
        for (String other : List.of("/survey/x", "/survey/" + "A".repeat(64), unknown)) {
            assertThat(customer.open(other).statusCode()).as(other).isEqualTo(404);
            assertThat(customer.open(other).body()).as(other).isEqualTo(page.body());
            assertThat(answer(other, "1", "").statusCode()).as(other).isEqualTo(404);
        }

        Loop.itIs(NOON.plus(Duration.ofDays(30)).plusSeconds(1));
        assertThat(customer.open(link).statusCode()).isEqualTo(410);
        assertThat(customer.open(link).body()).isEqualTo(page.body());
        assertThat(answer(link, "1", "Too late").statusCode()).isEqualTo(410);
        assertThat(survey(closed).get("state").asText()).isEqualTo("expired");

        Loop.itIs(NOON.plusSeconds(60));
        assertThat(customer.open(link).statusCode()).isEqualTo(200);
        loop.does(Role.CASE_OWNER, () -> cases.reopen(closed.number(), "Not done after all"));
        assertThat(customer.open(link).statusCode()).isEqualTo(410);
        assertThat(answer(link, "1", "").statusCode()).isEqualTo(410);
        assertThat(survey(closed).get("state").asText()).isEqualTo("over");
    }

    @Test
    void ofTwoAnswersAtOnceOneCounts() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliver(application);
        String link = link(onlyMail());
        atOnce(() -> answer(link, "4", "first"), () -> answer(link, "5", "second"));
        JsonNode survey = survey(closed);
        assertThat(Set.of("4 first", "5 second"))
                .contains(
                        survey.get("score").asInt() + " " + survey.get("words").asText());
        assertThat(kinds(closed)).containsOnlyOnce("survey answered");
    }

    @Test
    void whoeverSendsTooOftenIsAskedToWaitByLinkAndByAddress() throws Exception {
        closed(loop.customer());
        Outbox.deliver(application);
        String link = link(onlyMail());
        for (int sent = 0; sent < 10; sent++) {
            assertThat(answer(link, null, "").statusCode()).isEqualTo(400);
        }
        HttpResponse<String> slow = answer(link, "5", "");
        assertThat(slow.statusCode()).isEqualTo(429);
        assertThat(slow.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 30L);
        assertThat(slow.body()).contains("One moment, please");
        assertThat(customer.open(link).statusCode()).as("the page itself").isEqualTo(200);

        // From an address of its own, so that it is nobody else's limit.
        Set<Integer> statuses = new TreeSet<>();
        for (int asked = 0; asked < 160 && !statuses.contains(429); asked++) {
            statuses.add(statusFrom("127.0.0.2", "/survey/guess" + asked));
        }
        assertThat(statuses).containsExactly(404, 429);
        assertThat(customer.open("/survey/x").statusCode()).isEqualTo(404);
    }

    @Test
    void oneReminderGoesToWhoeverHasNotAnsweredHoweverManyNodesLook() throws Exception {
        RecoveryCase silent = closed(loop.customer());
        Outbox.deliver(application);
        String link = link(onlyMail());
        String others = address;
        address = UUID.randomUUID() + "@customers.example";
        RecoveryCase answered = closed(loop.customer());
        Outbox.deliver(application);
        assertThat(answer(link(onlyMail()), "5", "").statusCode()).isEqualTo(302);
        String second = address;
        address = UUID.randomUUID() + "@customers.example";
        RecoveryCase reopened = closed(loop.customer());
        Outbox.deliver(application);
        loop.does(Role.CASE_OWNER, () -> cases.reopen(reopened.number(), "Not done after all"));

        Loop.itIs(NOON.plus(Duration.ofDays(7)).minusSeconds(1));
        reminders.look();
        Outbox.deliver(application);
        assertThat(MailServer.to(others)).hasSize(1);

        // At night: it waits for the morning.
        Loop.itIs(NOON.plus(Duration.ofDays(7)).plus(Duration.ofHours(11)));
        atOnce(this::look, this::look);
        look();
        Outbox.deliver(application);
        assertThat(MailServer.to(others)).as("in the quiet hours").hasSize(1);
        Loop.itIs(NOON.plus(Duration.ofDays(7)).plus(Duration.ofHours(19)));
        Outbox.deliver(application);

        List<MimeMessage> mails = MailServer.to(others);
        assertThat(mails).hasSize(2);
        assertThat(mails.get(1).getSubject()).startsWith("Are you happy with how it ended?");
        assertThat(link(mails.get(1))).isEqualTo(link);
        assertThat(MailServer.to(second)).hasSize(1);
        assertThat(MailServer.to(address)).hasSize(1);
        assertThat(kinds(silent)).containsOnlyOnce("survey reminded");
        assertThat(kinds(answered)).doesNotContain("survey reminded");
        assertThat(survey(silent).get("remindedAt").asText()).isNotEmpty();

        Loop.itIs(NOON.plus(Duration.ofDays(20)));
        look();
        Outbox.deliver(application);
        assertThat(MailServer.to(others)).hasSize(2);
    }

    @Test
    void whereverTheProcessDiesTheReminderIsLeftOnce() throws Exception {
        RecoveryCase silent = closed(loop.customer());
        Outbox.deliver(application);
        Loop.itIs(NOON.plus(Duration.ofDays(8)));
        // Those that other tests left behind.
        db.sql("update survey_invitation set remind_at = null where case_id <> ?")
                .param(silent.id())
                .update();
        for (Breaker.Side side : Breaker.Side.values()) {
            int points = remindBrokenAt(silent, 0, side);
            assertThat(points).isGreaterThan(5);
            for (int point = 1; point <= points; point++) {
                remindBrokenAt(silent, point, side);
                assertThat(reminders(silent)).as(side + " " + point).isEqualTo(1);
            }
        }
    }

    @Test
    void aMailThatIsStillToGoOutIsNotSentWhenTheCaseIsOpenedAgain() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        loop.does(Role.CASE_OWNER, () -> cases.reopen(closed.number(), "Not done after all"));
        Outbox.deliver(application);
        assertThat(MailServer.to(address)).isEmpty();
        // Closed again, it is worth a second question.
        loop.does(Role.CASE_OWNER, () -> plan.finish(closed.number(), List.of(new NewStep("call-customer", "", null))));
        loop.work(closed, 2);
        loop.closeLoop(loop.resolve(loop.again(closed), loop.tag()));
        Outbox.deliver(application);
        assertThat(customer.open(link(onlyMail())).statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(owner.get("/api/cases/" + closed.number()).body())
                        .get("surveys"))
                .extracting(each -> each.get("state").asText())
                .containsExactly("over", "waiting");
    }

    @Test
    void whoCannotOrShouldNotBeAskedIsNot() {
        // Nobody knows an address.
        RecoveryCase without = loop.closed(loop.tag());
        assertThat(kinds(without)).doesNotContain("survey sent");

        // The customer could not be told how it ended.
        RecoveryCase notReached = resolved(loop.customer());
        loop.does(
                Role.CASE_OWNER,
                () -> resolutions.closeLoop(notReached.number(), Map.of("told", "not-reached", "notes", "Moved away")));
        assertThat(loop.again(notReached).state()).isEqualTo(CaseState.CLOSED);
        assertThat(kinds(notReached)).doesNotContain("survey sent");

        // Asked on another case these days.
        String number = loop.customer();
        closed(number);
        RecoveryCase another = closed(number);
        assertThat(kinds(another)).doesNotContain("survey sent");
        Loop.itIs(NOON.plus(Duration.ofDays(31)));
        assertThat(kinds(closed(number))).contains("survey sent");

        // Withdrawn, a duplicate, opened in error: nothing was resolved.
        for (CaseState end : List.of(CaseState.WITHDRAWN, CaseState.OPENED_IN_ERROR)) {
            RecoveryCase ended = opened(loop.customer());
            loop.does(Role.CASE_OWNER, () -> cases.closeWithoutCause(ended.number(), end, "Said so", null));
            assertThat(kinds(ended)).doesNotContain("survey sent");
        }
    }

    @Test
    void whoWantsNoSurveysGetsNone() throws Exception {
        String number = loop.customer();
        RecoveryCase closed = closed(number);
        Outbox.deliver(application);
        String link = link(onlyMail());
        assertThat(customer.send(post(link, "never=true")).body()).contains("We will not ask you again");
        assertThat(customer.open(link).statusCode()).isEqualTo(410);
        assertThat(survey(closed).get("state").asText()).isEqualTo("refused");
        assertThat(kinds(closed)).containsOnlyOnce("surveys refused");

        Loop.itIs(NOON.plus(Duration.ofDays(40)));
        look();
        closed(number);
        Outbox.deliver(application);
        assertThat(MailServer.to(address)).hasSize(1);
    }

    @Test
    void anUnhappyAnswerIsATaskForTheOwnerWhoOpensTheCaseAgain() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliver(application);
        String link = link(onlyMail());
        String words = "Nobody came, marker-" + UUID.randomUUID();
        answer(link, "2", words);
        assertThat(customer.open(link).body()).contains("We are sorry that it did not end well for you.");

        Task question = Objects.requireNonNull(question(closed));
        assertThat(question.getName()).isEqualTo("Act on unhappy answer");
        assertThat(question.getAssignee()).isEqualTo(loop.owner());
        assertThat(question.getDueDate().toInstant()).isEqualTo(NOON.plus(Duration.ofDays(1)));
        assertThat(JSON.readTree(owner.get("/api/tasks/" + question.getId() + "/case")
                                .body())
                        .get("caseNumber")
                        .asText())
                .isEqualTo(closed.number().value());
        assertThat(survey(closed).get("undecided").asBoolean()).isTrue();

        // Left closed only with a reason.
        HttpResponse<String> noReason = decide(owner, closed, "leave", " ");
        assertThat(noReason.statusCode()).isEqualTo(400);
        assertThat(noReason.body()).contains("\"field\":\"notes\"");
        assertThat(decide(owner, closed, "shrug", "x").body()).contains("\"field\":\"decision\"");
        String stranger = loop.person(Role.REVIEWER);
        assertThat(decide(Visitor.withBasic(port, stranger, TestPeople.PASSWORD), closed, "leave", "x")
                        .statusCode())
                .isEqualTo(403);

        assertThat(decide(owner, closed, "reopen", "").statusCode()).isEqualTo(204);
        assertThat(loop.again(closed).state()).isEqualTo(CaseState.OPEN);
        assertThat(loop.openTasks(loop.again(closed))).containsExactly("UserTask_PlanRecovery");
        assertThat(question(closed)).isNull();
        assertThat(survey(closed).get("decision").asText()).isEqualTo("reopen");
        assertThat(timeline(closed))
                .contains("Case opened again: The customer is not content with how it ended (2 of 5).");
        assertThat(decide(owner, closed, "leave", "x").statusCode()).isEqualTo(409);

        // What the customer says is nowhere in the engine.
        assertThat(history.createHistoricVariableInstanceQuery()
                        .processInstanceId(question.getProcessInstanceId())
                        .list())
                .isEmpty();
        assertThat(db.sql("select count(*) from act_ru_variable where text_ like '%marker-%'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void openedAgainByAnotherWayOrLeftClosedWithAReasonThereIsNothingLeftToDecide() throws Exception {
        RecoveryCase reopened = closed(loop.customer());
        Outbox.deliver(application);
        answer(link(onlyMail()), "1", "");
        loop.does(Role.CASE_OWNER, () -> cases.reopen(reopened.number(), "Rang her: it leaks again"));
        assertThat(question(reopened)).isNull();
        assertThat(survey(reopened).get("decision").asText()).isEqualTo("reopen");

        address = UUID.randomUUID() + "@customers.example";
        RecoveryCase left = closed(loop.customer());
        Outbox.deliver(application);
        answer(link(onlyMail()), "1", "");
        // By the task's own form.
        Task question = Objects.requireNonNull(question(left));
        assertThat(owner.post(
                                "/engine-rest/task/" + question.getId() + "/complete",
                                "{\"variables\":{\"decision\":{\"value\":\"leave\"},"
                                        + "\"notes\":{\"value\":\"She meant another firm.\"}}}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(loop.again(left).state()).isEqualTo(CaseState.CLOSED);
        assertThat(survey(left).get("decision").asText()).isEqualTo("leave");
        assertThat(timeline(left))
                .contains("The case stays closed although the customer is not content: She meant another firm.");
    }

    @Test
    void whoeverHasTheQuestionDecidesItThoughTheCaseIsSomebodyElsesAndADesignersFieldIsKept() throws Exception {
        String standIn = "test-survey-" + UUID.randomUUID();
        TestPeople.add(identities, standIn, Role.CASE_OWNER);
        Visitor other = Visitor.withBasic(port, standIn, TestPeople.PASSWORD);
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliver(application);
        answer(link(onlyMail()), "1", "");
        assertThat(decide(other, closed, "reopen", "").statusCode()).isEqualTo(403);
        assertThat(other.get("/api/cases/" + closed.number()).statusCode()).isEqualTo(403);
        Task question = Objects.requireNonNull(question(closed));
        tasks.setAssignee(question.getId(), standIn);

        assertThat(other.get("/api/cases/" + closed.number()).statusCode()).isEqualTo(200);
        HttpResponse<String> decided = other.post(
                "/engine-rest/task/" + question.getId() + "/complete",
                "{\"variables\":{\"decision\":{\"value\":\"reopen\"},\"visitWanted\":{\"value\":\"yes\"}}}");
        assertThat(decided.statusCode()).as(decided.body()).isEqualTo(204);
        assertThat(loop.again(closed).state()).isEqualTo(CaseState.OPEN);
        assertThat(kinds(closed)).contains("further answers");
    }

    @Test
    void anInvitationThatDoesNotArriveIsToldOnTheCaseAndIsNobodysWork() throws Exception {
        RecoveryCase closed = closed(loop.customer());
        Outbox.deliverToNobody(application);
        assertThat(survey(closed).get("state").asText()).isEqualTo("undelivered");
        assertThat(kinds(closed)).contains("mail failed");
        assertThat(tasks.createTaskQuery()
                        .processInstanceBusinessKeyLike(closed.number() + "%")
                        .count())
                .isZero();
        Loop.itIs(NOON.plus(Duration.ofDays(8)));
        look();
        Outbox.deliver(application);
        assertThat(MailServer.to(address)).isEmpty();
        assertThat(kinds(closed)).doesNotContain("survey reminded");
    }

    private int remindBrokenAt(RecoveryCase silent, int point, Breaker.Side side) {
        db.sql("delete from mail_outbox where case_id = ? and subject like 'Are you happy%'")
                .param(silent.id())
                .update();
        db.sql("update survey_invitation set remind_at = invited_at, reminded_at = null where case_id = ?")
                .param(silent.id())
                .update();
        int points;
        Breaker.arm(point, side);
        try {
            reminders.look();
        } catch (RuntimeException e) {
            // The look that found nothing is the next look's.
        } finally {
            points = Breaker.disarm();
        }
        reminders.look();
        return points;
    }

    private int reminders(RecoveryCase of) {
        return db.sql("select count(*) from mail_outbox where case_id = ? and subject like 'Are you happy%'")
                .param(of.id())
                .query(Integer.class)
                .single();
    }

    private Object look() {
        reminders.look();
        return "looked";
    }

    private RecoveryCase opened(String number) {
        customers.register(number, "Jörg Müßig", address, null);
        NewCase wanted = new NewCase(
                number, Severity.MINOR, FailureSource.COMPLAINT, "Nobody came", null, null, loop.owner(), null);
        return loop.as(Role.CASE_OWNER, () -> cases.open(wanted));
    }

    private RecoveryCase resolved(String number) {
        RecoveryCase opened = opened(number);
        loop.does(Role.CASE_OWNER, () -> plan.finish(opened.number(), List.of(new NewStep("call-customer", "", null))));
        loop.work(opened, 1);
        return loop.resolve(loop.again(opened), loop.tag());
    }

    private RecoveryCase closed(String number) {
        return loop.closeLoop(resolved(number));
    }

    private MimeMessage onlyMail() {
        List<MimeMessage> mails = MailServer.to(address);
        assertThat(mails).hasSize(1);
        return mails.get(0);
    }

    private static String text(MimeMessage mail) throws Exception {
        return Objects.toString(mail.getContent()).replace("\r\n", "\n");
    }

    private static String link(MimeMessage mail) throws Exception {
        Matcher link = LINK.matcher(text(mail));
        assertThat(link.find()).as(text(mail)).isTrue();
        return link.group(1);
    }

    private HttpResponse<String> answer(String link, @Nullable String score, String words) {
        Map<String, String> form = new HashMap<>();
        form.put("words", words);
        if (score != null) {
            form.put("score", score);
        }
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return customer.send(post(link, body.toString()));
    }

    private HttpRequest.Builder post(String link, String form) {
        return customer.request(link)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "text/html")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private HttpResponse<String> decide(Visitor who, RecoveryCase about, String decision, String notes)
            throws Exception {
        return who.post(
                "/api/cases/" + about.number() + "/survey/decision",
                JSON.writeValueAsString(Map.of("decision", decision, "notes", notes)));
    }

    private int statusFrom(String from, String path) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port, InetAddress.getByName(from), 0)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    private JsonNode survey(RecoveryCase of) throws Exception {
        return JSON.readTree(owner.get("/api/cases/" + of.number()).body()).at("/surveys/0");
    }

    private List<String> timeline(RecoveryCase of) throws Exception {
        return JSON.readTree(owner.get("/api/cases/" + of.number()).body())
                .get("timeline")
                .findValuesAsText("text");
    }

    private List<String> kinds(RecoveryCase of) {
        return journal.of(of.id()).stream().map(Journal.Entry::kind).toList();
    }

    private @Nullable Task question(RecoveryCase of) {
        return tasks.createTaskQuery()
                .processDefinitionKey("unhappy-answer")
                .processInstanceBusinessKeyLike(of.number() + "/survey-%")
                .singleResult();
    }

    private static void atOnce(Callable<?> one, Callable<?> other) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            List<Future<Object>> done = List.of(
                    two.submit(() -> {
                        start.await();
                        return one.call();
                    }),
                    two.submit(() -> {
                        start.await();
                        return other.call();
                    }));
            for (Future<Object> each : done) {
                each.get();
            }
        } finally {
            two.shutdown();
        }
    }
}
