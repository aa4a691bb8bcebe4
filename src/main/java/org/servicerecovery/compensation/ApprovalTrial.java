package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TriedTable;
import org.servicerecovery.engine.TriedTable.Sayings;
import org.servicerecovery.trial.Difference;
import org.servicerecovery.trial.Patience;
import org.servicerecovery.trial.Tally;
import org.servicerecovery.trial.TrialOutcome;
import org.servicerecovery.trial.TrialOutcome.Asked;
import org.servicerecovery.trial.TrialOutcome.Group;
import org.servicerecovery.trial.TrialSpan;
import org.servicerecovery.trial.TriedOnThePast;
import org.springframework.stereotype.Component;

/**
 * Which offers others would have had to approve. Each is judged once, as it was last: together with what the case and the
 * customer had been offered by then, so that what came in parts is judged as the whole.
 */
@Component
class ApprovalTrial implements TriedOnThePast {

    private static final String MORE = "more";
    private static final String LESS = "less";
    private static final String NOW_NOBODY = "nowNobody";
    private static final String NOW_SOMEBODY = "nowSomebody";
    private static final String NOT_COMPARABLE = "notComparable";
    private static final List<String> TOLD = List.of(MORE, LESS, NOW_SOMEBODY, NOW_NOBODY);
    private static final int BETWEEN_LOOKS = 500;

    private final PastOffers offers;

    ApprovalTrial(PastOffers offers) {
        this.offers = offers;
    }

    @Override
    public String table() {
        return Approvals.TABLE;
    }

    @Override
    public Set<String> amounts() {
        return Set.of("amount", "customerAmount");
    }

    @Override
    public TrialOutcome run(TriedTable before, TriedTable after, TrialSpan span, Patience patience) {
        Sayings<Approvals.Question, Decisions.Answer> said = before.sayings(Approvals::ask);
        Sayings<Approvals.Question, Decisions.Answer> says = after.sayings(Approvals::ask);
        PastOffers.Asked asked = offers.asked(span, MOST);
        Found found = new Found();
        for (PastOffers.Offer offer : asked.offers()) {
            if (found.looked % BETWEEN_LOOKS == 0) {
                patience.check();
            }
            Approvals.Question question = asked.question(offer);
            found.look(offer, question, approval(said.to(question)), approval(says.to(question)));
        }
        return found.outcome(asked.isCut(), Asked.of(said), Asked.of(says));
    }

    private static @Nullable String approval(Decisions.@Nullable Answer answer) {
        return answer == null ? null : answer.text("approval");
    }

    private static final class Found {

        private record Kind(
                String kind,
                String currency,
                @Nullable String before,
                @Nullable String after) {

            boolean differs() {
                return before != null && after != null && !before.equals(after);
            }
        }

        private record Sum(long offers, BigDecimal amount) {}

        private final Tally tally = new Tally(List.of(MORE, LESS, NOW_NOBODY, NOW_SOMEBODY, NOT_COMPARABLE));
        private final Map<Kind, Sum> sums = new LinkedHashMap<>();
        private final List<Difference.Approval> differences = new ArrayList<>();
        private long looked;

        void look(
                PastOffers.Offer offer, Approvals.Question question, @Nullable String before, @Nullable String after) {
            looked++;
            sums.merge(
                    new Kind(question.kind(), offer.currency(), before, after),
                    new Sum(1, offer.amount()),
                    (a, b) -> new Sum(a.offers() + b.offers(), a.amount().add(b.amount())));
            if (before == null || after == null) {
                tally.count(NOT_COMPARABLE);
                return;
            }
            if (before.equals(after)) {
                return;
            }
            tally.count(level(after) > level(before) ? MORE : LESS);
            if (level(after) == 0) {
                tally.count(NOW_NOBODY);
            } else if (level(before) == 0) {
                tally.count(NOW_SOMEBODY);
            }
            differences.add(new Difference.Approval(
                    offer.caseNumber(),
                    offer.id(),
                    question.kind(),
                    offer.currency(),
                    inDecimals(offer.amount(), offer.currency()),
                    inDecimals(question.amount(), offer.currency()),
                    inDecimals(question.customerAmount(), offer.currency()),
                    question.severity().code(),
                    offer.askedAt(),
                    before,
                    after));
        }

        /** As many as the currency has. */
        private static BigDecimal inDecimals(BigDecimal amount, String currency) {
            return MoneyColumns.of(amount, currency).getAmount();
        }

        /** Nobody, a manager, the business owner, two people. */
        private static int level(String approval) {
            return Approvals.APPROVALS.indexOf(approval);
        }

        TrialOutcome outcome(boolean cut, Asked asked, Asked askedOfTheOther) {
            differences.sort(Comparator.comparingInt((Difference.Approval each) ->
                            Math.abs(level(each.approvalAfter()) - level(each.approvalBefore())))
                    .thenComparing(Difference.Approval::amount)
                    .reversed()
                    .thenComparing(Difference.Approval::caseNumber)
                    .thenComparing(Difference.Approval::compensation));
            List<Group> groups = sums.entrySet().stream()
                    .sorted(Comparator.comparing((Map.Entry<Kind, Sum> each) ->
                                    !each.getKey().differs())
                            .thenComparing(each -> each.getKey().kind())
                            .thenComparing(each -> each.getKey().currency())
                            .thenComparing(each -> each.getValue().offers(), Comparator.reverseOrder()))
                    .map(each -> group(each.getKey(), each.getValue()))
                    .toList();
            return TrialOutcome.of(
                    looked,
                    cut,
                    tally,
                    (all, differing, told) -> Tally.sentence("tableTrial.approval", all, differing, told, TOLD),
                    groups,
                    differences,
                    asked,
                    askedOfTheOther);
        }

        private static Group group(Kind kind, Sum sum) {
            Map<String, String> of = new LinkedHashMap<>();
            of.put("kind", kind.kind());
            of.put("currency", kind.currency());
            if (kind.before() != null) {
                of.put("approvalBefore", kind.before());
            }
            if (kind.after() != null) {
                of.put("approvalAfter", kind.after());
            }
            return new Group(
                    of,
                    Map.of("offers", sum.offers(), "differing", kind.differs() ? sum.offers() : 0L),
                    inDecimals(sum.amount(), kind.currency()));
        }
    }
}
