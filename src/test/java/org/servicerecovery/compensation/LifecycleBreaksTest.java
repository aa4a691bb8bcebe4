package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.runtime.ProcessInstanceQuery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.servicerecovery.Breaker;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/**
 * The whole lifecycle of money, with one break at each of its points: every statement and commit, and every call to the
 * payment processor, before it had its effect and after it. Whoever was interrupted looks what is there and goes on. The
 * points are counted, not chosen; the test run takes some of them, {@code mvn test -Dtest=LifecycleBreaksTest
 * -Dbreaks=all} takes all.
 */
@RunningApplication
class LifecycleBreaksTest {

    private static final int SAMPLE = 12;
    private static final int TRIES = 5;

    @Autowired
    ApplicationContext application;

    @Autowired
    Compensations compensations;

    @Autowired
    Offers offers;

    @Autowired
    Credits credits;

    @Autowired
    RefundNews news;

    @TestFactory
    Stream<DynamicTest> moneyMovesOnceWhereverItIsInterrupted() throws Exception {
        // The first time more is looked up that is remembered afterwards.
        new Lifecycle().run(0, Breaker.Side.BEFORE);
        int points = new Lifecycle().run(0, Breaker.Side.BEFORE);
        assertThat(points).as("points at which it can break").isGreaterThan(300);
        System.out.println(points + " points of the lifecycle of money can break, each before and after its effect.");
        IntStream chosen = System.getProperty("breaks", "").equals("all")
                ? IntStream.rangeClosed(1, points)
                : new Random().ints(SAMPLE, 1, points + 1);
        return chosen.boxed()
                .flatMap(point -> Stream.of(Breaker.Side.values())
                        .map(side -> DynamicTest.dynamicTest(
                                "broken " + side + " point " + point, () -> breakAt(point, side))));
    }

    /** One run may do with fewer statements than another, when a notice is worked off by the scheduler. */
    private void breakAt(int point, Breaker.Side side) throws Exception {
        int passed = 0;
        for (int i = 0; i < TRIES && passed < point; i++) {
            passed = new Lifecycle().run(point, side);
        }
        assertThat(passed).as("points that were passed until it broke").isGreaterThanOrEqualTo(point);
    }

    /** A refund that is offered, accepted, approved, pending, paid, comes back and is paid again; then a credit. */
    private final class Lifecycle {

        private final Loop loop = new Loop(application);
        private final Till till = new Till(application, loop);
        private final SandboxBank bank = new SandboxBank(application);
        private final List<Throwable> interruptions = new ArrayList<>();

        int run(int breakAt, Breaker.Side side) throws Exception {
            RecoveryCase on = loop.planned(Severity.MINOR, 1);
            Payment payment = till.paid(on, "-pending-", "EUR 400.00");
            Breaker.arm(breakAt, side);
            int points;
            try {
                refund(on);
                credit(on);
            } finally {
                points = Breaker.disarm();
            }
            runWhatIsLeft(on);
            requireAllIsRight(on, payment);
            return points;
        }

        private void refund(RecoveryCase on) throws Exception {
            until(() -> of(on, Kind.PARTIAL_REFUND).isPresent(), () -> offer(on, Kind.PARTIAL_REFUND, "150.00"));
            accept(on, Kind.PARTIAL_REFUND);
            until(
                    () -> state(on, Kind.PARTIAL_REFUND) != CompensationState.OFFERED,
                    () -> till.decide(Role.MANAGER, on, get(on, Kind.PARTIAL_REFUND), "approve"));
            until(
                    () -> get(on, Kind.PARTIAL_REFUND).isAcceptedByProcessor(),
                    () -> till.run(get(on, Kind.PARTIAL_REFUND)));
            newsOf(on, "settle", CompensationState.SETTLED);
            newsOf(on, "fail", CompensationState.DECLINED);
            until(
                    () -> state(on, Kind.PARTIAL_REFUND) == CompensationState.IN_FLIGHT,
                    () -> till.decide(Role.CASE_OWNER, on, get(on, Kind.PARTIAL_REFUND), "try-again"));
            until(
                    () -> get(on, Kind.PARTIAL_REFUND).isAcceptedByProcessor(),
                    () -> till.run(get(on, Kind.PARTIAL_REFUND)));
            newsOf(on, "settle", CompensationState.SETTLED);
        }

        private void credit(RecoveryCase on) throws Exception {
            until(() -> of(on, Kind.CREDIT).isPresent(), () -> offer(on, Kind.CREDIT, "20.00"));
            accept(on, Kind.CREDIT);
            until(() -> state(on, Kind.CREDIT) == CompensationState.SETTLED, () -> till.run(get(on, Kind.CREDIT)));
        }

