package org.servicerecovery.job.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Backoff;
import org.servicerecovery.JobSystem;
import org.servicerecovery.JobSystem.Mood;
import org.servicerecovery.JobSystem.Told;
import org.servicerecovery.Loop;
import org.servicerecovery.Refused;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.WebhookSignature;
import org.servicerecovery.access.Role;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Queue;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@RunningApplication
class OutboxTest {

    private static final JsonMapper JSON = new JsonMapper();

    @LocalServerPort
    int port;

    @Autowired
    ApplicationContext application;

    @Autowired
    Jobs jobs;

    @Autowired
    Outbox outbox;

    @Autowired
    UndeliveredOrders undelivered;

    @Autowired
    Deliveries deliveries;

    @Autowired
    JobReceiver receiver;

    @Autowired
    TaskService tasks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    IdentityService identities;

    @Autowired
    JdbcClient db;

    @Autowired
    PlatformTransactionManager transactions;

    final JobSystem system = JobSystem.shared();
    Queue queue;

    @BeforeEach
    void everybodyIsWell() {
        queue = new Queue(application);
        system.is(Mood.WELL);
        system.knows(JobSystem.SECRET);
        // What other tests left.
        outbox.resendAll();
        deliveries.deliver();
    }

    @AfterEach
    void time() {
        ClockUtil.reset();
        everybodyIsWell();
    }

    @Test
    void everyChangeIsToldInItsOrderAndIsWholeEachTime() {
        Job job = released();
        Instant later = Queue.tomorrow().plus(Duration.ofDays(2));
        jobs.reschedule(job.id(), later, later.plus(Duration.ofHours(1)));
        jobs.reported(job.id(), JobState.NO_ACCESS, "Nobody opened");

        assertThat(system.accepted(number(job))).isEmpty();
        deliveries.deliver();

        List<Told> told = system.accepted(number(job));
        assertThat(told).extracting(Told::type).containsExactly("job.released", "job.rescheduled", "job.closed");
        assertThat(told).extracting(Told::id).doesNotHaveDuplicates();
        assertThat(told).extracting(one -> one.json().path("revision").asInt()).containsExactly(1, 2, 3);
        assertThat(told).allMatch(Told::believed);
        assertThat(told.get(0).body())
                .isEqualTo("{\"type\":\"job.released\",\"timestamp\":\""
                        + job.releasedAt().truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                        + "\",\"revision\":1,\"data\":{\"number\":\"" + job.number() + "\",\"state\":\"open\","
                        + "\"site\":\"3 Mill Lane, second floor\",\"contactName\":\"Mr Ashworth\","
                        + "\"contactPhone\":\"+44 113 496 0001\",\"skill\":\"plumbing\",\"area\":\"south\","
                        + "\"team\":\"plumbing-south\",\"task\":\"Replace the mixer valve.\\nTest for leaks.\","
                        + "\"windowFrom\":\"" + job.order().windowFrom() + "\",\"windowTo\":\""
                        + job.order().windowTo() + "\",\"parts\":\"Mixer valve 15 mm\",\"durationMinutes\":90,"
                        + "\"priceReference\":\"PL-204\"}}");
        assertThat(told.get(1).json().at("/data/windowFrom").asText()).isEqualTo(later.toString());
        assertThat(told.get(2).json().at("/data/state").asText()).isEqualTo("no-access");
    }

    @Test
    void whatWasReleasedBeforeJobsWentToThisReceiverIsToldAsReleasedUnlessSomebodyHereHasIt() {
        Job free = forgotten();
        Job moved = forgotten();
        Job cancelled = forgotten();
        Job taken = forgotten();
        db.sql("update job set assignee = 'somebody' where id = ?")
                .param(taken.id())
                .update();
        Instant later = Queue.tomorrow().plus(Duration.ofDays(2));
        jobs.reschedule(moved.id(), later, later.plus(Duration.ofHours(1)));
        jobs.cancel(cancelled.id());
        jobs.reschedule(taken.id(), later, later.plus(Duration.ofHours(1)));

        outbox.introduce();
        outbox.introduce();
        deliveries.deliver();

        for (Job job : List.of(free, moved)) {
            assertThat(system.accepted(number(job)).stream().skip(1))
                    .singleElement()
                    .satisfies(told -> {
                        assertThat(told.type()).isEqualTo("job.released");
                        assertThat(told.json().path("revision").asInt()).isEqualTo(1);
                        assertThat(told.json().at("/data/windowFrom").asText())
                                .isEqualTo(
                                        jobs.get(job.id()).order().windowFrom().toString());
                    });
        }
        assertThat(system.accepted(number(cancelled))).hasSize(1);
        assertThat(system.accepted(number(taken))).hasSize(1);
        jobs.cancel(taken.id());
    }

