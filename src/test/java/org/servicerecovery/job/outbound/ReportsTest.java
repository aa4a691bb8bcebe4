package org.servicerecovery.job.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.servicerecovery.JobSystem;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.Visitor;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Queue;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

@RunningApplication
class ReportsTest {

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Jobs jobs;

    @Autowired
    Reports reports;

    @Autowired
    JdbcClient db;

    @Autowired
    RuntimeService runtime;

    Job job;
    Instant now;

    @BeforeEach
    void released() {
        job = jobs.byNumber(new Queue(application).released("south")).orElseThrow();
        now = Instant.now();
    }

    @ParameterizedTest
    @CsvSource({"job.done,DONE", "job.partly,PARTLY", "job.no_access,NO_ACCESS", "job.cancelled,CANCELLED"})
    void everyEndComesBackAndCountsOnce(String type, JobState state) throws Exception {
        String id = UUID.randomUUID().toString();
        String body = message(type, now, ",\"notes\":\"Nobody opened the door\"");
        assertThat(tell(id, body)).isEqualTo("200 {\"effect\":\"applied\"}");
        assertThat(tell(id, body)).isEqualTo("200 {\"effect\":\"repeated\"}");
        assertThat(tell(UUID.randomUUID().toString(), body)).isEqualTo("200 {\"effect\":\"nothing-new\"}");
        assertThat(tell(id, body.replace("door", "gate"))).startsWith("409 ");

        assertThat(again().state()).isEqualTo(state);
        if (state != JobState.CANCELLED) {
            assertThat(again().notes()).isEqualTo("Nobody opened the door");
        }
    }

    @Test
    void newsThatIsOvertakenChangesNothing() throws Exception {
        Instant friday = Queue.tomorrow().plus(Duration.ofDays(5));
        assertThat(tell(window(now, friday))).contains("applied");
        assertThat(tell(window(now.minusSeconds(60), friday.minus(Duration.ofDays(1)))))
                .contains("nothing-new");
        assertThat(again().order().windowFrom()).isEqualTo(friday);
        assertThat(tell(message("job.done", now.plusSeconds(2), ""))).contains("applied");
        assertThat(tell(window(now.plusSeconds(1), friday.plus(Duration.ofDays(1)))))
                .contains("nothing-new");
        assertThat(again().order().windowFrom()).isEqualTo(friday);
        assertThat(tell(message("job.cancelled", now.plusSeconds(3), ""))).startsWith("409 ");
        assertThat(again().state()).isEqualTo(JobState.DONE);
    }

    @ParameterizedTest
    @CsvSource({"job.cancelled", "job.no_access", "job.partly"})
    void aVisitThatFailedBeforeTheJobWasMovedEndsNothing(String type) throws Exception {
        Instant friday = Queue.tomorrow().plus(Duration.ofDays(5));
        assertThat(tell(window(now, friday))).contains("applied");
        String notes = ",\"notes\":\"Nobody opened the door\"";
        assertThat(tell(message(type, now.minusSeconds(60), notes))).contains("nothing-new");
        assertThat(again().state()).isEqualTo(JobState.OPEN);
        assertThat(tell(message(type, now.plusSeconds(60), notes))).contains("applied");
    }

    @Test
    void whatTheOwnerSaidLaterStandsButForWorkThatIsDone() throws Exception {
        Instant friday = Queue.tomorrow().plus(Duration.ofDays(5));
        jobs.reschedule(job.id(), friday, friday.plus(Duration.ofHours(1)));
        Instant before = now.minusSeconds(60);

        assertThat(tell(window(before, friday.minus(Duration.ofDays(1))))).contains("nothing-new");
        assertThat(tell(message("job.no_access", before, ",\"notes\":\"Nobody there\"")))
                .contains("nothing-new");
        assertThat(again().order().windowFrom()).isEqualTo(friday);
        assertThat(again().state()).isEqualTo(JobState.OPEN);

        assertThat(tell(message("job.done", before, ""))).contains("applied");
        assertThat(again().state()).isEqualTo(JobState.DONE);
    }

    @Test
    void aWindowThatIsToldBackMovesNothingAndIsToldNobody() throws Exception {
        Instant from = again().order().windowFrom();
        int told = messages();
        assertThat(tell(window(now.plusSeconds(1), from))).contains("nothing-new");
        jobs.reschedule(job.id(), from, from.plus(Duration.ofHours(2)));
        assertThat(messages()).isEqualTo(told);
    }

    @Test
    void whatIsInTheWayForAWhileIsNoConflictAndTheReportIsTakenAfterwards() throws Exception {
        String id = UUID.randomUUID().toString();
        String body = message("job.done", now, "");
        runtime.suspendProcessInstanceById(job.instanceId());
        assertThat(tell(id, body)).startsWith("503 ").contains("Retry-After 300", "under the same id");
        runtime.activateProcessInstanceById(job.instanceId());
        assertThat(tell(id, body)).contains("applied");
    }

