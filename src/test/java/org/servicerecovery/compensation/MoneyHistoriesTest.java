package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.JobSystem;
import org.servicerecovery.Loop;
import org.servicerecovery.MembershipVisits;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.TestDatabase;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.sandbox.SandboxBank;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestContextManager;

/**
 * Random histories of one customer's money and of what is done for free, eight people and machines at once: whatever they
 * do, and in whatever order, nothing is refunded twice or beyond what was paid, each service is owed once until it is done
 * or cancelled, and our books agree with those of the others in the end. The long proof: {@code mvn test
 * -Dtest=MoneyHistoriesTest -Dhistories=10000}
 */
@RunningApplication
class MoneyHistoriesTest {

    private static final int TRIES = 10;
    private static final int HISTORIES = Math.max(TRIES, Integer.getInteger("histories", TRIES));
    private static final int THREADS = 8;
    private static final int LONGEST = 40;

    enum What {
        OFFER_REFUND,
        OFFER_FULL_REFUND,
        OFFER_CREDIT,
        OFFER_SERVICE,
        ACCEPT,
        DECLINE,
        APPROVE,
        APPROVE_LARGE,
        REFUSE,
        RUN_JOBS,
        BANK_SETTLES,
        BANK_FAILS,
        NOTICE,
        OLD_NOTICE,
        SAME_NOTICE_AGAIN,
        TRY_AGAIN,
        GIVE_UP,
        USE_CREDIT,
        USE_CREDIT_AGAIN,
        TAKE_CREDIT_BACK,
        CANCEL_SERVICE,
        KEEP_SERVICE,
        SERVICE_DONE,
        WITHDRAW,
        REOPEN
    }

    /**
     * One thing that somebody does.
     *
     * @param which of the compensations, cases or payments there are then
     * @param euros of an amount
     */
    record Act(What what, int which, int euros) {}

    private static @Nullable ApplicationContext application;
    private static final ExecutorService PEOPLE = Executors.newFixedThreadPool(THREADS);
    private static final AtomicInteger DONE = new AtomicInteger();
    private static final AtomicInteger REFUSED = new AtomicInteger();

    @BeforeContainer
    static void start() throws Exception {
        TestDatabase.announce();
        MembershipVisits.announce();
        JobSystem.announce();
        application = new TestContextManager(MoneyHistoriesTest.class)
                .getTestContext()
                .getApplicationContext();
        // What other tests left behind.
        reconciliation().onDemand();
    }

    private static Reconciliation reconciliation() {
        return Objects.requireNonNull(application).getBean(Reconciliation.class);
    }

