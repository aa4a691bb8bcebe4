package org.servicerecovery.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.files.Pictures;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.workorder.WorkOrders;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;

/** What operatives see and do, over HTTP as a browser without scripts does it. */
@RunningApplication
class JobsPageTest {

    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Jobs jobs;

    @Autowired
    TaskService tasks;

    Queue queue;

    @BeforeEach
    void queue() {
        queue = new Queue(application);
    }

    @Test
    void aJobIsFoundTakenAndDoneWithAPhoto() {
        Visitor wes = operative("page-wes", "plumbing-south");
        assertThat(wes.open("/jobs").body()).contains("<title>Jobs</title>").contains("My jobs");
        String number = queue.released("south");

        assertThat(wes.open("/jobs").body())
                .contains("3 Mill Lane, second floor")
                .contains(number);
        String page = wes.open("/jobs/" + number).body();
        assertThat(page)
                .contains("href=\"tel:+441134960001\"")
                .contains("Replace the mixer valve.")
                .contains("Take this job")
                .doesNotContain("What was done");
        assertThat(to(wes.submit("/jobs/" + number, "/jobs/" + number + "/taking")))
                .endsWith("/jobs/" + number);
        HttpResponse<String> early = JobForm.send(wes, number, "done", "New valve, no drops", null);
        assertThat(to(early)).endsWith("/jobs/" + number + "#refused");
        assertThat(wes.open("/jobs/" + number).body())
                .contains("Add one, then press Done again.")
                .as("nothing has to be typed again")
                .contains(">New valve, no drops</textarea>");
        JobForm.send(wes, number, "photos", "New valve, no drops", Pictures.photo(800, 600, 6, 5));
        String withPhoto = wes.open("/jobs/" + number).body();
        assertThat(withPhoto).contains(">New valve, no drops</textarea>").contains("alt=\"Photo 1: valve.jpg\"");
        Matcher small = Pattern.compile("src=\"([^\"]+/thumbnail)\"").matcher(withPhoto);
        assertThat(small.find()).isTrue();
        assertThat(wes.bytes(small.group(1)).statusCode()).isEqualTo(200);
        assertThat(wes.bytes(small.group(1).replace("/thumbnail", "")).body()).hasSizeGreaterThan(1_000);

        HttpResponse<String> done = JobForm.send(wes, number, "done", "New valve, no drops", null);

        assertThat(to(done)).endsWith("/jobs");
        assertThat(wes.open("/jobs").body()).contains(number + " is reported. Thank you.");
        assertThat(jobs.byNumber(number).orElseThrow().state()).isEqualTo(JobState.DONE);
        Visitor ines = operative("page-ines", "plumbing-south");
        assertThat(ines.open("/jobs").body()).doesNotContain(number);
        assertThat(ines.bytes(small.group(1)).statusCode()).isEqualTo(404);
        assertThat(to(ines.open("/jobs/" + number))).endsWith("/jobs");
    }

    @Test
    void whoComesSecondIsToldAndSoIsWhoseJobWasCancelled() {
        Visitor wes = operative("page-wes", "plumbing-south");
        Visitor ines = operative("page-ines", "plumbing-south");
        String number = queue.released("south");
        String open = ines.open("/jobs/" + number).body();
        assertThat(open).contains("Take this job");
        wes.submit("/jobs/" + number, "/jobs/" + number + "/taking");
        // The page was open before.
        Matcher token = TOKEN.matcher(open);
        assertThat(token.find()).isTrue();
        ines.submit("/jobs", "/jobs/" + number + "/taking");
        assertThat(ines.open("/jobs").body()).contains(number + " is not free any more");

        jobs.cancel(jobs.byNumber(number).orElseThrow().id());
        HttpResponse<String> late = JobForm.send(wes, number, "done", "Replaced it", Pictures.photo(400, 300, 1, 6));
        assertThat(to(late)).endsWith("/jobs/" + number);
        assertThat(wes.open("/jobs/" + number).body())
                .contains(number + " was cancelled meanwhile.")
                .contains("Replaced it")
                .contains("alt=\"Photo 1: valve.jpg\"")
                .doesNotContain("No access");
    }

    @Test
    void whatTheOperativeSaysIsKeptWhenSomebodyElseWasFasterAndTheyAreTold() {
        Visitor wes = operative("page-wes", "plumbing-south");
        String number = taken(wes);
        Job job = jobs.byNumber(number).orElseThrow();
        jobs.reported(job.id(), JobState.NO_ACCESS, "Phoned the office: nobody there");
        HttpResponse<String> late =
                JobForm.send(wes, number, "partly", "The tap, not the valve", Pictures.photo(400, 300, 1, 8));
        assertThat(to(late)).endsWith("/jobs/" + number);
        assertThat(wes.open("/jobs/" + number).body())
                .contains(number + " was reported by somebody else meanwhile.")
                .contains("Partly done: The tap, not the valve")
                .contains("alt=\"Photo 1: valve.jpg\"");
        assertThat(jobs.get(job.id()).state()).isEqualTo(JobState.NO_ACCESS);
        assertThat(wes.open("/jobs").body()).contains("Over in the last days").contains(number);
    }

    @Test
    void aJobThatCannotBeDoneIsGivenBackAndALeadGivesItToWhomTheyLike() {
        Visitor wes = operative("page-wes", "plumbing-south");
        Visitor ines = operative("page-west", "plumbing-west");
        String number = taken(wes);
        JobForm.send(wes, number, "give-back", "", null);
        assertThat(wes.open("/jobs").body()).contains(number + " is free for your team again.");
        assertThat(jobs.byNumber(number).orElseThrow().assignee()).isNull();

        tasks.setAssignee(
                tasks.createTaskQuery()
                        .processInstanceBusinessKey(number)
                        .singleResult()
                        .getId(),
                "page-west");
        assertThat(to(JobForm.send(ines, number, "partly", "Somebody has to come again", null)))
                .endsWith("/jobs");
        assertThat(jobs.byNumber(number).orElseThrow().state()).isEqualTo(JobState.PARTLY);
    }