    @Test
    void ofTwoThatComeAtOnceOneCounts() {
        String id = UUID.randomUUID().toString();
        List<CompletableFuture<String>> both = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> tell(id, message("job.done", now, ""))))
                .limit(2)
                .toList();
        assertThat(both.stream().map(CompletableFuture::join))
                .containsExactlyInAnyOrder("200 {\"effect\":\"applied\"}", "200 {\"effect\":\"repeated\"}");
    }

    @Test
    void whatIsNotSignedByThemNowIsRefusedByTheNameOfItsHeader() throws Exception {
        String body = message("job.done", now, "");
        String id = UUID.randomUUID().toString();
        assertThat(send(id, String.valueOf(now.getEpochSecond()), null, body))
                .startsWith("400 ")
                .contains("webhook-signature");
        assertThat(send(id, String.valueOf(now.getEpochSecond()), sign(JobSystem.SECRET, id, now, body), body))
                .startsWith("400 ")
                .contains("webhook-signature");
        Instant old = now.minus(Duration.ofMinutes(6));
        assertThat(send(id, String.valueOf(old.getEpochSecond()), sign(JobSystem.REPORTS_SECRET, id, old, body), body))
                .startsWith("400 ")
                .contains("webhook-timestamp");
        assertThat(send(null, String.valueOf(now.getEpochSecond()), "v1,x", body))
                .startsWith("400 ")
                .contains("webhook-id");
        String signed = sign(JobSystem.REPORTS_SECRET, id, now, body);
        assertThat(send(id, String.valueOf(now.getEpochSecond()), signed, body.replace("done", "cancelled")))
                .startsWith("400 ");
        // As while their secret is replaced.
        assertThat(send(id, String.valueOf(now.getEpochSecond()), "v1,AAAA v1a,BBBB " + signed, body))
                .contains("applied");
    }

    @Test
    void whatIsWrongIsToldByField() {
        assertThat(tell("no json")).startsWith("400 ").contains("\"body\"");
        assertThat(tell("{\"type\":\"job.lost\",\"data\":{}}"))
                .startsWith("400 ")
                .contains("\"type\"", "\"timestamp\"", "\"data.number\"");
        assertThat(tell(message("job.rescheduled", now, ",\"windowFrom\":\"soon\"")))
                .startsWith("400 ")
                .contains("data.windowFrom", "data.windowTo");
        assertThat(tell(message("job.partly", now, ""))).startsWith("400 ").contains("notes");
        assertThat(tell(message("job.done", now.plus(Duration.ofHours(1)), "")))
                .startsWith("400 ")
                .contains("timestamp");
        for (String year : List.of("-999999999", "-200000", "0001", "2020")) {
            String longAgo = message("job.done", now, "").replace(now.toString(), year + "-01-01T00:00:00Z");
            assertThat(tell(longAgo)).as(year).startsWith("400 ").contains("timestamp", "long before");
        }
        assertThat(tell(message("job.done", now, "").replace(String.valueOf(job.number()), "WO-0")))
                .startsWith("404 ");
        Instant past = Queue.tomorrow().minus(Duration.ofDays(3));
        assertThat(tell(window(now, past))).startsWith("400 ").contains("windowTo");
        assertThat(tell("x".repeat(70_000))).startsWith("400 ").contains("larger");
        // What was refused may be sent again under its id, mended.
        assertThat(again().state()).isEqualTo(JobState.OPEN);
    }

    @Test
    void whatWasReportedIsForgottenWithAJobThatEndedLongAgo() throws Exception {
        Instant friday = Queue.tomorrow().plus(Duration.ofDays(5));
        Job open = jobs.byNumber(new Queue(application).released("south")).orElseThrow();
        tell(window(now, friday));
        tell(message("job.done", now.plusSeconds(1), ""));
        tell(window(now, friday).replace(String.valueOf(job.number()), String.valueOf(open.number())));
        assertThat(reports(job)).isEqualTo(2);
        try {
            Loop.itIs(now.plus(Duration.ofDays(29)));
            reports.forget();
            assertThat(reports(job)).isEqualTo(2);
            Loop.itIs(now.plus(Duration.ofDays(31)));
            reports.forget();
        } finally {
            ClockUtil.reset();
        }
        assertThat(reports(job)).isZero();
        assertThat(reports(open))
                .as("a job that is open keeps what was told of it")
                .isEqualTo(1);
    }

    private int reports(Job of) {
        return db.sql("select count(*) from job_report where job_id = ?")
                .param(of.id())
                .query(Integer.class)
                .single();
    }

    private int messages() {
        return db.sql("select count(*) from job_outbox where job_id = ?")
                .param(job.id())
                .query(Integer.class)
                .single();
    }

    private Job again() {
        return jobs.get(job.id());
    }

    private String window(Instant at, Instant from) {
        return message(
                "job.rescheduled",
                at,
                ",\"windowFrom\":\"" + from + "\",\"windowTo\":\"" + from.plus(Duration.ofHours(2)) + "\"");
    }

    private String message(String type, Instant at, String more) {
        return "{\"type\":\"" + type + "\",\"timestamp\":\"" + at + "\",\"data\":{\"number\":\"" + job.number() + "\""
                + more + "}}";
    }

    private String tell(String body) {
        return tell(UUID.randomUUID().toString(), body);
    }

    private String tell(String id, String body) {
        Instant at = Instant.now();
        return send(id, String.valueOf(at.getEpochSecond()), sign(JobSystem.REPORTS_SECRET, id, at, body), body);
    }

    private String send(String id, String timestamp, String signature, String body) {
        Visitor stranger = Visitor.browser(port);
        HttpRequest.Builder request = stranger.request("/webhooks/jobs")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (id != null) {
            request.header("webhook-id", id);
        }
        request.header("webhook-timestamp", timestamp);
        if (signature != null) {
            request.header("webhook-signature", signature);
        }
        HttpResponse<String> answer = stranger.send(request);
        return answer.statusCode() + " " + answer.body()
                + answer.headers()
                        .firstValue("Retry-After")
                        .map(after -> " Retry-After " + after)
                        .orElse("");
    }

    private static String sign(String secret, String id, Instant at, String body) {
        try {
            return new Webhook(secret).sign(id, at.getEpochSecond(), body);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