    @AfterContainer
    static void stop() {
        PEOPLE.shutdownNow();
        System.out.println(HISTORIES + " histories of money with " + DONE + " acts that took place and " + REFUSED
                + " that were refused.");
        assertThat(DONE.get()).as("acts that took place").isGreaterThan(HISTORIES * 3);
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void moneyMovesOnceAndBothBooksAgree(@ForAll("histories") List<List<Act>> histories) throws Exception {
        for (List<Act> history : histories) {
            new History(history).run();
        }
        assertThat(reconciliation().onDemand().differences())
                .as("what the processor's list and the ledger disagree on")
                .isZero();
    }

    @Provide
    Arbitrary<List<List<Act>>> histories() {
        Arbitrary<Act> act = Combinators.combine(
                        Arbitraries.of(What.class),
                        Arbitraries.integers().between(0, 11),
                        Arbitraries.integers().between(1, 300))
                .as(Act::new);
        return act.list().ofMinSize(THREADS).ofMaxSize(LONGEST).list().ofSize(HISTORIES / TRIES);
    }

    private static final class History {

        private final List<Act> acts;
        private final Loop loop = new Loop(Objects.requireNonNull(application));
        private final Till till = new Till(Objects.requireNonNull(application), loop);
        private final Compensations compensations = the(Compensations.class);
        private final Offers offers = the(Offers.class);
        private final Credits credits = the(Credits.class);
        private final RefundNews news = the(RefundNews.class);
        private final CompedServices comped = the(CompedServices.class);
        private final SandboxBank bank = new SandboxBank(Objects.requireNonNull(application));
        private final ConcurrentLinkedQueue<RefundNotice> sent = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<String> useKeys = new ConcurrentLinkedQueue<>();
        private final Customer customer;
        private final List<RecoveryCase> cases = new ArrayList<>();
        private final List<Payment> payments = new ArrayList<>();

        History(List<Act> acts) {
            this.acts = acts;
            this.customer = the(Customers.class).byNumber(loop.customer()).orElseThrow();
            for (int i = 0; i < 2; i++) {
                NewCase wanted = new NewCase(
                        customer.number(),
                        Severity.MINOR,
                        FailureSource.COMPLAINT,
                        "Nobody came",
                        null,
                        null,
                        loop.owner(),
                        null);
                cases.add(loop.as(Role.CASE_OWNER, () -> the(Cases.class).open(wanted)));
            }
            payments.add(till.paid(cases.get(0), "", "EUR 400.00"));
            payments.add(till.paid(cases.get(0), "-pending-", "EUR 300.00"));
        }

        void run() throws Exception {
            // Something to begin with.
            offer(0, Kind.PARTIAL_REFUND, payments.get(0), "90.00");
            offer(1, Kind.PARTIAL_REFUND, payments.get(1), "120.00");
            offer(0, Kind.CREDIT, null, "50.00");
            offerService(0, "70.00");
            List<Future<?>> people = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int person = i;
                people.add(PEOPLE.submit(() -> {
                    for (int at = person; at < acts.size(); at += THREADS) {
                        take(acts.get(at));
                    }
                }));
            }
            for (Future<?> person : people) {
                person.get(2, TimeUnit.MINUTES);
            }
            settle();
            requireBooksAgree();
        }

        private void take(Act act) {
            try {
                if (does(act)) {
                    DONE.incrementAndGet();
                }
            } catch (RuntimeException refused) {
                // Out of turn, or faster than somebody else: what counts is what the books say in the end.
                REFUSED.incrementAndGet();
            }
        }

        private boolean does(Act act) {
            RecoveryCase on = cases.get(act.which() % cases.size());
            List<Compensation> all = all();
            Compensation one = all.get(act.which() % all.size());
            RecoveryCase of = caseOf(one);
            String amount = act.euros() + ".00";
            switch (act.what()) {
                case OFFER_REFUND -> offer(act.which(), Kind.PARTIAL_REFUND, payment(act), amount);
                case OFFER_FULL_REFUND -> offer(act.which(), Kind.FULL_REFUND, payment(act), null);
                case OFFER_CREDIT -> offer(act.which(), Kind.CREDIT, null, amount);
                case OFFER_SERVICE -> offerService(act.which(), amount);
                case ACCEPT -> till.decide(Role.CASE_OWNER, of, one, "accepts");
                case DECLINE -> till.decide(Role.CASE_OWNER, of, one, "declines");
                case APPROVE -> till.decide(Role.MANAGER, of, one, "approve");
                case APPROVE_LARGE -> till.decide(Role.BUSINESS_OWNER, of, one, "approve");
                case REFUSE -> till.decide(Role.MANAGER, of, one, "refuse");
                case RUN_JOBS -> runJobs(one);
                case BANK_SETTLES -> bank.settle(String.valueOf(one.processorReference()));
                case BANK_FAILS -> bank.fail(String.valueOf(one.processorReference()));
                case NOTICE -> hear(new RefundNotice(UUID.randomUUID().toString(), "r", one.idempotencyKey()));
                case OLD_NOTICE ->
                    sent.stream()
                            .skip(act.which() % Math.max(1, sent.size()))
                            .findFirst()
                            .ifPresent(old ->
                                    hear(new RefundNotice(UUID.randomUUID().toString(), "r", old.key())));
                case SAME_NOTICE_AGAIN ->
                    sent.stream()
                            .skip(act.which() % Math.max(1, sent.size()))
                            .findFirst()
                            .ifPresent(this::hear);
                case TRY_AGAIN -> till.decide(Role.CASE_OWNER, of, one, "try-again");
                case GIVE_UP -> till.decide(Role.CASE_OWNER, of, one, "give-up");
                case USE_CREDIT -> {
                    String key = UUID.randomUUID().toString();
                    useKeys.add(key + "/" + amount);
                    use(key + "/" + amount);
                }
                case USE_CREDIT_AGAIN ->
                    useKeys.stream()
                            .skip(act.which() % Math.max(1, useKeys.size()))
                            .findFirst()
                            .ifPresent(this::use);
                case TAKE_CREDIT_BACK ->
                    loop.does(Role.CX_LEAD, () -> credits.takeBack(customer, one.id(), "Given by mistake"));
                case CANCEL_SERVICE ->
                    loop.does(Role.CX_LEAD, () -> comped.cancel(service(act).number(), "Nobody is free"));
                case KEEP_SERVICE ->
                    till.decide(Role.CX_LEAD, of, compensations.get(service(act).compensationId()), "keep");
                case SERVICE_DONE ->
                    loop.does(Role.CX_LEAD, () -> comped.done(service(act).number()));
                case WITHDRAW ->
                    loop.does(
                            Role.CX_LEAD,
                            () -> the(Cases.class)
                                    .closeWithoutCause(on.number(), CaseState.WITHDRAWN, "As wished", null));
                case REOPEN -> loop.does(Role.CX_LEAD, () -> the(Cases.class).reopen(on.number(), "Once more"));
            }
            return true;
        }

        private void use(String keyAndAmount) {
            String[] parts = keyAndAmount.split("/");
            loop.does(
                    Role.CX_LEAD,
                    () -> credits.use(customer, Money.parse("EUR " + parts[1]), "INV-" + parts[0], parts[0]));
        }

        private void hear(RefundNotice notice) {
            sent.add(notice);
            news.receive(notice);
            news.workOff();
        }

        private void runJobs(Compensation of) {
            ManagementService management = the(ManagementService.class);
            management
                    .createJobQuery()
                    .processInstanceId(String.valueOf(of.processInstanceId()))
                    .messages()
                    .list()
                    .forEach(job -> management.executeJob(job.getId()));
        }

        private void offer(int which, Kind kind, @Nullable Payment payment, @Nullable String amount) {
            Offer offer = new Offer(
                    kind,
                    payment == null ? null : payment.reference(),
                    amount == null ? null : new BigDecimal(amount),
                    kind == Kind.CREDIT ? "EUR" : null,
                    "For the trouble",
                    which % 2 == 0,
                    /* comped= */ null);
            RecoveryCase on = cases.get(which % cases.size());
            loop.does(Role.CASE_OWNER, () -> offers.offer(on.number(), offer));
        }

        /** Every third visit cannot be cancelled. */
        private void offerService(int which, String value) {
            Offer offer = new Offer(
                    Kind.COMPED_SERVICE,
                    null,
                    new BigDecimal(value),
                    "EUR",
                    "For the trouble",
                    which % 2 == 0,
                    new Offer.Comped(
                            which % 4 == 0 ? CompedService.QUOTE : CompedService.MEMBERSHIP_VISIT,
                            which % 3 == 0 ? "-firm-" : "Two hours in the garden"));
            RecoveryCase on = cases.get(which % cases.size());
            loop.does(Role.CASE_OWNER, () -> offers.offer(on.number(), offer));
        }

        private OrderedService service(Act act) {
            List<OrderedService> all = services();
            return all.get(act.which() % all.size());
        }

        private List<OrderedService> services() {
            return all().stream()
                    .flatMap(one -> the(JdbcClient.class)
                            .sql("select number from comped_service where compensation_id = ? order by ordered_at")
                            .param(one.id())
                            .query(String.class)
                            .list()
                            .stream())
                    .map(number -> the(OrderedServices.class).byNumber(number).orElseThrow())
                    .toList();
        }

        /** Everybody goes home: what is under way comes to its end, and every notice has arrived. */
        private void settle() {
            for (int round = 0; round < 10; round++) {
                List<Compensation> before = all();
                for (Compensation one : before) {
                    quietly(() -> runJobs(one));
                    if (one.state() == CompensationState.IN_FLIGHT || one.state() == CompensationState.SETTLED) {
                        quietly(() -> hear(new RefundNotice(UUID.randomUUID().toString(), "r", one.idempotencyKey())));
                        quietly(() -> runJobs(compensations.get(one.id())));
                    }
                    if (one.isAcceptedByProcessor()) {
                        quietly(() -> bank.settle(String.valueOf(one.processorReference())));
                    }
                }
                List<Compensation> after = all();
                if (after.equals(before)
                        && after.stream().noneMatch(one -> one.state() == CompensationState.IN_FLIGHT)) {
                    return;
                }
            }
        }

        private static void quietly(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                // It may have happened already.
            }
        }

