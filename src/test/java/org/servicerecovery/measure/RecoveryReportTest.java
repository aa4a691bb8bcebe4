package org.servicerecovery.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.BodyPart;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.MailServer;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.correspondence.Colleagues;
import org.servicerecovery.correspondence.Outbox;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The Recovery page as a PDF, and by mail once a week, in years that no other test is in. */
@RunningApplication
class RecoveryReportTest {

    private static final Instant WEDNESDAY = Instant.parse("2051-06-14T10:00:00Z");
    private static final Instant MONDAY = Instant.parse("2051-06-19T07:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    IdentityService identities;

    @Autowired
    JdbcClient db;

    @Autowired
    ObjectMapper json;

    @Autowired
    ReportDelivery delivery;

    @Autowired
    ReportMails mails;

    @Autowired
    ReportSchedule schedule;

    private Loop loop;
    private PastCases past;

    @BeforeEach
    void begin() {
        loop = new Loop(application);
        past = new PastCases(db);
        Loop.itIs(WEDNESDAY);
    }

    @AfterEach
    void asIfNothingHadBeen() {
        ClockUtil.reset();
        past.forget();
        db.sql("delete from training_signal where quarter like '2051-%'").update();
        db.sql("delete from report_subscription").update();
        db.sql("delete from report_mail").update();
    }

    @Test
    void aWeekIsPrintedWithTheFiguresOfThePageForWhatTheReaderMaySeeInTheirLanguage() throws Exception {
        sixCases();
        RecoveryCase late = escalated();
        signal("missed-appointment", "tag", "", "2051-06-13T08:00:00Z");
        signal("billing-error", "operative", "Olga Onsite", "2051-06-01T08:00:00Z");

        HttpResponse<byte[]> answer = pdf(Role.CX_LEAD, "en", "?week=2051-W24");
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .hasValue("inline; filename=\"recovery-2051-W24.pdf\"");
        String text = text(answer, "recovery-report-english.pdf");
        assertThat(text)
                .contains("Brook & Söhne Heating", "Recovery, week 24 of 2051", "12 June 2051 to 18 June 2051")
                .contains("July 2050 to the end of June 2051, counted on 14 June 2051", "those of UTC")
                .contains("Twelve months, to the end of June 2051, counted on 14 June 2051", "As of 14 June 2051")
                .contains("Prevention that helped", "Counted last ")
                .contains("Where failures came from: Team", "Team North 2", "Where failures came from: Operative")
                .contains("Page 1 of ", "Page 2 of ")
                .contains("In 3 of 6 decided cases the review found for the customer.", "Only 6 decided")
                .contains("Week 24 (running) 50% 1 / 2 50% 1 / 2")
                .contains("Week 23, the one before 100% 1 / 1 100% 1 / 1")
                .contains("2051-Q2 (running) 67% 2 / 3 67% 2 / 3")
                .contains("2051-Q1, the one before 0% 0 / 2 100% 2 / 2")
                .contains("All twelve months 50% 3 / 6 67% 4 / 6")
                .contains(late.number() + " Minor Escalated, level 7")
                .contains("2 d 2 h late", "Open cases by owner", loopOwner())
                .contains("3 50% 50%", "2 33% 83%", "1 17% 100%")
                .contains("Jun 51 (running) 67% 2 / 3 67% 2 / 3", "Feb 51 0% 0 / 2 100% 2 / 2")
                .contains("Missed appointment new this week 2051-Q2", "Operative Olga Onsite 2051-Q2")
                .contains("Jun 51 €40.00 JP¥1,500", "All €40.00 JP¥1,500")
                .contains("Call before each visit", "1 Jan 2001 overdue")
                .doesNotContain("Test Customer", "report.", "recovery.", "Week 24 is over");

        String german = text(pdf(Role.CX_LEAD, "de", "?week=2051-W24"), "recovery-report-german.pdf");
        assertThat(german)
                .contains("Wiedergutmachung, Woche 24 des Jahres 2051", "12. Juni 2051 bis 18. Juni 2051")
                .contains("In 3 von 6 entschiedenen Fällen gab der Befund dem Kunden recht.")
                .contains("Woche 24 (läuft) 50 % 1 / 2 50 % 1 / 2", "40,00 €", "Schulungssignale", "Seite 1 von ");

        assertThat(text(pdf(Role.CX_LEAD, "en", "?week=2051-W23")))
                .as("a week that is over, and what was found in it")
                .contains("Week 23 100% 1 / 1", "Week 22, the one before – – – –")
                .contains("Week 23 is over. What happened after it is in the figures as far as the end of June 2051")
                .doesNotContain("new this week 2051-Q2 0 to be planned – – Missed");
        assertThat(text(pdf(Role.MANAGER, "en", "")))
                .contains("week 24 of 2051", late.number().value(), "Missed appointment")
                .doesNotContain("Olga Onsite", "Where failures came from: Operative");
        assertThat(text(pdf(Role.PROCESS_DESIGNER, "en", "")))
                .contains("Open cases, training signals and prevention actions are left out", "Week 24 (running) 50%")
                .doesNotContain(late.number().value(), "€40.00", "Open cases by owner", "Training signals new");
        assertThat(text(pdf(Role.ACCOUNTANT, "en", "")))
                .contains("€40.00")
                .doesNotContain(late.number().value());
        assertThat(pdf(Role.CASE_OWNER, "en", "").statusCode()).isEqualTo(403);
        for (String wrong : List.of("2051-W25", "2051-W54", "yesterday")) {
            HttpResponse<byte[]> refused = pdf(Role.CX_LEAD, "en", "?week=" + wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
            assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("\"week\"");
        }

        Loop.itIs(Instant.parse("2055-06-16T10:00:00Z"));
        assertThat(text(pdf(Role.MANAGER, "en", "")))
                .as("nothing to measure yet")
                .contains("No case was decided in this time.", "No case was closed in this time")
                .contains("No case of this time says where it came from.");
    }

    @Test
    void whoWantsItGetsOneMailAWeekWhateverIsTickedOrDiesAndAtMostTheLatestAfterAnOutage() throws Exception {
        sixCases();
        RecoveryCase late = escalated();
        String anna = person("anna", Role.CX_LEAD);
        String max = person("max", Role.MANAGER);
        JsonNode wish = subscription(anna, "GET", "en");
        assertThat(wish.path("subscribed").asBoolean()).isFalse();
        assertThat(wish.path("mayHaveIt").asBoolean()).isTrue();
        assertThat(subscription(anna, "PUT", "en").path("nextAt").asText()).isEqualTo(MONDAY.toString());
        assertThat(subscription(max, "PUT", "de-DE").path("language").asText()).isEqualTo("de");
        assertThat(Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD)
                        .call("PUT", "/api/recovery/subscription", "")
                        .statusCode())
                .as("a case owner")
                .isEqualTo(403);

        delivery.deliver();
        Loop.itIs(MONDAY.minusSeconds(1));
        delivery.deliver();
        assertThat(sentTo(anna))
                .as("what went out before she wanted it, and too early")
                .isEmpty();

        Loop.itIs(MONDAY);
        CompletableFuture.allOf(Stream.generate(() -> CompletableFuture.runAsync(delivery::deliver))
                        .limit(3)
                        .toArray(CompletableFuture[]::new))
                .join();
        delivery.deliver();
        assertThat(sentTo(anna)).hasSize(1);
        assertThat(sentTo(max)).hasSize(1);
        MimeMessage mail = sentTo(anna).get(0);
        assertThat(mail.getSubject()).isEqualTo("Brook & Söhne Heating: Recovery, week 24 of 2051");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(body(mail))
                .contains("The report of week 24, 12 June 2051 to 18 June 2051, is attached as a PDF.")
                .contains(
                        "Upheld rate of twelve months to the end of June 2051: 50% (3 of 6 decided cases).",
                        "Escalated now: ")
                .contains("switch it off", "http://127.0.0.1/camunda/app/cockpit/default/#/recovery")
                .doesNotContain(late.number().value(), "Test Customer");
        assertThat(attached(mail).getFileName()).isEqualTo("recovery-2051-W24.pdf");
        assertThat(text(attached(mail).getInputStream().readAllBytes()))
                .contains("Week 24 50% 1 / 2", late.number().value())
                .doesNotContain("Test Customer");
        assertThat(sentTo(max).get(0).getSubject())
                .isEqualTo("Brook & Söhne Heating: Wiedergutmachung, Woche 24 des Jahres 2051");
        assertThat(text(attached(sentTo(max).get(0)).getInputStream().readAllBytes()))
                .contains("Woche 24 50 % 1 / 2");
        JsonNode told = subscription(anna, "GET", "en");
        assertThat(told.path("lastWeek").asText()).isEqualTo("2051-W24");
        assertThat(told.path("nextAt").asText()).isEqualTo(MONDAY.plus(WEEK).toString());

        subscription(anna, "DELETE", "en");
        subscription(anna, "PUT", "en");
        delivery.deliver();
        assertThat(sentTo(anna))
                .as("the same week is not sent to whoever asks again")
                .hasSize(1);

        // A node queues, takes a mail, and dies.
        Loop.itIs(MONDAY.plus(WEEK));
        mails.queue(schedule.latest(MONDAY.plus(WEEK)));
        String taken = mails.claim().orElseThrow().person();
        delivery.deliver();
        assertThat(sentTo(taken)).as("another node waits for it").hasSize(1);
        Loop.itIs(MONDAY.plus(WEEK).plus(Duration.ofMinutes(6)));
        delivery.deliver();
        delivery.deliver();
        assertThat(sentTo(anna)).hasSize(2);
        assertThat(sentTo(max)).hasSize(2);

        Loop.itIs(Instant.parse("2051-07-20T15:00:00Z"));
        delivery.deliver();
        assertThat(sentTo(anna))
                .as("three Mondays were missed: the latest is made up for")
                .hasSize(3);
        assertThat(sentTo(anna).get(2).getSubject()).contains("week 28 of 2051");

        subscription(max, "DELETE", "de");
        Loop.itIs(Instant.parse("2051-07-24T07:00:00Z"));
        delivery.deliver();
        assertThat(sentTo(max)).hasSize(3);
        assertThat(sentTo(anna)).hasSize(4);
    }

    @Test
    void whoLostTheRoleOrHasNoAddressOrIsRefusedGetsNothingAndReadsWhy() throws Exception {
        String anna = person("anna", Role.CX_LEAD);
        String max = person("max", Role.MANAGER);
        subscription(anna, "PUT", "en");
        subscription(max, "PUT", "en");

        identities.deleteMembership(max, Role.MANAGER.groupId());
        identities.createMembership(max, Role.CASE_OWNER.groupId());
        email(anna, "");
        assertThat(trouble(anna)).as("told before it fails").isEqualTo("address");
        Loop.itIs(MONDAY);
        delivery.deliver();
        assertThat(sentTo(anna)).isEmpty();
        assertThat(sentTo(max)).isEmpty();
        assertThat(trouble(max)).isEqualTo("role");
        assertThat(subscription(max, "GET", "en").path("mayHaveIt").asBoolean()).isFalse();
        assertThat(subscription(max, "GET", "de").at("/trouble/why").asText()).startsWith("Nicht gesendet: Ihre Rolle");

        email(anna, anna + "@colleagues.example");
        identities.createMembership(max, Role.MANAGER.groupId());
        assertThat(trouble(anna)).isEmpty();
        Loop.itIs(MONDAY.plus(WEEK));
        Outbox.refused(
                application,
                refusing -> new ReportDelivery(
                                mails,
                                schedule,
                                application.getBean(RecoveryReport.class),
                                application.getBean(OwnerDirectory.class),
                                application.getBean(Colleagues.class),
                                refusing,
                                application.getBean(ReportMailText.class),
                                application.getBean(Clock.class))
                        .deliver());
        assertThat(trouble(anna)).isEqualTo("refused");
        assertThat(subscription(anna, "GET", "en").at("/trouble/said").asText()).contains("Nobody of that name");
        delivery.deliver();
        assertThat(sentTo(anna)).as("refused for good").isEmpty();

        Loop.itIs(MONDAY.plus(WEEK.multipliedBy(2)));
        delivery.deliver();
        assertThat(sentTo(anna)).hasSize(1);
        assertThat(sentTo(max)).as("the role came back").hasSize(1);
        assertThat(trouble(anna)).isEmpty();
        assertThat(trouble(max)).isEmpty();

        MailServer.comesBack(MailServer.report(
                "failed",
                anna + "@colleagues.example",
                MailServer.BOUNCES,
                sentTo(anna).get(0).getMessageID()));
        Outbox.readBounces(application);
        assertThat(trouble(anna)).as("accepted, and then sent back").isEqualTo("refused");

        identities.deleteUser(max);
        Loop.itIs(MONDAY.plus(WEEK.multipliedBy(3)));
        delivery.deliver();
        assertThat(mails.of(max).orElseThrow().trouble()).as("who is gone").isEqualTo(ReportMails.Trouble.ROLE);
    }

    /** Twelve months, two quarters and two weeks with figures that can be counted by hand. */
    private void sixCases() {
        past.resolved("2051-06-12T10:00:00Z", 3, "billing-error")
                .found("UPHELD", "2051-06-13T10:00:00Z")
                .deadline(true)
                .cost("EUR", "40")
                .prevention("2001-01-01", null, null);
        past.resolved("2051-06-12T10:00:00Z", 3, "billing-error")
                .found("NOT_UPHELD", "2051-06-14T09:00:00Z")
                .deadline(false)
                .from("Team North", "", "", "Otto Onsite");
        past.resolved("2051-06-06T10:00:00Z", 3, "billing-error")
                .found("PARTIALLY_UPHELD", "2051-06-07T10:00:00Z")
                .deadline(true)
                .cost("JPY", "1500")
                .from("Team North", "", "", "Otto Onsite");
        past.resolved("2051-02-10T10:00:00Z", 3, "missed-appointment")
                .found("NOT_UPHELD", "2051-02-12T10:00:00Z")
                .deadline(true);
        past.resolved("2051-02-11T10:00:00Z", 3, "missed-appointment")
                .found("NOT_UPHELD", "2051-02-12T10:00:00Z")
                .deadline(true);
        past.resolved("2050-08-10T10:00:00Z", 3, "property-damage")
                .found("UPHELD", "2050-08-11T10:00:00Z")
                .deadline(false);
        past.count("UTC");
    }

    /** A real case that is over its 72 hours. */
    private RecoveryCase escalated() {
        Instant opened = Instant.parse("2051-06-09T08:00:00Z");
        Loop.itIs(opened);
        RecoveryCase open = loop.opened(Severity.MINOR);
        db.sql("""
                        insert into clock_notice (case_id, epoch, clock, level, reached_at, noticed_at)
                        values (?, 1, 'resolution', 7, ?, ?)""")
                .params(open.id(), Timestamp.from(opened), Timestamp.from(opened))
                .update();
        Loop.itIs(WEDNESDAY);
        return open;
    }

    private void signal(String tag, String dimension, String key, String openedAt) {
        db.sql("""
                        insert into training_signal (tag_id, quarter, dimension, cluster_key, opened_at, owner, measure, measure_due_on)
                        select id, '2051-Q2', ?, ?, ?, ?, 'Confirm each visit the day before', ? from root_cause_tag where code = ?""")
                .params(
                        dimension,
                        key,
                        Timestamp.from(Instant.parse(openedAt)),
                        loop.owner(),
                        Date.valueOf("2051-07-01"),
                        tag)
                .update();
    }

    private String loopOwner() {
        return "Test " + Role.CASE_OWNER.title();
    }

    private String person(String name, Role role) {
        String id = "report-" + name + "-" + UUID.randomUUID();
        TestPeople.add(identities, id, role);
        return id;
    }

    private void email(String person, String address) {
        User user = identities.createUserQuery().userId(person).singleResult();
        user.setEmail(address);
        identities.saveUser(user);
    }

    private Visitor visitor(Role role) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
    }

