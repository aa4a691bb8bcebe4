package org.servicerecovery.demo;

import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.engine.Intervention;
import org.servicerecovery.engine.PastMoment;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.resolution.Resolutions;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/**
 * Customers with payments and cases in every state, so that a newcomer finds work to look at.
 * The stories are about a made-up heating and plumbing business; nobody in them is real.
 */
@Component
@Profile("demo")
class DemoCases implements ApplicationRunner {

    private static final String OLIVIA = "olivia";
    private static final String TOMAS = "tomas";

    private final Customers customers;
    private final Cases cases;
    private final Plan plan;
    private final Resolutions resolutions;
    private final PastMoment past;
    private final Intervention intervention;
    private final Clock clock;

    DemoCases(
            Customers customers,
            Cases cases,
            Plan plan,
            Resolutions resolutions,
            PastMoment past,
            Intervention intervention,
            Clock clock) {
        this.customers = customers;
        this.cases = cases;
        this.plan = plan;
        this.resolutions = resolutions;
        this.past = past;
        this.intervention = intervention;
        this.clock = clock;
    }

    @Override
    public void run(ApplicationArguments args) {
        if (!customers.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        try {
            customers(now);
            signInAs(OLIVIA, "case-owner");
            sixMissedAppointments(now);
            finishedOtherwise(now);
            inWork(now);
        } finally {
            past.end();
            SecurityContextHolder.clearContext();
        }
    }

    private void customers(Instant now) {
        customer("C-1001", "Greta Hollins", "greta.hollins@example.com", "+44 113 496 0101", "GBP 186.00", now);
        customer("C-1002", "Samuel Okafor", "s.okafor@example.com", "+44 113 496 0102", "GBP 1240.00", now);
        customer(
                "C-1003",
                "Lindley Dental Practice",
                "office@lindley-dental.example",
                "+44 113 496 0103",
                "GBP 640.00",
                now);
        customer("C-1004", "Priya Raman", "priya.raman@example.com", "+44 113 496 0104", "GBP 95.50", now);
        customer("C-1005", "Walter Beck", null, "+44 113 496 0105", "GBP 320.00", now);
        customer("C-1006", "Noor Haddad", "noor.haddad@example.com", null, "GBP 78.00", now);
        customer("C-1007", "The Anchor Inn", "kitchen@anchor-inn.example", "+44 113 496 0107", "GBP 2150.00", now);
        customer("C-1008", "Ellen Fairweather", "ellen.f@example.com", "+44 113 496 0108", "GBP 410.00", now);
    }

    private void customer(
            String number, String name, @Nullable String email, @Nullable String phone, String paid, Instant now) {
        // One of them is known by e-mail alone.
        String address = phone == null ? null : number.substring(3) + " Mill Lane\nLeeds LS1 4AB";
        Customer customer = customers.register(number, name, email, phone, address);
        Money amount = Money.parse(paid);
        customers.registerPayment(
                customer.id(),
                "demo-charge-" + number.substring(2),
                "INV-" + number.substring(2),
                amount,
                // The value-added tax of 20 % that is in it.
                amount.dividedBy(6, RoundingMode.HALF_EVEN),
                now.minus(Duration.ofDays(21)));
    }

    /** Five closed in this quarter and a sixth at its end: resolving it opens a training signal. */
    private void sixMissedAppointments(Instant now) {
        String[] stories = {
            "Engineer did not come to the boiler service on Monday and nobody called.",
            "Booked for the morning, the van arrived at four in the afternoon.",
            "The customer took a day off for the visit, which had been moved without telling her.",
            "Second appointment in a row that nobody kept.",
            "The engineer was sent to the old address."
        };
        for (int i = 0; i < stories.length; i++) {
            past.begin(now.minus(Duration.ofHours(60 - i)));
            CaseNumber number = open(
                    "C-100" + (1 + i),
                    Severity.MODERATE,
                    FailureSource.COMPLAINT,
                    stories[i],
                    "Nobody came.",
                    OLIVIA,
                    "Team North");
            plan.finish(number, List.of(new NewStep("call-customer", "Say sorry and agree a new appointment", null)));
            past.begin(now.minus(Duration.ofHours(40 - i)));
            work(
                    number,
                    1,
                    Map.of("reached", "reached", "notes", "Said sorry; agreed a new time and confirmed it by text."));
            resolve(
                    number,
                    "apology-only",
                    "missed-appointment",
                    "Dispatch confirms every moved appointment by phone.");
            resolutions.closeLoop(number, Map.of("told", "phone", "notes", "Content with the new appointment."));
        }
        past.begin(now.minus(Duration.ofHours(5)));
        CaseNumber last = open(
                "C-1006",
                Severity.MODERATE,
                FailureSource.LOW_NPS,
                "Scored us 3: the engineer never turned up for the annual check.",
                "I waited all afternoon. Not even a text message.",
                OLIVIA,
                "Team North");
        plan.finish(last, List.of(new NewStep("call-customer", "Say sorry, agree a new appointment", null)));
        work(last, 1, Map.of("reached", "reached", "notes", "Apologised. New appointment on Thursday at nine."));
    }

    private void finishedOtherwise(Instant now) {
        past.begin(now.minus(Duration.ofHours(30)));
        CaseNumber withdrawn =
                open("C-1004", Severity.MINOR, FailureSource.COMPLAINT, "Invoice looked too high.", null, OLIVIA, null);
        cases.closeWithoutCause(
                withdrawn, CaseState.WITHDRAWN, "The customer found her mistake and took the complaint back.", null);
        CaseNumber first = open(
                "C-1008",
                Severity.MODERATE,
                FailureSource.NEGATIVE_REVIEW,
                "Two-star review: radiator still cold after the repair.",
                "Paid for a repair, still freezing.",
                OLIVIA,
                "Team South");
        CaseNumber again = open(
                "C-1008",
                Severity.MODERATE,
                FailureSource.SUPPORT_TICKET,
                "Radiator cold after repair.",
                null,
                OLIVIA,
                null);
        cases.closeWithoutCause(again, CaseState.DUPLICATE, "The same radiator as in the review.", first);
        CaseNumber wrong = open(
                "C-1003", Severity.MINOR, FailureSource.CALLBACK, "Callback for a filter change.", null, OLIVIA, null);
        cases.closeWithoutCause(wrong, CaseState.OPENED_IN_ERROR, "An ordinary callback, nobody was let down.", null);
        CaseNumber interrupted = open(
                "C-1007",
                Severity.MINOR,
                FailureSource.COMPLAINT,
                "Van blocked the delivery entrance during lunch.",
                "We told them twice to move it.",
                OLIVIA,
                "Team South");
        signInAs("ada", "administrator");
        intervention.deleteInstance(
                Objects.requireNonNull(cases.get(interrupted).processInstanceId()),
                "Ended by mistake, to be reopened.");
        signInAs(OLIVIA, "case-owner");

        past.begin(now.minus(Duration.ofHours(20)));
        plan.finish(first, List.of(new NewStep("call-customer", "Say sorry and listen", null)));
        work(
                first,
                1,
                Map.of("reached", "reached", "notes", "Valve was stuck; a colleague freed it the same evening."));
        resolve(first, "make-good-service", "repair-did-not-hold", "Pressure test after every radiator repair.");
    }

    private void inWork(Instant now) {
        past.begin(now.minus(Duration.ofHours(6)));
        CaseNumber overdue = open(
                "C-1007",
                Severity.CRITICAL,
                FailureSource.INTERNAL_ESCALATION,
                "Leak from the new pipe ran into the cellar and damaged stock.",
                "Water everywhere. We had to close the kitchen.",
                OLIVIA,
                "Team South");
        plan.finish(
                overdue,
                List.of(
                        new NewStep("call-customer", "Call at once", null),
                        new NewStep("schedule-visit", "Replace the joint", null),
                        new NewStep("issue-refund", "Refund the failed job", null)));
        work(
                overdue,
                1,
                Map.of("reached", "reached", "notes", "The landlord wants the joint replaced before the weekend."));

        past.begin(now.minus(Duration.ofHours(3)));
        signInAs(TOMAS, "case-owner");
        CaseNumber working = open(
                "C-1002",
                Severity.MAJOR,
                FailureSource.COMPLAINT,
                "Installer was rude when asked to cover the carpet.",
                "He told me to move my own furniture if I was so worried.",
                TOMAS,
                "Team North");
        plan.finish(
                working,
                List.of(
                        new NewStep("call-customer", "Listen and say sorry", null),
                        new NewStep("write-apology-letter", "From the owner of the business", null),
                        new NewStep("internal-training-note", "How to behave in a home", null)));
        signInAs(OLIVIA, "case-owner");

        past.begin(now.minus(Duration.ofMinutes(50)));
        open(
                "C-1001",
                Severity.MODERATE,
                FailureSource.CALLBACK,
                "Thermostat replaced with the wrong model, heating does not switch off.",
                "It is thirty degrees in here.",
                OLIVIA,
                "Team South");

        past.begin(now.minus(Duration.ofMinutes(20)));
        open(
                "C-1005",
                Severity.MINOR,
                FailureSource.SUPPORT_TICKET,
                "Asked twice for a copy of the gas certificate and got no answer.",
                "Second time of asking.",
                null,
                null);
    }

    private CaseNumber open(
            String customer,
            Severity severity,
            FailureSource source,
            String summary,
            @Nullable String verbatim,
            @Nullable String owner,
            @Nullable String team) {
        Instant reported = clock.instant().minus(Duration.ofMinutes(45));
        Origin origin = team == null
                ? null
                : new Origin(
                        "job", "J-" + summary.length() + customer.substring(2), team, "Leeds", "Heating", null, null);
        return cases.open(new NewCase(customer, severity, source, summary, verbatim, reported, owner, origin))
                .number();
    }

    private void work(CaseNumber number, int step, Map<String, String> form) {
        Map<String, Object> submitted = new java.util.HashMap<>(form);
        submitted.put("outcome", "completed");
        plan.work(number, step, submitted);
    }

    private void resolve(CaseNumber number, String type, String tag, String prevention) {
        resolutions.resolve(number, new Resolutions.Draft(type, tag, prevention));
    }

    private static void signInAs(String person, String role) {
        var context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                person, null, AuthorityUtils.createAuthorityList(role)));
        SecurityContextHolder.setContext(context);
    }
}