        private void requireBooksAgree() {
            List<Compensation> all = all();
            assertThat(all)
                    .as("nothing is left under way")
                    .noneMatch(one -> one.state() == CompensationState.IN_FLIGHT);
            for (Payment payment : payments) {
                List<SandboxBank.Entry> booked = bank.of(payment.chargeId());
                BigDecimal paidBack = booked.stream()
                        .filter(SandboxBank.Entry::isSettled)
                        .map(SandboxBank.Entry::euros)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                assertThat(paidBack)
                        .as("never over-refunded")
                        .isLessThanOrEqualTo(payment.amount().getAmount());
                assertThat(payment.amount()
                                .minus(compensations.notRefunded(payment))
                                .getAmount())
                        .as("our ledger and the processor's book of %s", payment.chargeId())
                        .isEqualByComparingTo(paidBack);
                assertThat(booked).extracting(SandboxBank.Entry::key).doesNotHaveDuplicates();
            }
            for (Compensation one : all) {
                BigDecimal given =
                        one.state() == CompensationState.SETTLED ? one.amount().getAmount() : BigDecimal.ZERO;
                if (one.kind().isRefund()) {
                    assertThat(till.balance(LedgerAccount.REFUNDS_PAID, one))
                            .as("paid for compensation %d", one.id())
                            .isEqualByComparingTo(given);
                    assertThat(till.balance(LedgerAccount.REFUNDS_IN_FLIGHT, one))
                            .isEqualByComparingTo("0");
                } else if (one.kind() == Kind.COMPED_SERVICE) {
                    BigDecimal done = till.balance(LedgerAccount.SERVICES_DONE, one);
                    assertThat(till.balance(LedgerAccount.COMPED_SERVICES, one).add(done))
                            .as("owed or done of compensation %d", one.id())
                            .isEqualByComparingTo(given);
                    boolean isDone = services().stream()
                            .anyMatch(service ->
                                    service.compensationId() == one.id() && service.state() == ServiceState.DONE);
                    assertThat(done).isEqualByComparingTo(isDone ? given : BigDecimal.ZERO);
                } else {
                    assertThat(till.balance(LedgerAccount.CUSTOMER_CREDIT, one))
                            .as("credit left of compensation %d", one.id())
                            .isBetween(BigDecimal.ZERO, given);
                }
            }
            services().forEach(this::requireBookAgrees);
            assertThat(usesBooked()).as("each use of credit once").isEqualByComparingTo(usesRecorded());
        }