    private HttpResponse<byte[]> pdf(Role role, String language, String query) {
        return visitor(role).bytes("/api/recovery/report.pdf" + query, language);
    }

    private JsonNode subscription(String person, String method, String language) throws IOException {
        Visitor visitor = Visitor.withBasic(port, person, TestPeople.PASSWORD);
        HttpRequest.Builder request = visitor.request("/api/recovery/subscription")
                .header("Accept", "application/json")
                .header("Accept-Language", language)
                .method(method, BodyPublishers.noBody());
        HttpResponse<String> answer = visitor.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private String trouble(String person) throws IOException {
        return subscription(person, "GET", "en").at("/trouble/code").asText();
    }

    private static List<MimeMessage> sentTo(String person) {
        return MailServer.to(person + "@colleagues.example");
    }

    private static String body(MimeMessage mail) throws Exception {
        Object body = ((Multipart) mail.getContent()).getBodyPart(0).getContent();
        while (body instanceof Multipart parts) {
            body = parts.getBodyPart(0).getContent();
        }
        return String.valueOf(body);
    }

    private static BodyPart attached(MimeMessage mail) throws Exception {
        return ((Multipart) mail.getContent()).getBodyPart(1);
    }

    private static String text(HttpResponse<byte[]> answer) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(200);
        return text(answer.body());
    }

    /** Kept for whoever wants to look at it; for those who have it read aloud, it says its title, language and structure. */
    private static String text(HttpResponse<byte[]> answer, String kept) throws IOException {
        Files.createDirectories(Path.of("target/screenshots"));
        Files.write(Path.of("target/screenshots", kept), answer.body());
        try (PDDocument pages = Loader.loadPDF(answer.body())) {
            var catalog = pages.getDocumentCatalog();
            assertThat(catalog.getMarkInfo().isMarked()).isTrue();
            assertThat(catalog.getStructureTreeRoot()).isNotNull();
            assertThat(kept).contains(catalog.getLanguage().startsWith("de") ? "german" : "english");
            assertThat(pages.getDocumentInformation().getTitle()).contains("24");
            assertThat(catalog.getViewerPreferences().displayDocTitle()).isTrue();
        }
        return text(answer);
    }

    private static String text(byte[] pdf) throws IOException {
        try (PDDocument pages = Loader.loadPDF(pdf)) {
            return new PDFTextStripper().getText(pages).replaceAll("[\\s\u00a0\u202f]+", " ");
        }
    }
}
