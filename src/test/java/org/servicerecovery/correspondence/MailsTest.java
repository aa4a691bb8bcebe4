package org.servicerecovery.correspondence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.servicerecovery.Breaker;
import org.servicerecovery.Loop;
import org.servicerecovery.MailServer;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.transaction.support.TransactionTemplate;

/** Mails to customers at a real mail server: what is in them, what is kept, and what happens when one does not arrive. */
@RunningApplication
class MailsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    MailDelivery delivery;

    @Autowired
    MailTable outbox;

    @Autowired
    BounceMailbox bounces;

    @Autowired
    Colleagues colleagues;

    @Autowired
    BouncesProperties bouncesProperties;

    @Autowired
    PrivateLinks links;

    @Autowired
    Customers customers;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    @Autowired
    TransactionTemplate transaction;

    @Autowired
    JavaMailSender shippedSender;

    private Loop loop;
    private Visitor owner;
    /** An address of this test's own. */
    private String address;

    @BeforeEach
    void start() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        address = UUID.randomUUID() + "@customers.example";
        // What other tests left there is not what this one sends.
        delivery.deliver();
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void aTemplateIsFilledInSentByTheMailServerAndKeptWithTheCase() throws Exception {
        RecoveryCase found = caseOf("Jörg $1 Müßig", "Bill counted twice: £40 & €3");

        JsonNode preview = json(owner.get(path(found) + "/mail-preview?template=wrong-bill&language=de"));
        assertThat(preview.get("recipient").asText()).isEqualTo(address);
        assertThat(preview.get("subject").asText())
                .isEqualTo("Unsere Rechnung INV-77 war falsch (" + found.number() + ")");
        assertThat(preview.get("message").asText()).startsWith("Guten Tag Jörg $1 Müßig,");
        assertThat(preview.get("missing")).extracting(JsonNode::asText).containsExactly("amount.settled");

        // Sent as it is, it would tell the customer of a field.
        HttpResponse<String> open = outcome(
                found,
                1,
                preview.get("subject").asText(),
                preview.get("message").asText());
        assertThat(open.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(open.body()).at("/errors/0/field").asText()).isEqualTo("message");
        assertThat(open.body()).contains("{{amount.settled}}");

        String message = preview.get("message").asText().replace("{{amount.settled}}", "43,00 €");
        assertThat(outcome(found, 1, preview.get("subject").asText(), message).statusCode())
                .isEqualTo(200);
        delivery.deliver();

        List<MimeMessage> arrived = MailServer.to(address);
        assertThat(arrived).hasSize(1);
        assertThat(arrived.get(0).getSubject()).isEqualTo("Unsere Rechnung INV-77 war falsch (" + found.number() + ")");
        assertThat(text(arrived.get(0)))
                .contains("Wir haben Ihnen 43,00 € erstattet.")
                .contains("Mit freundlichen Grüßen\nTest ")
                .contains("Brook & Söhne Heating")
                .doesNotContain("{{");

        JsonNode listed = json(owner.get(path(found))).get("mails").get(0);
        JsonNode kept =
                json(owner.get(path(found) + "/mails/" + listed.get("id").asLong()));
        assertThat(kept.get("body").asText()).isEqualTo(message.strip());
        assertThat(kept.get("messageId").asText()).isEqualTo(arrived.get(0).getMessageID());
        assertThat(kept.has("sentAt")).isTrue();
        // It is the case's, and nobody else's.
        assertThat(owner.get(path(loop.opened(Severity.MINOR)) + "/mails/"
                                + listed.get("id").asLong())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatACustomerWroteIsNeverReadAsATemplateOrAnExpression() throws Exception {
        String hostile = "{{owner.name}} ${7*7} #{9*9} [[${T(java.lang.Runtime).getRuntime()}]] __${1}__ \\1 $0";
        RecoveryCase found = caseOf("Eve", hostile);

        JsonNode preview = json(owner.get(path(found) + "/mail-preview?template=acknowledgement"));
        assertThat(preview.get("message").asText())
                .contains(hostile.replace("{{", "{ {").replace("}}", "} }"));
        assertThat(preview.get("missing")).isEmpty();

        HttpResponse<String> invented = outcome(found, 1, "About {{case.secret}}", "Hello");
        assertThat(invented.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(invented.body()).at("/errors/0/field").asText())
                .isEqualTo("subject");
        assertThat(invented.body()).contains("{{case.secret}}");
    }

    @Test
    void everyTemplateOfTheReleaseCanBeUsedInBothLanguages() {
        for (Template.Kind kind : Template.Kind.values()) {
            List<Template> all = application.getBean(Templates.class).all(kind);
            assertThat(all).hasSizeGreaterThanOrEqualTo(kind == Template.Kind.SURVEY ? 4 : 10);
            assertThat(all)
                    .allSatisfy(template -> assertThat(template.problem()).isNull());
            assertThat(all.stream().filter(each -> each.language().equals("en")).map(Template::code))
                    .containsExactlyInAnyOrderElementsOf(all.stream()
                            .filter(each -> each.language().equals("de"))
                            .map(Template::code)
                            .toList());
        }
    }

    @Test
    void theReadmeNamesEveryMergeField() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        for (MergeField field : MergeField.values()) {
            assertThat(readme).contains("| `" + field.key() + "` | " + field.meaning() + " |");
        }
    }

    @Test
    void aDesignersFileTakesThePlaceOfOursAndAMistakeInItIsExplained(@TempDir Path folder) throws IOException {
        Path mails = Files.createDirectories(folder.resolve("mail"));
        Templates templates = new Templates(folder, folder.toString());
        Files.writeString(
                mails.resolve("wrong-bill.en.txt"), "name: Ours\nsubject: Sorry, {{ customer.name }}\n\nBody\n");
        assertThat(templates.get(Template.Kind.MAIL, "wrong-bill", "en").parts())
                .containsEntry("subject", "Sorry, {{ customer.name }}")
                .containsEntry("message", "Body");
        assertThat(templates.get(Template.Kind.MAIL, "wrong-bill", "de").name()).isEqualTo("Falsche Rechnung");

        Files.writeString(mails.resolve("wrong-bill.en.txt"), "name: Ours\nsubject: Sorry\n\n{{customer.password}}\n");
        assertThatThrownBy(() -> templates.get(Template.Kind.MAIL, "wrong-bill", "en"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("it names {{customer.password}}, and there is only: customer.name,");
        assertThatThrownBy(() -> templates.get(Template.Kind.MAIL, "../secrets", "en"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("There is no such template");
    }

    @Test
    void aMailWhoseAcceptanceWasNotRecordedGoesOutAgainWithTheSameMessageId() throws Exception {
        RecoveryCase found = caseOf("Ada", "Nobody came");
        assertThat(outcome(found, 1, "Sorry", "We are sorry.").statusCode()).isEqualTo(200);

        // Claimed and committed; what breaks is the first statement after the server took the mail.
        Breaker.arm(3, Breaker.Side.BEFORE);
        try {
            delivery.deliver();
        } finally {
            Breaker.disarm();
        }
        assertThat(MailServer.to(address)).hasSize(1);
        delivery.deliver();
        assertThat(MailServer.to(address)).as("not at once").hasSize(1);

        Loop.itIs(Instant.now().plus(Duration.ofMinutes(6)));
        delivery.deliver();
        List<MimeMessage> arrived = MailServer.to(address);
        assertThat(arrived).hasSize(2);
        assertThat(arrived.get(0).getMessageID()).isEqualTo(arrived.get(1).getMessageID());
    }

    @Test
    void anAddressThatIsRefusedForGoodBecomesAStepOfThePlanAtOnce() throws Exception {
        RecoveryCase found = caseOf("Ada", "Nobody came");
        assertThat(outcome(found, 1, "Sorry", "We are sorry.").statusCode()).isEqualTo(200);
        try (SmtpServer refusing = new SmtpServer("550 5.1.1 Nobody of that name lives here")) {
            deliveryBy(refusing.sender()).deliver();
        }

        Step further = plan.steps(found.id()).get(1);
        assertThat(further.type()).isEqualTo("call-customer");
        assertThat(further.purpose())
                .startsWith("The mail \"Sorry\" could not be delivered: ")
                .contains("550 5.1.1 Nobody of that name lives here")
                .endsWith("Reach the customer another way, and have the address mended.");
        Task task = tasks.createTaskQuery()
                .processInstanceId(further.processInstanceId())
                .singleResult();
        assertThat(task.getAssignee()).isEqualTo(loop.owner());
        assertThat(json(owner.get(path(found))).at("/mails/0/failure").asText()).contains("550 5.1.1");
    }

    @Test
    void aServerThatIsBusyIsTriedSixTimesBeforeSomebodyIsAsked() throws Exception {
        RecoveryCase found = caseOf("Ada", "Nobody came");
        assertThat(outcome(found, 1, "Sorry", "We are sorry.").statusCode()).isEqualTo(200);
        Instant now = Instant.now();
        try (SmtpServer busy = new SmtpServer("451 4.3.0 Come back later")) {
            for (int tries = 1; tries <= 6; tries++) {
                assertThat(plan.steps(found.id())).as("before try " + tries).hasSize(1);
                deliveryBy(busy.sender()).deliver();
                now = now.plus(Duration.ofMinutes(20));
                Loop.itIs(now);
            }
        }
        assertThat(plan.steps(found.id())).hasSize(2);
        delivery.deliver();
        assertThat(MailServer.to(address)).isEmpty();
    }

    @Test
    void whenTheCaseIsOverItsOwnerGetsATaskApartFromAnyPlan() throws Exception {
        RecoveryCase closed = loop.closed(loop.tag());
        customers.register(customers.byId(closed.customerId()).number(), "Ada", address, null);
        transaction.executeWithoutResult(
                status -> outbox.queue(cases.lock(closed.number()), "How are we?", "Tell us."));
        try (SmtpServer refusing = new SmtpServer("550 5.1.1 Nobody of that name lives here")) {
            deliveryBy(refusing.sender()).deliver();
        }

        Task task = tasks.createTaskQuery()
                .processDefinitionKey("undelivered-mail")
                .processInstanceBusinessKeyLike(closed.number() + "/mail-%")
                .singleResult();
        assertThat(task.getName()).isEqualTo("Reach customer another way");
        assertThat(task.getAssignee()).isEqualTo(loop.owner());
        assertThat(json(owner.get("/api/tasks/" + task.getId() + "/case"))
                        .get("caseNumber")
                        .asText())
                .isEqualTo(closed.number().value());

        assertThat(complete(task, Map.of()).statusCode()).isEqualTo(400);
        assertThat(complete(task, Map.of("notes", Map.of("value", "Rang her; new address noted.")))
                        .statusCode())
                .isEqualTo(204);
        assertThat(kinds(closed)).contains("mail failed", "undelivered mail handled");
        assertThat(loop.again(closed).state()).isEqualTo(closed.state());
    }

    @Test
    void aServerThatSaysNothingHoldsOneMailAndThatNotForLong() throws Exception {
        RecoveryCase found = caseOf("Ada", "Nobody came");
        assertThat(outcome(found, 1, "Sorry", "We are sorry.").statusCode()).isEqualTo(200);
        Properties shipped = ((JavaMailSenderImpl) shippedSender).getJavaMailProperties();
        long together = 0;
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            JavaMailSenderImpl sender = new JavaMailSenderImpl();
            sender.setHost("127.0.0.1");
            sender.setPort(silent.getLocalPort());
            for (String limit : List.of("connectiontimeout", "timeout", "writetimeout")) {
                together += Long.parseLong(shipped.getProperty("mail.smtp." + limit));
                sender.getJavaMailProperties().setProperty("mail.smtp." + limit, "50");
            }
            assertTimeoutPreemptively(
                    Duration.ofMinutes(1), () -> deliveryBy(sender).deliver());
        }
        assertThat(Duration.ofMillis(together)).isLessThan(MailTable.CLAIM);
        assertThat(db.sql("select failure from mail_outbox where recipient = ?")
                        .param(address)
                        .query(String.class)
                        .single())
                .isNotBlank();
        Loop.itIs(Instant.now().plus(Duration.ofMinutes(6)));
        delivery.deliver();
        assertThat(MailServer.to(address)).hasSize(1);
    }

    @Test
    void aMailThatCannotBeMadeKeepsNoOtherWaitingAndIsGivenUpInTheEnd() throws Exception {
        RecoveryCase bad = caseOf("Ada", "Nobody came");
        RecoveryCase good = caseOf("Ada", "Nobody came");
        assertThat(outcome(bad, 1, "Bad", "We are sorry.").statusCode()).isEqualTo(200);
        assertThat(outcome(good, 1, "Good", "We are sorry.").statusCode()).isEqualTo(200);
        JavaMailSenderImpl broken = new JavaMailSenderImpl() {
            @Override
            public MimeMessage createMimeMessage() {
                throw new IllegalStateException("not now");
            }
        };
        Instant now = Instant.now();
        for (int tries = 1; tries <= 6; tries++) {
            deliveryBy(broken).deliver();
            now = now.plus(Duration.ofMinutes(40));
            Loop.itIs(now);
        }
        for (RecoveryCase each : List.of(bad, good)) {
            assertThat(kinds(each)).containsOnlyOnce("mail failed");
            assertThat(plan.steps(each.id())).hasSize(2);
        }
        assertThatThrownBy(() -> new Mailing(
                        new StaticListableBeanFactory().getBeanProvider(JavaMailSender.class),
                        bouncesProperties,
                        Path.of("target"),
                        "customer care"))
                .hasMessageContaining("service-recovery.mail.from is \"customer care\"");
    }

    @Test
    void theTaskOfAnOwnerWhoHasLeftIsFreeAndWhoeverTakesItCompletesItWithAFieldThatADesignerAdded() throws Exception {
        RecoveryCase closed = loop.closed(loop.tag());
        customers.register(customers.byId(closed.customerId()).number(), "Ada", address, null);
        db.sql("update recovery_case set owner = ? where id = ?")
                .params("gone-" + UUID.randomUUID(), closed.id())
                .update();
        transaction.executeWithoutResult(
                status -> outbox.queue(cases.lock(closed.number()), "How are we?", "Tell us."));
        try (SmtpServer refusing = new SmtpServer("550 5.1.1 Nobody of that name lives here")) {
            deliveryBy(refusing.sender()).deliver();
        }
        Task task = tasks.createTaskQuery()
                .processInstanceBusinessKeyLike(closed.number() + "/mail-%")
                .singleResult();
        assertThat(task.getAssignee()).isNull();
        assertThat(owner.get(path(closed)).statusCode()).isEqualTo(403);

        assertThat(owner.post("/engine-rest/task/" + task.getId() + "/claim", "{\"userId\":\"" + loop.owner() + "\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(owner.get(path(closed)).statusCode())
                .as("who has the work sees whom to reach")
                .isEqualTo(200);
        HttpResponse<String> done = complete(
                task,
                Map.of("notes", Map.of("value", "Rang her."), "rangAt", Map.of("type", "String", "value", "noon")));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(204);
        assertThat(kinds(closed)).contains("undelivered mail handled", "further answers");
    }

    enum Told {
        BY_WHAT_IT_QUOTES,
        BY_THE_ADDRESS_IT_CAME_BACK_TO
    }

    @ParameterizedTest
    @EnumSource
    void aBounceBecomesAStepOfThePlanOnceHoweverOftenItIsTold(Told told) throws Exception {
        RecoveryCase found = caseOf("Ada", "Nobody came");
        assertThat(outcome(found, 1, "Sorry", "We are sorry.").statusCode()).isEqualTo(200);
        delivery.deliver();
        String id = MailServer.to(address).get(0).getMessageID();

        MailServer.comesBack(MailServer.report("delayed", address, MailServer.BOUNCES, id));
        MailServer.comesBack("""
                From: %s
                To: %s
                Subject: Out of office
                Content-Type: text/plain

                I am away. You wrote %s
                """.formatted(address, MessageIds.returnPath(id, MailServer.BOUNCES), id));
        MailServer.comesBack("""
                From: mailer-daemon@elsewhere.example
                To: %s
                Content-Type: multipart/report; boundary=none

                nothing in it
                """.formatted(MailServer.BOUNCES));
        bounces.look();
        assertThat(plan.steps(found.id())).hasSize(1);

        String report = told == Told.BY_WHAT_IT_QUOTES
                ? MailServer.report("failed", address, MailServer.BOUNCES, id)
                : MailServer.report(
                        "failed", address, MessageIds.returnPath(id, MailServer.BOUNCES), "<other@elsewhere.example>");
        MailServer.comesBack(report);
        bounces.look();
        MailServer.comesBack(report);
        bounces.look();

        List<Step> steps = plan.steps(found.id());
        assertThat(steps).hasSize(2);
        assertThat(steps.get(1).purpose()).contains("550 5.1.1 <" + address + "> unknown");
        assertThat(kinds(found)).filteredOn("mail bounced"::equals).hasSize(1);
        assertThat(json(owner.get(path(found))).at("/mails/0/bouncedAt").isMissingNode())
                .isFalse();
    }

    /** A case whose plan is one mail to a customer with the address of this test. */
    private RecoveryCase caseOf(String name, String summary) {
        String number = "C-" + UUID.randomUUID();
        long customer =
                customers.register(number, name, address, "+44 113 496 0001").id();
        Payment payment = customers.registerPayment(
                customer, "ch-" + number, "INV-77", Money.parse("GBP 80.00"), null, Instant.now());
        NewCase wanted = new NewCase(
                number,
                Severity.MINOR,
                FailureSource.COMPLAINT,
                summary,
                null,
                null,
                loop.owner(),
                new Origin("invoice", "77", null, null, null, null, payment.id()));
        RecoveryCase opened = loop.as(Role.CASE_OWNER, () -> cases.open(wanted));
        loop.does(
                Role.CASE_OWNER, () -> plan.finish(opened.number(), List.of(new NewStep("email-customer", "", null))));
        return loop.again(opened);
    }

    private HttpResponse<String> outcome(RecoveryCase of, int step, String subject, String message) throws IOException {
        return owner.post(
                path(of) + "/steps/" + step + "/outcome",
                JSON.writeValueAsString(
                        Map.of("outcome", "completed", "subject", subject, "message", message, "notes", "Written")));
    }

    private HttpResponse<String> complete(Task task, Map<String, ?> variables) throws IOException {
        return owner.post(
                "/engine-rest/task/" + task.getId() + "/complete",
                JSON.writeValueAsString(Map.of("variables", variables)));
    }

    private MailDelivery deliveryBy(JavaMailSenderImpl smtp) {
        return new MailDelivery(outbox, colleagues, links, Outbox.mailing(application, smtp));
    }

    private List<String> kinds(RecoveryCase of) {
        return db.sql("select kind from case_event where case_id = ? order by seq")
                .param(of.id())
                .query(String.class)
                .list();
    }

    private static String text(MimeMessage mail) throws Exception {
        return Objects.toString(mail.getContent()).replace("\r\n", "\n");
    }

    private static String path(RecoveryCase of) {
        return "/api/cases/" + of.number();
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