        private void requireBookAgrees(OrderedService service) {
            if (service.service() == CompedService.MEMBERSHIP_VISIT) {
                assertThat(MembershipVisits.booked(service.number()))
                        .as("%s, %s, in the other system's book", service.number(), service.state())
                        .containsExactly(service.state() == ServiceState.CANCELLED ? "cancelled" : "scheduled");
            }
            assertThat(service.state()).isNotEqualTo(ServiceState.ORDERED);
            if (service.state() == ServiceState.CANCELLING) {
                assertThat(the(TaskService.class)
                                .createTaskQuery()
                                .processInstanceId(compensations
                                        .get(service.compensationId())
                                        .processInstanceId())
                                .taskDefinitionKey("UserTask_DecideOnCancellation")
                                .count())
                        .as("somebody is asked about %s", service.number())
                        .isEqualTo(1);
            }
        }

        private BigDecimal usesBooked() {
            return the(JdbcClient.class)
                    .sql("""
                            select coalesce(sum(t.amount), 0) from ledger_transfer t
                              join ledger_account a on a.id = t.debit_account
                             where t.kind = 'CREDIT_USED_UP' and a.customer_id = ?""")
                    .param(customer.id())
                    .query(BigDecimal.class)
                    .single();
        }

        private BigDecimal usesRecorded() {
            return the(JdbcClient.class)
                    .sql("select coalesce(sum(amount), 0) from credit_use where customer_id = ?")
                    .param(customer.id())
                    .query(BigDecimal.class)
                    .single();
        }

        private List<Compensation> all() {
            return cases.stream()
                    .flatMap(one -> compensations.of(one.id()).stream())
                    .toList();
        }

        private RecoveryCase caseOf(Compensation one) {
            return cases.stream()
                    .filter(found -> found.id() == one.caseId())
                    .findFirst()
                    .orElseThrow();
        }

        private Payment payment(Act act) {
            return payments.get(act.euros() % payments.size());
        }

        private static <T> T the(Class<T> type) {
            return Objects.requireNonNull(application).getBean(type);
        }
    }
}
