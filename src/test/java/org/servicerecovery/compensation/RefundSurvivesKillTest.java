package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.servicerecovery.Lead;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestDatabase;
import org.servicerecovery.Visitor;
import org.servicerecovery.compensation.sandbox.SandboxProcessor;
import org.servicerecovery.installation.StartedProcess;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The application and the payment processor, each in a process and on a database of its own; the application is killed
 * while it pays a refund, and started again. More kills, at random moments: {@code mvn test -Dtest=RefundSurvivesKillTest
 * -Dkills=20}.
 */
@ExtendWith(TestDatabase.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefundSurvivesKillTest {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** By then the answer is recorded, even by an application that has just been started. */
    private static final int LATEST_KILL_MICROSECONDS = 120_000;

    private static final JsonMapper JSON = new JsonMapper();

    /** A case whose one open step is to refund 41.70 EUR of the payment. */
    private record Refund(String caseNumber, String chargeId) {}

    private final String database = TestDatabase.pristine();
    private final JdbcClient db = JdbcClient.create(new DriverManagerDataSource(database));
    private Path directory;
    private StartedProcess processor;
    private StartedProcess application;
    private @Nullable StartedProcess second;
    private ProcessorGate gate;
    private Visitor book;
    private Visitor admin;
    private Lead lead;

    @BeforeAll
    void start(@TempDir Path outputs) throws Exception {
        directory = outputs;
        processor = StartedProcess.java(directory, SandboxProcessor.class, TestDatabase.pristine(), "0");
        URI processorUrl = URI.create(processor.awaitLine("listening on "));
        book = Visitor.browser(processorUrl.getPort());
        gate = new ProcessorGate(processorUrl);
        startApplication();
    }

    @AfterAll
    void stop() throws Exception {
        try (StartedProcess one = application;
                StartedProcess another = second;
                ProcessorGate between = gate;
                StartedProcess last = processor) {
            // Closed from the last to the first, each also when another fails.
        }
    }

    @Test
    void refundsArePaidOnceAndShownWhereverEachIsWhenTheApplicationIsKilled() throws Exception {
        Refund recorded = openCase();
        Refund booked = openCase();
        Refund answered = openCase();
        gate.holdRequests();
        issue(recorded);
        gate.awaitHeld();
        gate.holdAnswers();
        issue(booked);
        gate.awaitHeld();
        gate.holdAnswers();
        issue(answered);
        gate.awaitHeld();
        // Whoever records the answer waits for this lock, and is killed waiting.
        try (Connection inTheWay = DriverManager.getConnection(database)) {
            inTheWay.setAutoCommit(false);
            inTheWay.createStatement()
                    .executeQuery(
                            "select id from recovery_case where number = '" + answered.caseNumber() + "' for update");
            gate.deliverHeld();
            await().atMost(PATIENCE).until(this::somebodyWaitsForALock);
            application.kill();
        }
        gate.loseHeld();
        assertThat(booked(recorded)).as("the processor was not asked").isEmpty();
        assertThat(booked(booked)).as("its answer was not received").hasSize(1);
        assertThat(booked(answered)).as("its answer was not recorded").hasSize(1);
        List<Refund> all = List.of(recorded, booked, answered);
        for (Refund each : all) {
            assertThat(stateInOurTables(each)).containsExactly("IN_FLIGHT");
        }

        startApplication();

        for (Refund each : all) {
            assertPaidOnceAndShown(each);
            assertThat(gate.asked(key(each)))
                    .as("the same order was sent again")
                    .isGreaterThanOrEqualTo(2);
        }
    }

    /**
     * {@code -Dkills=20}: that often between asking the processor and having recorded its answer, at moments that are
     * drawn anew each time, unless {@code -Dkills.seed} repeats them. A second node is there, which may have the job or
     * take it over.
     */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("moments")
    void refundIsPaidOnceAndShownWheneverTheApplicationIsKilled(int microseconds) throws Exception {
        startSecond();
        Refund refund = openCase();
        gate.holdRequests();
        issue(refund);
        gate.awaitHeld();
        gate.deliverHeld();
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(microseconds));
        application.kill();
        System.out.println("Killed " + microseconds / 1000 + " ms after the processor was asked: recorded "
                + stateInOurTables(refund) + ", booked " + booked(refund).size());

        startApplication();

        assertPaidOnceAndShown(refund);
    }

    static IntStream moments() {
        int kills = Integer.getInteger("kills", 0);
        long seed = Long.getLong("kills.seed", System.nanoTime());
        if (kills > 0) {
            System.out.println("Moments drawn with -Dkills.seed=" + seed);
        }
        return new Random(seed).ints(kills, 0, LATEST_KILL_MICROSECONDS);
    }

    @Test
    void refundThatIsNeverAnsweredStopsItsProcessAndTheCaseSaysSoUntilItIsStartedAgain() throws Exception {
        Refund refund = openCase();
        gate.dropRefunds();
        issue(refund);
        JsonNode failed = await().atMost(PATIENCE)
                .until(
                        () -> get(admin, "/engine-rest/job?withException=true").path(0),
                        job -> job.path("retries").asInt() == 4);
        String job = "/engine-rest/job/" + failed.get("id").asText();
        // Four more tries would take minutes: this makes the next one the last.
        Map<String, Object> lastTry = Map.of("retries", 1, "dueDate", "2026-01-01T00:00:00.000+0000");
        expect(204, admin.call("PUT", job + "/retries", json(lastTry)));
        await().atMost(PATIENCE).until(() -> timeline(refund).contains("process stuck"));

        assertThat(timeline(refund))
                .filteredOn(kind -> kind.equals("process stuck"))
                .hasSize(1);
        assertThat(lead.get("/api/cases/" + refund.caseNumber()).get("timeline").findValuesAsText("text"))
                .anyMatch(text -> text.contains("The payment processor did not answer."));
        // Cockpit shows it at the money, at its step and at the case.
        assertThat(get(admin, "/engine-rest/incident?incidentType=failedJob")).hasSize(3);
        assertThat(stateInOurTables(refund)).containsExactly("IN_FLIGHT");
        assertThat(booked(refund)).isEmpty();

        gate.loseHeld();
        expect(204, admin.call("PUT", job + "/retries", json(lastTry)));
        assertPaidOnceAndShown(refund);
        assertThat(get(admin, "/engine-rest/incident?incidentType=failedJob")).isEmpty();
    }

    private void startSecond() throws IOException {
        if (second == null) {
            second = startNode();
            second.awaitLine("  Engine REST      ", START);
        }
    }

    private void startApplication() throws IOException {
        application = startNode();
        int port =
                URI.create(application.awaitLine("  Engine REST      ", START)).getPort();
        admin = Visitor.withBasic(port, RunningApplication.ADMIN, RunningApplication.ADMIN_PASSWORD);
        lead = Lead.signedIn(port);
    }

    private StartedProcess startNode() throws IOException {
        return StartedProcess.java(
                directory,
                ServiceRecovery.class,
                "--server.port=0",
                "--spring.datasource.url=" + database,
                "--service-recovery.admin.password=" + RunningApplication.ADMIN_PASSWORD,
                "--service-recovery.payments.sandbox.url=" + gate.url(),
                "--service-recovery.payments.connect-timeout=1s",
                // Longer than three refunds are held here, one after the other.
                "--service-recovery.payments.read-timeout=9s",
                "--camunda.bpm.job-execution.lock-time-in-millis=20000");
    }

    private Refund openCase() {
        String customer = lead.customer();
        String chargeId = lead.paid(customer);
        String number = lead.opensCase(customer, "moderate", "The boiler was left without its cover");
        lead.post(
                204,
                "/api/cases/" + number + "/plan",
                Map.of("steps", List.of(Map.of("type", "issue-refund", "purpose", "The second visit was billed"))));
        return new Refund(number, chargeId);
    }

    private void issue(Refund refund) {
        lead.post(
                200,
                "/api/cases/" + refund.caseNumber() + "/steps/1/outcome",
                Map.of(
                        "outcome", "completed",
                        "refundKind", "partial",
                        "amount", "41.70",
                        "notes", "The second visit is not charged"));
    }

    private void assertPaidOnceAndShown(Refund refund) throws IOException {
        JsonNode shown = await().atMost(PATIENCE)
                .until(
                        () -> lead.get("/api/cases/" + refund.caseNumber()),
                        read -> read.at("/steps/0/state").asText().equals("completed"));

        assertThat(shown.get("compensations")).hasSize(1);
        JsonNode compensation = shown.at("/compensations/0");
        assertThat(compensation.get("state").asText()).isEqualTo("settled");
        assertThat(compensation.get("amount").asText()).isEqualTo("41.70");
        assertThat(shown.at("/payments/0/refundable").asText()).isEqualTo("78.30");
        assertThat(timeline(refund)).containsOnlyOnce("compensation in flight", "compensation settled");

        assertThat(booked(refund)).singleElement().satisfies(entry -> {
            assertThat(entry.get("key").asText()).isEqualTo(key(refund));
            assertThat(entry.get("amount").asText()).isEqualTo("4170");
            assertThat(entry.get("status").asText()).isEqualTo("settled");
            assertThat(entry.get("reference").asText())
                    .isEqualTo(compensation.get("processorReference").asText());
        });
    }

    /** Everything that the processor's own book holds for the charge, whatever its key. */
    private List<JsonNode> booked(Refund refund) throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        JsonNode page = get(book, "/refunds?limit=500");
        assertThat(page.has("next")).as("the book fits on one page").isFalse();
        page.get("refunds").forEach(entries::add);
        entries.removeIf(entry -> !entry.get("charge").asText().equals(refund.chargeId()));
        return entries;
    }

    private List<String> timeline(Refund refund) throws IOException {
        return lead.get("/api/cases/" + refund.caseNumber()).get("timeline").findValuesAsText("kind");
    }

    private List<String> stateInOurTables(Refund refund) {
        return db.sql("""
                        select state from compensation
                         where case_id = (select id from recovery_case where number = ?)""").param(refund.caseNumber()).query(String.class).list();
    }

    private String key(Refund refund) {
        return db.sql("""
                        select idempotency_key::text from compensation
                         where case_id = (select id from recovery_case where number = ?)""").param(refund.caseNumber()).query(String.class).single();
    }

    private boolean somebodyWaitsForALock() {
        return db.sql("""
                        select exists (select 1 from pg_stat_activity
                         where datname = current_database() and wait_event_type = 'Lock')""").query(Boolean.class).single();
    }

    private static JsonNode get(Visitor visitor, String path) throws IOException {
        HttpResponse<String> answer = visitor.get(path);
        expect(200, answer);
        return JSON.readTree(answer.body());
    }

    private static void expect(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode())
                .as(() -> answer.uri() + ": " + answer.body())
                .isEqualTo(status);
    }

    private static String json(Map<String, ?> content) {
        try {
            return JSON.writeValueAsString(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
