package org.servicerecovery.correspondence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.MailServer;
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
import org.servicerecovery.installation.StatutoryProfile;
import org.servicerecovery.installation.StatutoryProfile.Profile;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Letters: their pages, the two ways on which they go out, and what one that ends a statutory stage has to say. */
@RunningApplication
class LettersTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ADDRESS = "12 Mühlenweg\n04109 Leipzig";

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    MailDelivery delivery;

    @Autowired
    Customers customers;

    @Autowired
    Cases cases;

    @Autowired
    Plan plan;

    @Autowired
    StatutoryProfile profile;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    private Loop loop;
    private Visitor owner;
    private String email;

    @BeforeEach
    void start() {
        loop = new Loop(application);
        owner = Visitor.withBasic(port, loop.owner(), TestPeople.PASSWORD);
        email = UUID.randomUUID() + "@customers.example";
        delivery.deliver();
    }

    @AfterEach
    void noProfile() {
        profile.choose(Profile.NONE, "test");
    }

    @Test
    void aLetterIsMailedAsPagesWithEveryCharacterAndItsPageNumbersAndKeptAsItWasSent() throws Exception {
        RecoveryCase found = caseOf("Jörg Müßig-Łukasz", email, ADDRESS);
        String body =
                "Dear Jörg,\n\nyou get £40.00 back, that is 46,20 €: naïve façade – “quoted” <b>&amp;</b> {{ {\n\n"
                        + "And this goes on and on, so that it needs a second page.\n\n".repeat(40)
                        + "\u0001The last words.";

        HttpResponse<String> sent =
                outcome(found, letter("letterTitle", "Our apology", "letter", body, "letterHow", "mail"));
        assertThat(sent.statusCode()).as(sent.body()).isEqualTo(200);
        delivery.deliver();

        MimeMessage mail = MailServer.to(email).get(0);
        assertThat(mail.getSubject()).isEqualTo("Our apology");
        Multipart parts = (Multipart) mail.getContent();
        byte[] attached = parts.getBodyPart(1).getInputStream().readAllBytes();
        assertThat(parts.getBodyPart(1).getFileName()).isEqualTo("letter.pdf");
        assertThat(attached)
                .isEqualTo(pdf(path(found) + "/letters/" + only(found).get("id").asLong() + ".pdf"));
        try (PDDocument pages = Loader.loadPDF(attached)) {
            assertThat(pages.getNumberOfPages()).isGreaterThanOrEqualTo(2);
            int last = pages.getNumberOfPages();
            assertThat(text(pages, 1, 1))
                    .contains(
                            "Brook & Söhne Heating", "1 Test Street", "Jörg Müßig-Łukasz\n12 Mühlenweg\n04109 Leipzig")
                    .contains("Our reference: " + found.number())
                    .contains("you get £40.00 back, that is 46,20 €: naïve façade – “quoted” <b>&amp;</b> {{ {")
                    .contains("Page 1 of " + last);
            assertThat(text(pages, last, last))
                    .contains("The last words.", "Yours sincerely", "Test ", "Page " + last + " of " + last);
        }
        assertThat(only(found).get("delivery").asText()).isEqualTo("mail");
        assertThat(only(found).has("sentAt")).isTrue();
    }

    @Test
    void aLetterByPostIsPrintedAsItStandsBeforeItsStepIsCompleted() throws Exception {
        RecoveryCase found = caseOf("Ada Holm", null, ADDRESS);
        Map<String, Object> letter = letter("letter", "We are sorry.", "letterLanguage", "de");

        assertRefused(outcome(found, with(letter, "letterHow", "mail")), "letterHow", "no e-mail address");
        assertRefused(outcome(found, with(letter, "letterHow", "post")), "letterHow", "was not printed");

        JsonNode printed = json(print(found, letter), 201);
        assertThat(json(print(found, letter), 201).get("id"))
                .as("the same letter")
                .isEqualTo(printed.get("id"));
        byte[] paper = pdf(printed.get("pdf").asText());
        try (PDDocument pages = Loader.loadPDF(paper)) {
            assertThat(text(pages, 1, 1))
                    .contains("Unser Schreiben zu " + found.number(), "Mit freundlichen Grüßen", "Seite 1 von 1");
        }
        assertRefused(
                outcome(found, with(with(letter, "letter", "We are not sorry."), "letterHow", "post")),
                "letterHow",
                "was not printed as it stands now");
        assertThat(only(found).has("sentAt")).isFalse();

        assertThat(outcome(found, with(letter, "letterHow", "post")).statusCode())
                .isEqualTo(200);
        JsonNode kept = only(found);
        assertThat(kept.get("sentBy").asText()).isEqualTo(loop.owner());
        assertThat(kept.has("sentAt")).isTrue();
        assertThat(pdf(printed.get("pdf").asText())).isEqualTo(paper);
        assertRefusedWith(print(found, letter), 409, "does not wait for a letter");
    }

    @Test
    void withoutAPostalAddressALetterCanOnlyBeMailed() throws Exception {
        RecoveryCase found = caseOf("Ada Holm", email, null);
        assertThat(json(owner.get(path(found) + "/letter-preview"), 200).has("address"))
                .isFalse();
        assertRefused(
                print(found, letter("letter", "We are sorry.")), "letterHow", "no postal address of this customer");
        assertRefused(
                outcome(found, letter("letter", "We are sorry.", "letterHow", "post")),
                "letterHow",
                "no postal address");
        assertThat(outcome(found, letter("letter", "We are sorry.", "letterHow", "mail"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aPreviewShowsThePagesAndKeepsNothing() throws Exception {
        RecoveryCase found = caseOf("Ada Holm", email, ADDRESS);
        JsonNode merged = json(owner.get(path(found) + "/letter-preview?template=apology&language=de"), 200);
        assertThat(merged.get("fields").get("letter").asText()).startsWith("Guten Tag Ada Holm,");
        JsonNode pages =
                json(owner.post(path(found) + "/letters/preview", JSON.writeValueAsString(merged.get("fields"))), 200);
        assertThat(pages.get("pages").asInt()).isEqualTo(1);
        String image = pages.get("images").get(0).asText();
        assertThat(ImageIO.read(new ByteArrayInputStream(
                                Base64.getDecoder().decode(image.substring(image.indexOf(',') + 1))))
                        .getWidth())
                .isGreaterThan(500);
        try (PDDocument pdf = Loader.loadPDF(pdf(path(found) + "/letters/preview?template=apology&language=en"))) {
            assertThat(text(pdf, 1, 1)).contains("Dear Ada Holm,", "Page 1 of 1");
        }
        assertThat(json(owner.get(path(found)), 200).get("letters")).isEmpty();
    }

    @Test
    void theAnswerToAStageIsNotSentWithoutAllItHasToSayOnAnyRoute() throws Exception {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = caseOf("Ada Holm", email, ADDRESS);
        JsonNode merged = json(owner.get(path(found) + "/letter-preview?template=stage-1-answer"), 200);
        assertThat(merged.get("stage").asText()).isEqualTo("stage-1");

        Map<String, Object> silent = letter("letter", "Dear Ada", "letterHow", "mail");
        assertRefused(outcome(found, silent), "letterPurpose", "ends \"Stage 1\" (stage-answer), or not (apology)");

        Map<String, Object> answer = with(silent, "letterPurpose", "stage-answer");
        answer.put("decision", "We uphold your complaint.");
        answer.put("reasons", "  ");
        answer.put("takeItFurther", merged.get("fields").get("takeItFurther").asText());
        String sentence = "A letter that ends \\\"Stage 1\\\" is not sent without the reasons for it.";
        for (HttpResponse<String> refused : List.of(
                outcome(found, answer),
                print(found, answer),
                complete("/engine-rest/task/", found, answer),
                tasklist()
                        .post(
                                "/camunda/api/engine/engine/default/task/"
                                        + task(found).getId() + "/submit-form",
                                form(answer)))) {
            assertThat(refused.statusCode()).as(refused.uri() + refused.body()).isEqualTo(400);
            assertThat(refused.body())
                    .contains(sentence)
                    .contains("is not sent without the remedy.")
                    .contains("is not sent without the outstanding actions.")
                    .doesNotContain("without the decision");
        }
        assertThat(json(owner.get(path(found)), 200).get("letters")).isEmpty();

        answer.put("reasons", "Nobody came, and nobody called.");
        answer.put("remedy", "£40");
        answer.put("outstandingActions", "None.");
        String resolution = "{\"resolutionType\":\"apology-only\",\"rootCauseTag\":\"" + loop.tag()
                + "\",\"preventionAction\":\"Ring before\"}";
        assertRefusedWith(
                owner.post(path(found) + "/resolution", resolution), 409, "Stage 1 ends with an answer in writing");
        assertThat(complete("/engine-rest/task/", found, answer).statusCode()).isEqualTo(204);
        assertRefusedWith(
                owner.post(path(found) + "/resolution", resolution), 409, "resolve the case once it went out");
        delivery.deliver();
        assertThat(clock(found, "stage-1").get("verdict").asText()).isEqualTo("kept");
        JsonNode kept = only(found);
        assertThat(kept.get("stage").asText()).isEqualTo("stage-1");
        try (PDDocument pages =
                Loader.loadPDF(pdf(path(found) + "/letters/" + kept.get("id").asLong() + ".pdf"))) {
            assertThat(text(pages, 1, pages.getNumberOfPages()))
                    .contains("Our decision\nWe uphold your complaint.", "What is still to be done\nNone.")
                    .contains("Housing Ombudsman Service");
        }
        assertThat(json(owner.get(path(found)), 200).get("timeline"))
                .extracting(entry -> entry.get("text").asText())
                .contains("Stage 1: the answer in writing went out to the customer.");
        HttpResponse<String> resolved = owner.post(path(found) + "/resolution", resolution);
        assertThat(resolved.statusCode()).as(resolved.body()).isBetween(200, 204);
    }

    @Test
    void anAnswerByPostEndsItsStageAndACaseWithoutOneIsNotResolvedInTasklistEither() throws Exception {
        profile.choose(Profile.HOUSING_OMBUDSMAN, "test");
        RecoveryCase found = caseOf("Ada Holm", null, ADDRESS);
        Map<String, Object> answer = letter("letter", "Dear Ada", "letterPurpose", "stage-answer");
        for (String part : List.of("decision", "reasons", "remedy", "outstandingActions", "takeItFurther")) {
            answer.put(part, "As we said.");
        }
        json(print(found, answer), 201);
        HttpResponse<String> posted = outcome(found, with(answer, "letterHow", "post"));
        assertThat(posted.statusCode()).as(posted.body()).isEqualTo(200);
        assertThat(clock(found, "acknowledgement").get("verdict").asText()).isEqualTo("kept");
        assertThat(clock(found, "stage-1").get("verdict").asText()).isEqualTo("kept");

        RecoveryCase silent = caseOf("Ada Holm", null, ADDRESS);
        loop.does(Role.CASE_OWNER, () -> plan.add(silent.number(), new NewStep("call-customer", "", null)));
        owner.post(path(silent) + "/steps/1/outcome", "{\"outcome\":\"skipped\",\"notes\":\"Said it by phone\"}");
        loop.work(silent, 2);
        HttpResponse<String> refused = owner.post(
                "/engine-rest/task/" + loop.task(silent, "UserTask_ResolveCase").getId() + "/complete",
                "{\"variables\":{\"action\":{\"value\":\"resolve\"},\"resolutionType\":{\"value\":\"apology-only\"},"
                        + "\"rootCauseTag\":{\"value\":\"" + loop.tag()
                        + "\"},\"preventionAction\":{\"value\":\"Ring before\"}}}");
        assertThat(refused.statusCode()).as(refused.body()).isBetween(400, 409);
        assertThat(refused.body()).contains("Stage 1 ends with an answer in writing");
    }

    private JsonNode clock(RecoveryCase of, String name) throws IOException {
        for (JsonNode clock : json(owner.get(path(of) + "/clock"), 200).get("clocks")) {
            if (clock.get("clock").asText().equals(name)) {
                return clock;
            }
        }
        throw new AssertionError("The case has no clock " + name);
    }

    @Test
    void whereNoStageRunsALetterEndsNone() throws Exception {
        RecoveryCase found = caseOf("Ada Holm", email, ADDRESS);
        assertRefused(
                outcome(found, letter("letter", "Dear Ada", "letterHow", "mail", "letterPurpose", "stage-answer")),
                "letterPurpose",
                "no stage of a statutory profile runs on this case");
        assertRefused(
                outcome(found, letter("letter", "Dear {{customer.name}}", "letterHow", "mail")),
                "letter",
                "still holds {{customer.name}}");
        assertThat(db.sql("select count(*) from letter where case_id = ?")
                        .param(found.id())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    /** A case whose plan is one letter. */
    private RecoveryCase caseOf(String name, @Nullable String mail, @Nullable String address) {
        String number = "C-" + UUID.randomUUID();
        customers.register(number, name, mail, null, address);
        NewCase wanted = new NewCase(
                number, Severity.MAJOR, FailureSource.COMPLAINT, "Nobody came", null, null, loop.owner(), null);
        RecoveryCase opened = loop.as(Role.CASE_OWNER, () -> cases.open(wanted));
        loop.does(
                Role.CASE_OWNER,
                () -> plan.finish(opened.number(), List.of(new NewStep("write-apology-letter", "", null))));
        return loop.again(opened);
    }

    private static Map<String, Object> letter(String... fields) {
        Map<String, Object> letter = new HashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            letter.put(fields[i], fields[i + 1]);
        }
        return letter;
    }

    private static Map<String, Object> with(Map<String, Object> letter, String field, String text) {
        Map<String, Object> other = new HashMap<>(letter);
        other.put(field, text);
        return other;
    }

    private HttpResponse<String> outcome(RecoveryCase of, Map<String, Object> letter) throws IOException {
        return owner.post(
                path(of) + "/steps/1/outcome",
                JSON.writeValueAsString(with(with(letter, "outcome", "completed"), "notes", "Written")));
    }

    private HttpResponse<String> print(RecoveryCase of, Map<String, Object> letter) throws IOException {
        Map<String, Object> asItStands = new HashMap<>(letter);
        asItStands.remove("letterHow");
        return owner.post(path(of) + "/steps/1/letter", JSON.writeValueAsString(asItStands));
    }

    private HttpResponse<String> complete(String route, RecoveryCase of, Map<String, Object> letter) {
        return owner.post(route + task(of).getId() + "/complete", form(letter));
    }

    private static String form(Map<String, Object> letter) {
        Map<String, Object> variables = new HashMap<>();
        with(with(letter, "outcome", "completed"), "notes", "Written")
                .forEach((field, text) -> variables.put(field, Map.of("type", "String", "value", text)));
        try {
            return JSON.writeValueAsString(Map.of("variables", variables));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Visitor tasklist() {
        Visitor browser = Visitor.browser(port);
        browser.signIn(loop.owner(), TestPeople.PASSWORD);
        browser.open("/camunda/app/tasklist/default/");
        return browser;
    }

    private Task task(RecoveryCase of) {
        return tasks.createTaskQuery()
                .processInstanceId(plan.steps(of.id()).get(0).processInstanceId())
                .singleResult();
    }

    private JsonNode only(RecoveryCase of) throws IOException {
        JsonNode letters = json(owner.get(path(of)), 200).get("letters");
        assertThat(letters).hasSize(1);
        return letters.get(0);
    }

    private byte[] pdf(String path) throws IOException, InterruptedException {
        String login = Base64.getEncoder()
                .encodeToString((loop.owner() + ":" + TestPeople.PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Authorization", "Basic " + login)
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/pdf");
        return answer.body();
    }

    private static String text(PDDocument pages, int from, int to) throws IOException {
        PDFTextStripper reader = new PDFTextStripper();
        reader.setStartPage(from);
        reader.setEndPage(to);
        reader.setLineSeparator("\n");
        return reader.getText(pages).replace('\u00a0', ' ');
    }

    private static void assertRefused(HttpResponse<String> answer, String field, String sentence) throws IOException {
        assertRefusedWith(answer, 400, sentence);
        assertThat(JSON.readTree(answer.body()).at("/errors/0/field").asText()).isEqualTo(field);
    }

    private static void assertRefusedWith(HttpResponse<String> answer, int status, String sentence) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).toString().replace("\\\"", "\""))
                .contains(sentence);
    }

    private static String path(RecoveryCase of) {
        return "/api/cases/" + of.number();
    }

    private static JsonNode json(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }
}