    @Test
    void nothingThatOperativesSeeNamesTheProductOrSpeaksAsAMachine() {
        Visitor wes = operative("page-wes", "plumbing-south");
        String number = taken(wes);
        assertThat(Visitor.browser(port).open("/sign-in").body()).doesNotContain("Recovery");
        for (String path : List.of("/accounting", "/jobs/" + number + "/photos/7", "/jobs/x/y/z")) {
            assertThat(wes.open(path).body())
                    .as(path)
                    .doesNotContain("Recovery")
                    .doesNotContain("{\"");
        }
    }

    @Test
    void whatIsNoPhotoIsRefusedAndWhatWasWrittenStays() {
        Visitor wes = operative("page-wes", "plumbing-south");
        String number = taken(wes);
        JobForm.send(
                wes, number, "partly", "Half of it", "MZ a program".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(wes.open("/jobs/" + number).body()).contains("valve.jpg: ").contains(">Half of it</textarea>");
        assertThat(jobs.byNumber(number).orElseThrow().state()).isEqualTo(JobState.OPEN);
        JobForm.send(wes, number, "partly", "", null);
        assertThat(wes.open("/jobs/" + number).body()).contains("aria-invalid=\"true\"");
        JobForm.send(wes, number, "partly", "Half of it", null);
        assertThat(jobs.byNumber(number).orElseThrow().state()).isEqualTo(JobState.PARTLY);
    }

    @Test
    void aFormFromElsewhereIsNotTaken() {
        Visitor wes = operative("page-wes", "plumbing-south");
        String number = taken(wes);
        HttpResponse<String> forged =
                JobForm.send(wes, number, Map.of("action", "no-access", "notes", "x", "_csrf", "forged"), null);
        assertThat(to(forged)).endsWith("/jobs/" + number + "?again");
        assertThat(wes.open("/jobs/" + number + "?again").body()).contains("Please send it again");
        assertThat(jobs.byNumber(number).orElseThrow().state()).isEqualTo(JobState.OPEN);
    }

    @Test
    void thePageSpeaksGerman() {
        Visitor wes = operative("page-wes", "plumbing-south");
        String number = taken(wes);
        String page = wes.send(wes.request("/jobs/" + number)
                        .header("Accept", "text/html")
                        .header("Accept-Language", "de-DE")
                        .GET())
                .body();
        assertThat(page).contains("<html lang=\"de\"").contains("Kein Zutritt").contains("1 Std. 30 Min.");
    }

    @Test
    void anOrderFromACaseAndAnyOtherAreTheSamePage() {
        Visitor wes = operative("page-wes", "plumbing-south");
        Loop loop = new Loop(application);
        RecoveryCase found = loop.opened(Severity.MAJOR);
        Map<String, Object> answers = Queue.form("south");
        answers.put("outcome", "completed");
        answers.put("notes", "Agreed on the phone");
        loop.does(Role.CASE_OWNER, () -> {
            application
                    .getBean(Plan.class)
                    .finish(found.number(), List.of(new NewStep("schedule-visit", "Mend it", null)));
            application.getBean(Plan.class).work(found.number(), 1, answers);
        });
        Job fromCase =
                application.getBean(WorkOrders.class).of(found.id()).get(0).job();
        assertThat(fromCase.number()).isNull();
        String other = queue.released("south");
        String number = queue.number(fromCase.id());
        assertThat(jobs.get(fromCase.id()).releasedAt())
                .isEqualTo(jobs.byNumber(other).orElseThrow().releasedAt());

        assertThat(page(wes, number)).isEqualTo(page(wes, other));
        wes.submit("/jobs/" + number, "/jobs/" + number + "/taking");
        wes.submit("/jobs/" + other, "/jobs/" + other + "/taking");
        assertThat(page(wes, number)).isEqualTo(page(wes, other)).contains("No access");
        assertThat(headers(wes, number)).isEqualTo(headers(wes, other));
    }

    @Test
    void whatIsOverdueIsSaid() {
        Visitor wes = operative("page-wes", "plumbing-south");
        String number = taken(wes);
        assertThat(wes.open("/jobs/" + number).body()).doesNotContain("Overdue");
        try {
            Loop.itIs(Instant.now().plus(Duration.ofDays(3)));
            assertThat(wes.open("/jobs/" + number).body()).contains("Overdue");
        } finally {
            org.camunda.bpm.engine.impl.util.ClockUtil.reset();
        }
    }

    private String taken(Visitor by) {
        String number = queue.released("south");
        by.submit("/jobs/" + number, "/jobs/" + number + "/taking");
        return number;
    }

    private Visitor operative(String id, String team) {
        queue.operative(id, team);
        Visitor browser = Visitor.browser(port);
        browser.signIn(id, TestPeople.PASSWORD);
        return browser;
    }

    private static String page(Visitor reader, String number) {
        return reader.open("/jobs/" + number)
                .body()
                .replace(number, "WO")
                .replaceAll("name=\"_csrf\" value=\"[^\"]+\"", "");
    }

    private static List<String> headers(Visitor reader, String number) {
        return reader.open("/jobs/" + number).headers().map().entrySet().stream()
                .filter(header -> !header.getKey().equalsIgnoreCase("date"))
                .map(header -> header.getKey() + header.getValue())
                .map(line -> line.replaceAll("SR-CSRF=[^;]+", ""))
                .sorted()
                .toList();
    }

    private static String to(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("no redirect: " + answer.statusCode());
    }
}
