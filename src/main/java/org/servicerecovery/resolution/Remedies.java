package org.servicerecovery.resolution;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.joda.money.Money;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.compensation.Compensation;
import org.servicerecovery.compensation.CompensationState;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.compensation.Kind;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepState;
import org.springframework.stereotype.Component;

/** Holds a resolution type against what is on record of the case and those merged into it, over all their epochs. */
@Component
class Remedies {

    private static final Map<String, String> REMEDY_OF_STEP =
            Map.of("write-apology-letter", "remedy.letter", "schedule-visit", "remedy.visit");
    private static final String COMPED_SERVICE = "remedy.comped-service";
    private static final Set<String> STEPS_THAT_OFFER =
            Set.of("issue-refund", "issue-credit", "write-apology-letter", "schedule-visit");

    private final Cases cases;
    private final Plan plan;
    private final Compensations compensations;
    private final Customers customers;

    Remedies(Cases cases, Plan plan, Compensations compensations, Customers customers) {
        this.cases = cases;
        this.plan = plan;
        this.compensations = compensations;
        this.customers = customers;
    }

    /** @throws Refused when the type says what was not done; the caller holds the case's lock */
    ResolutionType require(RecoveryCase of, ResolutionType type) {
        switch (type) {
            case FULL_REFUND -> requireFullRefund(of);
            case COMPED_SERVICE -> requireCompedService(of);
            case COMBINED -> requireTwoRemedies(of);
            case CUSTOMER_DECLINED_ALL -> requireOffersAlone(of);
            default -> {}
        }
        return type;
    }

    /**
     * The payment for the affected work has to be given back, and this case to have given some of it: what another case
     * refunded before is not refunded twice. Where the payment is not known, any one that this case refunded counts.
     */
    private void requireFullRefund(RecoveryCase of) {
        Set<Long> refunded = compensations(of)
                .filter(given ->
                        given.state() == CompensationState.SETTLED || given.state() == CompensationState.IN_FLIGHT)
                .map(Compensation::paymentId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        Optional<Long> known = cases.origin(of.id()).map(Origin::paymentId);
        List<Payment> affected = known.map(Set::of).orElse(refunded).stream()
                .sorted()
                .map(id -> customers.payment(id).orElseThrow())
                .toList();
        if (affected.isEmpty()) {
            throw doesNotFit(ResolutionType.FULL_REFUND, "refused.remedy.nothingRefunded");
        }
        boolean inFull = affected.stream()
                .anyMatch(payment -> refunded.contains(payment.id())
                        && !compensations.notRefunded(payment).isPositive());
        if (!inFull) {
            Payment payment = affected.get(0);
            Money left = compensations.notRefunded(payment);
            throw doesNotFit(
                    ResolutionType.FULL_REFUND,
                    refunded.contains(payment.id()) ? "refused.remedy.notAllRefunded" : "refused.remedy.notRefunded",
                    payment.reference(),
                    left.toString());
        }
    }

    private void requireCompedService(RecoveryCase of) {
        if (!remedies(of).contains(COMPED_SERVICE)) {
            throw doesNotFit(ResolutionType.COMPED_SERVICE, "refused.remedy.noCompedService");
        }
    }

    private void requireTwoRemedies(RecoveryCase of) {
        Set<String> remedies = remedies(of);
        if (remedies.size() < 2) {
            throw doesNotFit(
                    ResolutionType.COMBINED,
                    remedies.isEmpty() ? "refused.remedy.twoOfNone" : "refused.remedy.twoOfOne",
                    inWords(remedies));
        }
    }

    private void requireOffersAlone(RecoveryCase of) {
        Set<String> remedies = remedies(of);
        if (!remedies.isEmpty()) {
            throw doesNotFit(ResolutionType.CUSTOMER_DECLINED_ALL, "refused.remedy.wasGiven", inWords(remedies));
        }
        boolean stepOffered = steps(of)
                .anyMatch(step -> STEPS_THAT_OFFER.contains(step.type())
                        && (step.state() == StepState.SKIPPED || step.state() == StepState.FAILED));
        // What was not approved was never offered to the customer.
        boolean moneyOffered = compensations(of).anyMatch(offer -> offer.state() != CompensationState.NOT_APPROVED);
        if (!stepOffered && !moneyOffered) {
            throw doesNotFit(ResolutionType.CUSTOMER_DECLINED_ALL, "refused.remedy.noOffer");
        }
    }

    /**
     * What was really done for the customer. Two refunds are one remedy; words of sorrow on the phone are none; money
     * counts when it has arrived, a visit when its work is done, and a comped service when it has been ordered, because
     * that is done in another system.
     */
    private Set<String> remedies(RecoveryCase of) {
        Set<String> remedies = new TreeSet<>();
        compensations(of)
                .filter(given -> given.state() == CompensationState.SETTLED)
                .forEach(given -> remedies.add(remedy(given.kind())));
        steps(of)
                .filter(step -> step.state() == StepState.COMPLETED && REMEDY_OF_STEP.containsKey(step.type()))
                .forEach(step -> remedies.add(REMEDY_OF_STEP.getOrDefault(step.type(), "")));
        return remedies;
    }

    private Stream<Compensation> compensations(RecoveryCase of) {
        return cases.family(of.id()).stream().flatMap(id -> compensations.of(id).stream());
    }

    private Stream<Step> steps(RecoveryCase of) {
        return cases.family(of.id()).stream().flatMap(id -> plan.steps(id).stream());
    }

    private static String remedy(Kind kind) {
        return switch (kind) {
            case PARTIAL_REFUND, FULL_REFUND -> "remedy.refund";
            case CREDIT -> "remedy.credit";
            case COMPED_SERVICE -> COMPED_SERVICE;
        };
    }

    private static String inWords(Set<String> remedies) {
        return remedies.stream()
                .map(remedy -> Messages.text(remedy))
                .reduce((one, other) -> Messages.text("and", one, other))
                .orElse("");
    }

    /** @param key of the messages file, whose argument 0 is the label of the type */
    private static Refused doesNotFit(ResolutionType type, String key, String... arguments) {
        Object[] all =
                Stream.concat(Stream.of(type.shown()), Stream.of(arguments)).toArray();
        return Refused.field("resolutionType", key, all);
    }
}
