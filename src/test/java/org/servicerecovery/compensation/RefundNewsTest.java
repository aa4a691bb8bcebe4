package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.BodySignature;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.compensation.sandbox.SandboxProcessor;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.StepState;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the processor tells after its answer: by its own notices, over HTTP, as it sends them. */
@RunningApplication
class RefundNewsTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    SandboxPayments.NoticeSecret secret;

    @Autowired
    TaskService tasks;

    @Autowired
    JdbcClient db;

    @LocalServerPort
    int port;

    Loop loop;
    Till till;
    SandboxBank bank;

    @BeforeEach
    void loop() {
        loop = new Loop(application);
        till = new Till(application, loop);
        bank = new SandboxBank(application);
    }

    @Test
    void aPendingRefundIsSettledWhenTheProcessorSaysThatItArrived() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        Payment payment = till.paid(found, "-pending-", "EUR 80.00");

        Compensation pending = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));

        assertThat(pending.state()).isEqualTo(CompensationState.IN_FLIGHT);
        assertThat(pending.processorReference()).startsWith("sandbox-refund-");
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 30.00"));
        assertThat(till.balance(LedgerAccount.REFUNDS_IN_FLIGHT, pending)).isEqualByComparingTo("50");

        bank.settle(pending.processorReference());
        Compensation settled = untilStateIs(CompensationState.SETTLED, pending);

        assertThat(settled.processorReference()).isEqualTo(pending.processorReference());
        assertThat(till.balance(LedgerAccount.REFUNDS_IN_FLIGHT, pending)).isEqualByComparingTo("0");
        assertThat(till.balance(LedgerAccount.REFUNDS_PAID, pending)).isEqualByComparingTo("50");
    }

    @Test
    void aPendingRefundKeepsNobodyFromResolvingTheCaseAndOpensItAgainWhenItFails() throws Exception {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        Payment payment = till.paid(found, "-pending-", "EUR 80.00");
        Compensation pending = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));
        RecoveryCase closed = loop.closeLoop(loop.resolve(found, loop.tag()));
        assertThat(closed.state()).isEqualTo(CaseState.CLOSED);

        bank.fail(pending.processorReference());
        Compensation failed = untilStateIs(CompensationState.DECLINED, pending);

        assertThat(failed.failure()).isEqualTo("The customer's bank sent the money back.");
        assertThat(failed.idempotencyKey()).isNotEqualTo(pending.idempotencyKey());
        assertThat(compensations.notRefunded(payment)).isEqualTo(payment.amount());
        assertThat(loop.again(closed).state()).isEqualTo(CaseState.OPEN);
        assertThat(loop.again(closed).epoch()).isEqualTo(2);
        assertThat(decision(failed).getAssignee()).isEqualTo(found.owner());
    }

    @Test
    void aSettledRefundThatComesBackRestoresTheBalanceAndOpensTheCaseAgainWithATask() throws Exception {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        Payment payment = till.paid(found, "", "EUR 80.00");
        Compensation settled = till.run(till.offer(found, Kind.FULL_REFUND, null));
        assertThat(settled.state()).isEqualTo(CompensationState.SETTLED);
        RecoveryCase closed = loop.closeLoop(loop.resolve(found, loop.tag()));

        bank.fail(settled.processorReference());
        Compensation cameBack = untilStateIs(CompensationState.DECLINED, settled);

        assertThat(compensations.notRefunded(payment)).isEqualTo(payment.amount());
        assertThat(till.balance(LedgerAccount.REFUNDS_PAID, settled)).isEqualByComparingTo("0");
        assertThat(till.balance(LedgerAccount.RECOVERY_COST, settled)).isEqualByComparingTo("0");
        RecoveryCase again = loop.again(closed);
        assertThat(again.state()).isEqualTo(CaseState.OPEN);
        assertThat(application.getBean(Journal.class).of(again.id()))
                .extracting(Journal.Entry::kind)
                .containsSubsequence("case closed", "refund came back", "case reopened");

        // The same news once more, and late: nothing happens twice.
        assertThat(send(settled, "again-" + UUID.randomUUID()).statusCode()).isEqualTo(200);
        workedOff();
        assertThat(loop.again(closed).epoch()).isEqualTo(2);

        till.decide(Role.CASE_OWNER, again, cameBack, "try-again");
        Compensation paid = till.run(compensations.get(cameBack.id()));
        assertThat(paid.state()).isEqualTo(CompensationState.SETTLED);
        assertThat(compensations.notRefunded(payment)).isEqualTo(Money.parse("EUR 0.00"));
    }

    @Test
    void whatComesBackWhileTheCaseIsResolvedIsDecidedOnOnceTheCaseIsOpenAgain() throws Exception {
        RecoveryCase found = loop.readyToResolve(Severity.MINOR);
        till.paid(found, "", "EUR 80.00");
        Compensation settled = till.run(till.offer(found, Kind.FULL_REFUND, null));
        RecoveryCase resolved = loop.resolve(found, loop.tag());
        bank.fail(settled.processorReference());
        Compensation cameBack = untilStateIs(CompensationState.DECLINED, settled);

        assertThatThrownBy(() -> till.decide(Role.CASE_OWNER, resolved, cameBack, "give-up"))
                .hasMessageContaining("Close the loop with the customer first");
        RecoveryCase again = loop.closeLoop(resolved);

        assertThat(again.state()).isEqualTo(CaseState.OPEN);
        assertThat(till.decide(Role.CASE_OWNER, again, cameBack, "give-up").state())
                .isEqualTo(CompensationState.GIVEN_UP);
    }

    @Test
    void aWithdrawnCaseStaysWithdrawnAndSomebodyIsAskedAllTheSame() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "", "EUR 80.00");
        Compensation settled = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));
        loop.does(
                Role.CX_LEAD,
                () -> application
                        .getBean(Cases.class)
                        .closeWithoutCause(found.number(), CaseState.WITHDRAWN, "As the customer wished", null));
        bank.fail(settled.processorReference());

        Compensation cameBack = untilStateIs(CompensationState.DECLINED, settled);

        assertThat(loop.again(found).state()).isEqualTo(CaseState.WITHDRAWN);
        assertThat(decision(cameBack)).isNotNull();
        assertThat(till.decide(Role.CASE_OWNER, found, cameBack, "give-up").state())
                .isEqualTo(CompensationState.GIVEN_UP);
    }

    @Test
    void aPendingRefundCompletesTheStepThatOrderedIt() throws Exception {
        RecoveryCase opened = loop.opened(Severity.MINOR);
        till.paid(opened, "-pending-", "EUR 80.00");
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Plan.class)
                        .finish(opened.number(), List.of(new NewStep("issue-refund", "Give it back", null))));
        loop.does(
                Role.CASE_OWNER,
                () -> application
                        .getBean(Plan.class)
                        .work(
                                opened.number(),
                                1,
                                Map.of("outcome", "completed", "refundKind", "full", "notes", "Nothing worked")));

        Compensation pending = till.run(compensations.of(opened.id()).get(0));
        till.runStep(opened);

        assertThat(pending.isAcceptedByProcessor()).isTrue();
        assertThat(application.getBean(Plan.class).steps(opened.id()).get(0).state())
                .isEqualTo(StepState.COMPLETED);
        bank.settle(pending.processorReference());
        untilStateIs(CompensationState.SETTLED, pending);
    }

    @Test
    void aNoticeBeforeOurOwnCommitWaitsForIt() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "-pending-", "EUR 80.00");
        Compensation ordered = till.offer(found, Kind.PARTIAL_REFUND, "50.00");
        assertThat(ordered.state()).isEqualTo(CompensationState.IN_FLIGHT);
        String id = "early-" + UUID.randomUUID();

        assertThat(send(ordered, id).statusCode()).isEqualTo(200);
        Awaitility.await("it was looked at").atMost(Duration.ofSeconds(20)).until(() -> tries(id) > 0);
        assertThat(compensations.get(ordered.id()).state()).isEqualTo(CompensationState.IN_FLIGHT);

        Compensation pending = till.run(ordered);
        db.sql("update payment_notice set next_try_at = received_at where id = ?")
                .param(id)
                .update();
        Awaitility.await("the process is woken")
                .atMost(Duration.ofSeconds(20))
                .until(() -> application
                                .getBean(ManagementService.class)
                                .createJobQuery()
                                .processInstanceId(pending.processInstanceId())
                                .messages()
                                .count()
                        == 1);
        assertThat(till.run(pending).state())
                .as("the bank has not said anything yet")
                .isEqualTo(CompensationState.IN_FLIGHT);
    }

    @Test
    void theSameNoticeIsKeptOnce() throws Exception {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "-pending-", "EUR 80.00");
        Compensation pending = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));
        String id = "twice-" + UUID.randomUUID();

        assertThat(send(pending, id).body()).contains("true");
        assertThat(send(pending, id).body()).contains("false");
        assertThat(db.sql("select count(*) from payment_notice where id = ?")
                        .param(id)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aForgedAReplayedAndAnUnreadableNoticeAreRefused() throws Exception {
        byte[] body = notice(UUID.randomUUID(), "forged");
        BodySignature ours = signature(secret.value());

        refused(post("sandbox", body, null), "Sandbox-Signature is missing");
        refused(post("sandbox", body, signature("guessed").sign(Instant.now(), body)), "not made with this");
        refused(
                post("sandbox", body, ours.sign(Instant.now(), "{}".getBytes(StandardCharsets.UTF_8))),
                "not made with");
        refused(post("sandbox", body, ours.sign(Instant.now().minusSeconds(301), body)), "more than 5 minutes");
        refused(post("sandbox", body, ours.sign(Instant.now().plusSeconds(400), body)), "more than 5 minutes");
        byte[] garbage = "nonsense".getBytes(StandardCharsets.UTF_8);
        refused(post("sandbox", garbage, ours.sign(Instant.now(), garbage)), "no id");
        byte[] large = new byte[300_000];
        refused(post("sandbox", large, ours.sign(Instant.now(), large)), "larger than");
        assertThat(post("stripe", body, ours.sign(Instant.now(), body)).statusCode())
                .isEqualTo(404);
        assertThat(db.sql("select count(*) from payment_notice where id = 'forged'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void anAnswerThatDoesNotComeIsLookedUpByItsKey() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "-timeout-", "EUR 80.00");

        // The first try of the job is the only one: its answer is dropped.
        assertThat(till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00")).state())
                .isEqualTo(CompensationState.SETTLED);
    }

    @Test
    void aProcessThatWaitsForNewsIsNotEndedFromOutside() {
        RecoveryCase found = loop.planned(Severity.MINOR, 1);
        till.paid(found, "-pending-", "EUR 80.00");
        Compensation pending = till.run(till.offer(found, Kind.PARTIAL_REFUND, "50.00"));

        assertThatThrownBy(() -> application
                        .getBean(org.camunda.bpm.engine.RuntimeService.class)
                        .deleteProcessInstance(pending.processInstanceId(), "tidy"))
                .hasMessageContaining("Wait until it is settled");
    }

    /** The notice is on its way by itself; the jobs run as an executor would run them. */
    private Compensation untilStateIs(CompensationState state, Compensation of) {
        Callable<CompensationState> now = () -> {
            Compensation again = compensations.get(of.id());
            if (again.state() == CompensationState.IN_FLIGHT) {
                till.run(again);
            }
            return compensations.get(of.id()).state();
        };
        Awaitility.await("news of compensation " + of.id())
                .atMost(Duration.ofSeconds(30))
                .until(now, state::equals);
        return compensations.get(of.id());
    }

    private void workedOff() {
        Awaitility.await("no notice is left")
                .atMost(Duration.ofSeconds(30))
                .until(() -> db.sql("select count(*) from payment_notice where next_try_at <= now()")
                                .query(Integer.class)
                                .single()
                        == 0);
    }

    private int tries(String id) {
        return db.sql("select tries from payment_notice where id = ?")
                .param(id)
                .query(Integer.class)
                .single();
    }

    private Task decision(Compensation failed) {
        return tasks.createTaskQuery()
                .processInstanceId(failed.processInstanceId())
                .taskDefinitionKey("UserTask_HandleDeclinedCompensation")
                .singleResult();
    }

    private HttpResponse<String> send(Compensation about, String id) throws Exception {
        byte[] body = notice(about.idempotencyKey(), id);
        return post("sandbox", body, signature(secret.value()).sign(Instant.now(), body));
    }

    private static BodySignature signature(String secret) {
        return new BodySignature(SandboxProcessor.SIGNATURE_HEADER, secret);
    }

    private static byte[] notice(UUID key, String id) {
        return """
                {"id": "%s", "type": "refund.failed",
                 "refund": {"reference": "sandbox-refund-1", "key": "%s", "charge": "ch-1"}}""".formatted(id, key).getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<String> post(String processor, byte[] body, @Nullable String signature) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/webhooks/payments/" + processor))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (signature != null) {
            request.header(SandboxProcessor.SIGNATURE_HEADER, signature);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void refused(HttpResponse<String> answer, String why) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(why);
    }
}