        private void accept(RecoveryCase on, Kind kind) throws Exception {
            until(
                    () -> get(on, kind).acceptedAt() != null,
                    () -> loop.as(
                            Role.CASE_OWNER,
                            () -> compensations.answer(
                                    on.number(), get(on, kind).id(), Map.of("decision", "accepts"))));
        }

        private Compensation offer(RecoveryCase on, Kind kind, String amount) {
            return loop.as(
                    Role.CASE_OWNER,
                    () -> offers.offer(
                            on.number(),
                            new Offer(
                                    kind,
                                    null,
                                    new BigDecimal(amount),
                                    null,
                                    "For the trouble",
                                    false,
                                    /* comped= */ null)));
        }

        /** The bank does something, and the processor tells; it tells until it is heard. */
        private void newsOf(RecoveryCase on, String what, CompensationState then) throws Exception {
            Compensation told = look(() -> get(on, Kind.PARTIAL_REFUND));
            if (what.equals("settle")) {
                bank.settle(String.valueOf(told.processorReference()));
            } else {
                bank.fail(String.valueOf(told.processorReference()));
            }
            until(() -> state(on, Kind.PARTIAL_REFUND) == then, () -> {
                news.receive(new RefundNotice(
                        UUID.randomUUID().toString(),
                        String.valueOf(told.processorReference()),
                        told.idempotencyKey()));
                news.workOff();
                Compensation now = get(on, Kind.PARTIAL_REFUND);
                if (now.state() == CompensationState.IN_FLIGHT) {
                    till.run(now);
                }
                return now;
            });
        }

        /** Does something until it is done: whoever is interrupted looks, and does it again if need be. */
        private void until(BooleanSupplier done, Callable<?> action) throws Exception {
            for (int i = 0; i < 20; i++) {
                try {
                    if (done.getAsBoolean()) {
                        return;
                    }
                    action.call();
                } catch (RuntimeException | Breaker.Stopped e) {
                    interruptions.add(e);
                    if (interruptions.size() > 3) {
                        throw e;
                    }
                }
            }
            assertThat(look(done::getAsBoolean)).isTrue();
        }

        /** Whoever is interrupted while looking looks again. */
        private <T> T look(Supplier<T> at) {
            try {
                return at.get();
            } catch (RuntimeException e) {
                interruptions.add(e);
                return at.get();
            }
        }

        private void requireAllIsRight(RecoveryCase on, Payment payment) throws Exception {
            List<SandboxBank.Entry> booked = bank.of(payment.chargeId());
            assertThat(booked)
                    .extracting(entry -> entry.status() + " " + entry.euros())
                    .as("the processor's own book")
                    .containsExactly("failed 150.00", "settled 150.00");
            Compensation refund = get(on, Kind.PARTIAL_REFUND);
            Compensation credit = get(on, Kind.CREDIT);
            assertThat(compensations.of(on.id())).hasSize(2);
            assertThat(booked.get(1).key()).isEqualTo(refund.idempotencyKey().toString());
            assertThat(compensations.notRefunded(payment).getAmount()).isEqualByComparingTo("250");
            assertThat(till.balance(LedgerAccount.REFUNDS_PAID, refund)).isEqualByComparingTo("150");
            assertThat(till.balance(LedgerAccount.REFUNDS_IN_FLIGHT, refund)).isEqualByComparingTo("0");
            assertThat(till.balance(LedgerAccount.CUSTOMER_CREDIT, credit)).isEqualByComparingTo("20");
            assertThat(instances(on).count())
                    .as("processes that wait for nothing")
                    .isZero();
        }

        /** What a job executor would find: the end of a process whose money has moved on. */
        private void runWhatIsLeft(RecoveryCase on) {
            ManagementService management = application.getBean(ManagementService.class);
            for (ProcessInstance instance : instances(on).list()) {
                management
                        .createJobQuery()
                        .processInstanceId(instance.getId())
                        .messages()
                        .list()
                        .forEach(job -> management.executeJob(job.getId()));
            }
        }

        private ProcessInstanceQuery instances(RecoveryCase on) {
            return application
                    .getBean(RuntimeService.class)
                    .createProcessInstanceQuery()
                    .processInstanceBusinessKeyLike(on.number().value() + "/C%");
        }

        private CompensationState state(RecoveryCase on, Kind kind) {
            return get(on, kind).state();
        }

        private Compensation get(RecoveryCase on, Kind kind) {
            return of(on, kind).orElseThrow();
        }

        private Optional<Compensation> of(RecoveryCase on, Kind kind) {
            return compensations.of(on.id()).stream()
                    .filter(compensation -> compensation.kind() == kind)
                    .findFirst();
        }
    }
}
