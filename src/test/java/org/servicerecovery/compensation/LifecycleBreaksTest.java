package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
import org.servicerecovery.MembershipVisits;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.customer.Payment;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The whole lifecycle of money and of comped services, with one break at each of its points: every statement and commit,
 * and every call to the payment processor or to who schedules services, before it had its effect and after it. Whoever
 * was interrupted looks what is there and goes on. The points are counted, not chosen; the test run takes some of them,
 * {@code mvn test -Dtest=LifecycleBreaksTest -Dbreaks=all} takes all, with {@code -Dbreaks.of=comped-service} those of
 * that part alone.
 */
@RunningApplication
class LifecycleBreaksTest {

    private static final int TRIES = 5;

    private enum Part {
        MONEY(300, 6),
        COMPED_SERVICE(150, 4);

        private final int pointsAtLeast;
        private final int sample;

        Part(int pointsAtLeast, int sample) {
            this.pointsAtLeast = pointsAtLeast;
            this.sample = sample;
        }
    }

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

    @Autowired
    CompedServices comped;

    @Autowired
    OrderedServices ordered;

    @TestFactory
    Stream<DynamicTest> everythingIsGivenOnceWhereverItIsInterrupted() throws Exception {
        String wanted = System.getProperty("breaks.of", "");
        List<Part> parts = wanted.isEmpty()
                ? List.of(Part.values())
                : List.of(Part.valueOf(wanted.toUpperCase(Locale.ROOT).replace('-', '_')));
        List<DynamicTest> tests = new ArrayList<>();
        for (Part part : parts) {
            // The first time more is looked up that is remembered afterwards.
            new Lifecycle(part).run(0, Breaker.Side.BEFORE);
            int points = new Lifecycle(part).run(0, Breaker.Side.BEFORE);
            assertThat(points).as("points at which it can break").isGreaterThan(part.pointsAtLeast);
            System.out.println(
                    points + " points of the lifecycle of " + part + " can break, each before and after its effect.");
            IntStream chosen = System.getProperty("breaks", "").equals("all")
                    ? IntStream.rangeClosed(1, points)
                    : new Random().ints(part.sample, 1, points + 1);
            chosen.forEach(point -> Stream.of(Breaker.Side.values())
                    .map(side -> DynamicTest.dynamicTest(
                            part + " broken " + side + " point " + point, () -> breakAt(part, point, side)))
                    .forEach(tests::add));
        }
        return tests.stream();
    }

    /** One run may do with fewer statements than another, when a notice is worked off by the scheduler. */
    private void breakAt(Part part, int point, Breaker.Side side) throws Exception {
        int passed = 0;
        for (int i = 0; i < TRIES && passed < point; i++) {
            passed = new Lifecycle(part).run(point, side);
        }
        assertThat(passed).as("points that were passed until it broke").isGreaterThanOrEqualTo(point);
    }

    /**
     * A refund that is offered, accepted, approved, pending, paid, comes back and is paid again, then a credit; or a
     * service that is offered, accepted, approved, scheduled, cancelled, scheduled again and done.
     */
    private final class Lifecycle {

        private final Part part;
        private final Loop loop = new Loop(application);
        private final Till till = new Till(application, loop);
        private final SandboxBank bank = new SandboxBank(application);
        private final List<Throwable> interruptions = new ArrayList<>();

        Lifecycle(Part part) {
            this.part = part;
        }