    /** As if it had been released when jobs were not told to anybody. */
    private Job forgotten() {
        Job job = released();
        deliveries.deliver();
        db.sql("delete from job_outbox where job_id = ?").param(job.id()).update();
        return job;
    }

    @Test
    void whatIsUndoneIsNotToldAndWhatIsNotReleasedIsNobodysBusiness() {
        Job job = released();
        UUID unseen = jobs.place(Queue.order("south"));
        jobs.cancel(unseen);
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            jobs.cancel(job.id());
            status.setRollbackOnly();
        });
        deliveries.deliver();

        assertThat(system.accepted(number(job))).extracting(Told::type).containsExactly("job.released");
        assertThat(messages(unseen)).isEmpty();
    }

    @Test
    void aRepeatHasTheSameIdAndTheSameBytesAndLaterOnesWait() {
        Job job = released();
        Job other = released();
        system.is(Mood.BROKEN);
        deliveries.deliver();
        jobs.cancel(job.id());
        deliveries.deliver();
        assertThat(system.accepted(number(job))).isEmpty();
        assertThat(messages(job.id())).extracting(row -> row.get("tries")).containsExactly(1, 0);
        assertThat(messages(job.id()).get(0).get("failure")).isEqualTo("Answered with 500.");

        system.is(Mood.WELL);
        Loop.itIs(ClockUtil.getCurrentTime().toInstant().plus(Duration.ofSeconds(6)));
        deliveries.deliver();

        assertThat(system.accepted(number(job)))
                .extracting(Told::type)
                .containsExactly("job.released", "job.cancelled");
        assertThat(system.accepted(number(job)).get(0).id())
                .isEqualTo(messages(job.id()).get(0).get("message_id").toString());
        assertThat(system.accepted(number(other))).hasSize(1);
    }

    @Test
    void whoDiesWithAMessageHasItNoLongerThanADeliveryTakes() {
        Job job = released();
        OutboundMessage taken = claim(job);
        deliveries.deliver();
        assertThat(system.accepted(number(job))).isEmpty();

        // The clock of a node does not count.
        Loop.itIs(ClockUtil.getCurrentTime().toInstant().plus(Duration.ofDays(1)));
        deliveries.deliver();
        assertThat(system.accepted(number(job))).isEmpty();

        endLease(taken);
        deliveries.deliver();
        // The first one was only slow.
        outbox.record(taken, new JobReceiver.Answer.NotTaken("No answer."));

        assertThat(system.accepted(number(job)))
                .extracting(Told::id)
                .containsExactly(taken.messageId().toString());
        assertThat(messages(job.id()).get(0).get("delivered_at")).isNotNull();
        assertThat(messages(job.id()).get(0).get("next_try_at")).isNull();
    }

    @Test
    void whoWasPausedAfterAClaimSendsNothingThatOthersHaveToldMeanwhile() {
        Job job = released();
        jobs.cancel(job.id());
        OutboundMessage paused = claim(job);
        endLease(paused);
        deliveries.deliver();
        assertThat(system.accepted(number(job)))
                .extracting(Told::type)
                .containsExactly("job.released", "job.cancelled");

        deliveries.deliver(paused);

        assertThat(system.accepted(number(job))).hasSize(2);
        Job other = released();
        OutboundMessage slow = claim(other);
        endLease(slow);
        OutboundMessage again = claim(other);
        outbox.record(slow, new JobReceiver.Answer.Refused("Answered with 410.", null));
        assertThat(messages(other.id()).get(0).get("dead_at"))
                .as("who has it no more does not give it up")
                .isNull();
        deliveries.deliver(slow);
        assertThat(system.accepted(number(other))).isEmpty();
        deliveries.deliver(again);
        assertThat(system.accepted(number(other))).hasSize(1);
    }

    @Test
    void aDeadMessageIsSeenByLeadsKeepsItsOwnJobAloneAndIsSentAgain() throws Exception {
        Job job = dead();
        Job other = released();
        jobs.cancel(job.id());
        system.is(Mood.WELL);
        Loop.itIs(ClockUtil.getCurrentTime().toInstant().plus(Duration.ofDays(2)));
        deliveries.deliver();
        assertThat(system.accepted(number(job))).isEmpty();
        assertThat(system.accepted(number(other))).hasSize(1);

        Visitor lead = visitor(Role.CX_LEAD);
        JsonNode row = only(lead, job);
        assertThat(row.path("type").asText()).isEqualTo("job.released");
        assertThat(row.path("tries").asInt()).isEqualTo(20);
        assertThat(row.path("failure").asText()).isEqualTo("Answered with 500.");
        assertThat(row.path("waiting").asInt()).isEqualTo(1);
        Task task = task();
        assertThat(task.getName()).isEqualTo("See to undelivered order");
        assertThat(runtime.getVariable(task.getProcessInstanceId(), "undeliveredOrder"))
                .isEqualTo(job.number() + ": Answered with 500.");
        String again = "/api/jobs/outbound/dead/" + row.path("messageId").asText() + "/resend";
        assertThat(visitor(Role.CASE_OWNER).post(again, "").statusCode()).isEqualTo(403);
        assertThat(visitor(Role.OPERATIVE).get("/api/jobs/outbound/dead").statusCode())
                .isEqualTo(403);

        assertThat(lead.post(again, "").statusCode()).isEqualTo(202);
        assertThat(lead.post(again, "").statusCode()).isEqualTo(404);
        deliveries.deliver();

        assertThat(system.accepted(number(job)))
                .extracting(Told::type)
                .containsExactly("job.released", "job.cancelled");
        assertThat(system.accepted(number(job)).get(0).id())
                .isEqualTo(row.path("messageId").asText());
        assertThat(tasks.createTaskQuery().taskId(task.getId()).count())
                .as("nobody has to see to it any more")
                .isZero();
    }

    @Test
    void ofAnOutageOneTaskAsksAndWhoDoesItSendsAllAgainOrSaysWhoWasTold() {
        Job again = released();
        Job third = released();
        Job told = dead();
        jobs.cancel(told.id());
        system.is(Mood.WELL);
        Task task = task();
        undelivered.tell();
        assertThat(String.valueOf(runtime.getVariable(task.getProcessInstanceId(), "undeliveredOrder")))
                .contains(number(again), number(third), number(told))
                .endsWith(": Answered with 500.");
        for (var wrong : Map.of(
                        "notes: ", Map.<String, Object>of("decision", "told", "jobs", number(told)),
                        "jobs: is missing", Map.<String, Object>of("decision", "told", "notes", "Called"),
                        "jobs: names WO-0",
                                Map.<String, Object>of("decision", "told", "jobs", "wo-0", "notes", "Called"))
                .entrySet()) {
            assertThatThrownBy(() -> tasks.complete(task.getId(), wrong.getValue()))
                    .rootCause()
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining(wrong.getKey());
        }

        tasks.complete(task.getId(), Map.of("decision", "told", "jobs", number(told), "notes", "Called their office"));
        Task others = task();
        assertThat(others.getId()).isNotEqualTo(task.getId());
        assertThat(String.valueOf(runtime.getVariable(others.getProcessInstanceId(), "undeliveredOrder")))
                .contains(number(again), number(third))
                .doesNotContain(number(told));
        tasks.complete(others.getId(), Map.of("decision", "send-again"));
        assertThat(openTasks()).isEmpty();
        deliveries.deliver();
        assertThat(system.accepted(number(third))).extracting(Told::type).containsExactly("job.released");

        assertThat(system.accepted(number(again))).extracting(Told::type).containsExactly("job.released");
        assertThat(system.accepted(number(told))).extracting(Told::type).containsExactly("job.cancelled");
        assertThat(messages(told.id()).get(0).get("told_another_way")).isEqualTo("Called their office");
        assertThat(outbox.dead(500))
                .noneMatch(dead -> Set.of(again.id(), told.id()).contains(dead.job()));
    }

    @Test
    void whoEndsTheTaskWithoutAnAnswerIsAskedWhenTheNextOneIsGivenUp() {
        Job first = dead();
        runtime.deleteProcessInstance(task().getProcessInstanceId(), "by an administrator");
        assertThat(openTasks()).isEmpty();
        Job next = dead();
        assertThat(task()).isNotNull();
        undelivered.tell();
        assertThat(String.valueOf(runtime.getVariable(task().getProcessInstanceId(), "undeliveredOrder")))
                .contains(number(first), number(next));
        system.is(Mood.WELL);
        assertThat(outbox.resendAll()).isEqualTo(2);
        assertThat(openTasks()).as("if they die again somebody is asked again").isEmpty();
    }

    @Test
    void whatIsGoneIsNotTriedAgainByItself() {
        Job job = released();
        system.is(Mood.GONE);
        deliveries.deliver();
        assertThat(outbox.dead(500))
                .filteredOn(dead -> dead.job().equals(job.id()))
                .singleElement()
                .satisfies(dead -> {
                    assertThat(dead.tries()).isEqualTo(1);
                    assertThat(dead.failure()).isEqualTo("Answered with 410.");
                });
        system.is(Mood.WELL);
        assertThat(outbox.resendAll()).isPositive();
        deliveries.deliver();
        assertThat(system.accepted(number(job))).hasSize(1);
    }

    @Test
    void aSecretIsReplacedWithoutAMessageBeingRefused() {
        String next = "whsec_dGhlLW5leHQtc2VjcmV0LW9mLTMyLWJ5dGVzLWxvbmc=";
        Job job = released();
        OutboundMessage message = claim(job);
        JobReceiver rotating = webhook(next, JobSystem.SECRET);
        JobReceiver replaced = webhook(next, "");
        for (String known : List.of(JobSystem.SECRET, next)) {
            system.knows(known);
            assertThat(rotating.deliver(message)).isEqualTo(new JobReceiver.Answer.Taken());
        }
        assertThat(replaced.deliver(message)).isEqualTo(new JobReceiver.Answer.Taken());
        system.knows(JobSystem.SECRET);
        assertThat(replaced.deliver(message)).isEqualTo(new JobReceiver.Answer.NotTaken("Answered with 401."));
        assertThat(system.accepted(number(job)).get(0).header("webhook-signature"))
                .matches("v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=");
        outbox.record(message, new JobReceiver.Answer.Taken());
    }

    @Test
    void everyJobIsToldInBytesOfOneForm() {
        Job placed = released();
        Visitor erp = visitor(Role.DISPATCHER);
        HttpResponse<String> answer =
                erp.post("/api/jobs", json(Queue.json(UUID.randomUUID().toString())));
        assertThat(answer.statusCode()).isEqualTo(201);
        queue.release();
        deliveries.deliver();

        Told one = system.accepted(number(placed)).get(0);
        String id = answer.headers().firstValue("Location").orElseThrow().substring("/api/jobs/".length());
        Told two = system.accepted(number(jobs.get(UUID.fromString(id)))).get(0);
        assertThat(form(two.head())).isEqualTo(form(one.head()));
        assertThat(fields(two)).isEqualTo(fields(one)).noneMatch(field -> field.endsWith("=NULL"));
        assertThat(one.head().lines().map(line -> line.split("[: ]")[0]).toList())
                .containsExactlyInAnyOrder(
                        "POST",
                        "Content-Length",
                        "Host",
                        "Content-Type",
                        "User-Agent",
                        "webhook-id",
                        "webhook-signature",
                        "webhook-timestamp",
                        "");
    }

    @Test
    void whereContactsGoNobodyReadsAlong() {
        assertThatThrownBy(() -> OutboundProperties.safe("jobs.url", "http://jobs.example.org/in"))
                .hasMessageContaining("has to begin with https://");
        assertThatThrownBy(() -> OutboundProperties.safe("jobs.url", "")).isInstanceOf(IllegalStateException.class);
        for (String secret : List.of(
                "http://jobs:hunter2@jobs.example.org:8080/in/hunter2?token=hunter2#hunter2",
                "ftp://hunter2@jobs.example.org:8080/hunter2",
                "https://jobs.example.org:8080/a b?hunter2",
                "mailto:hunter2")) {
            assertThatThrownBy(() -> OutboundProperties.safe("jobs.url", secret))
                    .hasMessageStartingWith("jobs.url ")
                    .hasNoCause()
                    .hasMessageNotContaining("hunter2");
            assertThat(new OutboundProperties.Webhook(secret, "", "", Duration.ZERO, Duration.ZERO).toString())
                    .doesNotContain("hunter2");
        }
        assertThatThrownBy(() -> OutboundProperties.safe("jobs.url", "http://jobs:x@jobs.example.org:8080/in"))
                .hasMessageEndingWith("It is: http://jobs.example.org:8080");
        assertThat(OutboundProperties.safe("jobs.url", "https://10.0.0.7/in")).hasHost("10.0.0.7");
        assertThatThrownBy(() -> WebhookSignature.of("jobs.secret", "whsec_c2hvcnQ=", ""))
                .hasMessageContaining("jobs.secret has to be whsec_")
                .hasMessageNotContaining("c2hvcnQ");
    }

    @Test
    void waitsGrowToALongestOneAndAreDrawn() {
        Backoff backoff = new Backoff(Duration.ofSeconds(5), Duration.ofHours(1), 20);
        for (int tried = 1; tried < 60; tried++) {
            double full = Math.min(3600, 5 * Math.pow(2, tried - 1));
            assertThat(backoff.pause(tried).toMillis() / 1000.0).isBetween(full / 2 - 0.001, full);
        }
        assertThat(backoff.isOver(19)).isFalse();
        assertThat(backoff.isOver(20)).isTrue();
        assertThat(java.util.stream.Stream.generate(() -> backoff.pause(10))
                        .limit(20)
                        .distinct())
                .hasSizeGreaterThan(10);
    }

    /** Its time is over by the database's clock. */
    private void endLease(OutboundMessage message) {
        db.sql("update job_outbox set leased_until = clock_timestamp() - interval '1 second' where id = ?")
                .param(message.id())
                .update();
    }

    private JobReceiver webhook(String secret, String previous) {
        return new WebhookReceiver(
                URI.create(system.url()),
                WebhookSignature.of("jobs.secret", secret, previous),
                new BoundedHttp(Duration.ofSeconds(2), Duration.ofSeconds(5)),
                application.getBean(java.time.Clock.class));
    }

    private Job released() {
        return jobs.byNumber(queue.released("south")).orElseThrow();
    }

    /** The next message about the job; what is due of others is delivered. */
    private OutboundMessage claim(Job job) {
        OutboundMessage next = outbox.claim().orElseThrow();
        while (!next.job().equals(job.id())) {
            outbox.record(next, receiver.deliver(next));
            next = outbox.claim().orElseThrow();
        }
        return next;
    }

    /** One that the receiver was told of as often as it is tried, and did not take. */
    private Job dead() {
        Job job = released();
        system.is(Mood.BROKEN);
        for (int i = 0; i < 20; i++) {
            deliveries.deliver();
            Loop.itIs(ClockUtil.getCurrentTime().toInstant().plus(Duration.ofMinutes(61)));
        }
        assertThat(outbox.dead(500)).anyMatch(dead -> dead.job().equals(job.id()));
        return job;
    }

    /** The one that there is. */
    private Task task() {
        assertThat(openTasks()).hasSize(1);
        return openTasks().get(0);
    }

    private List<Task> openTasks() {
        return tasks.createTaskQuery()
                .taskDefinitionKey("UserTask_SeeToUndeliveredOrder")
                .list();
    }

    private JsonNode only(Visitor lead, Job job) throws Exception {
        for (JsonNode row :
                JSON.readTree(lead.get("/api/jobs/outbound/dead?limit=500").body())) {
            if (row.path("job").asText().equals(job.id().toString())) {
                return row;
            }
        }
        throw new AssertionError(job.number() + " is not listed");
    }

    private Visitor visitor(Role role) {
        return Visitor.withBasic(port, TestPeople.person(identities, role), TestPeople.PASSWORD);
    }

    private List<Map<String, Object>> messages(UUID job) {
        return db.sql("select * from job_outbox where job_id = ? order by id")
                .param(job)
                .query()
                .listOfRows();
    }

    private static String number(Job job) {
        return String.valueOf(job.number());
    }

    /** Digits and what is drawn do not count. */
    private static String form(String head) {
        return head.replaceAll("webhook-id: [0-9a-f-]{36}", "webhook-id: ")
                .replaceAll("v1,[A-Za-z0-9+/=]{44}", "v1,")
                .replaceAll("[0-9]+", "0");
    }

    private static Set<String> fields(Told told) {
        return told.json().path("data").properties().stream()
                .map(field -> field.getKey() + "=" + field.getValue().getNodeType())
                .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
    }

    private static String json(Map<String, ?> content) {
        try {
            return JSON.writeValueAsString(content);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
