package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.camunda.bpm.engine.ManagementService;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Loop;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Money in tests: payments, offers and what comes of them, and what the ledger says. */
public final class Till {

    private final ApplicationContext application;
    private final Loop loop;

    public Till(ApplicationContext application, Loop loop) {
        this.application = application;
        this.loop = loop;
    }

    /** @param mark of the sandbox, such as {@code -declined-}; empty for a payment that can be refunded */
    Payment paid(RecoveryCase by, String mark, String amount) {
        String charge = UUID.randomUUID() + mark;
        return application
                .getBean(Customers.class)
                .registerPayment(by.customerId(), charge, "INV-" + charge, Money.parse(amount), null, Instant.now());
    }

    Payment paidWithTax(RecoveryCase by, String amount, String tax) {
        String charge = UUID.randomUUID().toString();
        return application
                .getBean(Customers.class)
                .registerPayment(
                        by.customerId(), charge, "INV-" + charge, Money.parse(amount), Money.parse(tax), Instant.now());
    }

    public Compensation offer(RecoveryCase on, Kind kind, @Nullable String amount) {
        return offer(on, kind, amount, null, null);
    }

    /** By a case owner, with the customer's yes; what is missing is left to the rules. */
    public Compensation offer(
            RecoveryCase on,
            Kind kind,
            @Nullable String amount,
            @Nullable String currency,
            @Nullable String paymentReference) {
        BigDecimal number = amount == null ? null : new BigDecimal(amount);
        return offer(
                on, new Offer(kind, paymentReference, number, currency, "For the trouble", true, /* comped= */ null));
    }

    /** @param value what the customer would have paid, in EUR */
    public Compensation comped(RecoveryCase on, CompedService service, String value, String description) {
        Offer.Comped comped = new Offer.Comped(service, description);
        return offer(
                on,
                new Offer(Kind.COMPED_SERVICE, null, new BigDecimal(value), "EUR", "For the trouble", true, comped));
    }

    private Compensation offer(RecoveryCase on, Offer offer) {
        return loop.as(Role.CASE_OWNER, () -> application.getBean(Offers.class).offer(on.number(), offer));
    }

    Compensation decide(Role who, RecoveryCase of, Compensation asked, String decision) {
        return loop.as(
                who,
                () -> compensations()
                        .answer(of.number(), asked.id(), Map.of("decision", decision, "reason", "As it should be")));
    }

    /** Runs the jobs of a compensation until none is left but timers. */
    public Compensation run(Compensation offered) {
        ManagementService management = application.getBean(ManagementService.class);
        String instance = Objects.requireNonNull(offered.processInstanceId());
        var steps = management.createJobQuery().processInstanceId(instance).messages();
        for (var jobs = steps.list(); !jobs.isEmpty(); jobs = steps.list()) {
            management.executeJob(jobs.get(0).getId());
        }
        return compensations().get(offered.id());
    }

    /** Runs every job but timers that is left of a case and its steps. */
    void runStep(RecoveryCase of) {
        ManagementService management = application.getBean(ManagementService.class);
        String root = Objects.requireNonNull(of.processInstanceId());
        var steps = management.createJobQuery().rootProcessInstanceId(root).messages();
        for (var jobs = steps.list(); !jobs.isEmpty(); jobs = steps.list()) {
            management.executeJob(jobs.get(0).getId());
        }
    }

    /** What an account grew by, over everything that belongs to a compensation. */
    BigDecimal balance(LedgerAccount account, Compensation about) {
        return application
                .getBean(JdbcClient.class)
                .sql("""
                        select coalesce(sum(case when c.code = :account then amount else -amount end), 0)
                          from ledger_transfer t
                          join ledger_account d on d.id = t.debit_account
                          join ledger_account c on c.id = t.credit_account
                         where t.compensation_id = :about and :account in (c.code, d.code)""")
                .param("account", account.name())
                .param("about", about.id())
                .query(BigDecimal.class)
                .single();
    }

    private Compensations compensations() {
        return application.getBean(Compensations.class);
    }
}