        int run(int breakAt, Breaker.Side side) throws Exception {
            RecoveryCase on = loop.planned(Severity.MINOR, 1);
            Payment payment = till.paid(on, "-pending-", "EUR 400.00");
            Breaker.arm(breakAt, side);
            int points;
            try {
                switch (part) {
                    case MONEY -> {
                        refund(on);
                        credit(on);
                    }
                    case COMPED_SERVICE -> compedService(on);
                }
            } finally {
                points = Breaker.disarm();
            }
            runWhatIsLeft(on);
            assertThat(instances(on).count())
                    .as("processes that wait for nothing")
                    .isZero();
            switch (part) {
                case MONEY -> requireMoneyIsRight(on, payment);
                case COMPED_SERVICE -> requireServicesAreRight(on);
            }
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

        private void compedService(RecoveryCase on) throws Exception {
            until(() -> of(on, Kind.COMPED_SERVICE).isPresent(), () -> offerVisit(on));
            accept(on, Kind.COMPED_SERVICE);
            until(
                    () -> state(on, Kind.COMPED_SERVICE) != CompensationState.OFFERED,
                    () -> till.decide(Role.MANAGER, on, get(on, Kind.COMPED_SERVICE), "approve"));
            OrderedService first = scheduled(on);
            // Told once that this is recorded: from then on it is the process's own to see it through.
            until(
                    () -> ordered.byKey(first.key()).state() != ServiceState.SCHEDULED,
                    () -> loop.as(Role.CX_LEAD, () -> comped.cancel(first.number(), "Nobody is free")));
            until(
                    () -> state(on, Kind.COMPED_SERVICE) == CompensationState.DECLINED,
                    () -> till.run(get(on, Kind.COMPED_SERVICE)));
            until(
                    () -> state(on, Kind.COMPED_SERVICE) == CompensationState.IN_FLIGHT,
                    () -> till.decide(Role.CASE_OWNER, on, get(on, Kind.COMPED_SERVICE), "try-again"));
            OrderedService second = scheduled(on);
            until(
                    () -> ordered.byKey(second.key()).state() == ServiceState.DONE,
                    () -> loop.as(Role.CX_LEAD, () -> comped.done(second.number())));
        }

        private OrderedService scheduled(RecoveryCase on) throws Exception {
            until(
                    () -> state(on, Kind.COMPED_SERVICE) == CompensationState.SETTLED,
                    () -> till.run(get(on, Kind.COMPED_SERVICE)));
            return look(() -> ordered.byKey(get(on, Kind.COMPED_SERVICE).idempotencyKey()));
        }

        private Compensation offerVisit(RecoveryCase on) {
            return loop.as(
                    Role.CASE_OWNER,
                    () -> offers.offer(
                            on.number(),
                            new Offer(
                                    Kind.COMPED_SERVICE,
                                    null,
                                    new BigDecimal("200.00"),
                                    null,
                                    "For the trouble",
                                    false,
                                    new Offer.Comped(CompedService.MEMBERSHIP_VISIT, "Two days in the garden"))));
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

        private void requireMoneyIsRight(RecoveryCase on, Payment payment) throws Exception {
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
        }

        private void requireServicesAreRight(RecoveryCase on) {
            Compensation given = get(on, Kind.COMPED_SERVICE);
            assertThat(compensations.of(on.id())).containsExactly(given);
            List<OrderedService> tries = loop.as(Role.CX_LEAD, () -> comped.list(null, 100)).stream()
                    .filter(service -> service.compensationId() == given.id())
                    .toList();
            assertThat(tries)
                    .extracting(OrderedService::state)
                    .as("what we know, the latest first")
                    .containsExactly(ServiceState.DONE, ServiceState.CANCELLED);
            assertThat(tries.stream().flatMap(service -> MembershipVisits.booked(service.number()).stream()))
                    .as("the other system's own book")
                    .containsExactly("scheduled", "cancelled");
            assertThat(new HashSet<>(MembershipVisits.cancelKeys(tries.get(1).key())))
                    .as("keys of the cancellation")
                    .hasSize(1);
            assertThat(application
                            .getBean(JdbcClient.class)
                            .sql("select kind from ledger_transfer where compensation_id = ? order by id")
                            .param(given.id())
                            .query(String.class)
                            .list())
                    .containsExactly("SERVICE_COMPED", "SERVICE_CANCELLED", "SERVICE_COMPED", "SERVICE_DONE");
            assertThat(till.balance(LedgerAccount.COMPED_SERVICES, given)).isEqualByComparingTo("0");
            assertThat(till.balance(LedgerAccount.RECOVERY_COST, given)).isEqualByComparingTo("-200");
            assertThat(till.balance(LedgerAccount.SERVICES_DONE, given)).isEqualByComparingTo("200");
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
