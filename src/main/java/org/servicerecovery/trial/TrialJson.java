package org.servicerecovery.trial;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.engine.TriedTable;

/**
 * What a trial found, as far as the current user may see it: cases for those who see every case, money for those who see
 * it, counts for everybody else.
 *
 * @param comparedWith {@code deployed} or {@code sent}
 * @param version of the deployed table; null where it was compared with another file
 * @param looked how many cases, offers or clusters were looked at
 * @param cut whether there were more, so that the newest alone were looked at
 * @param notDeployable why the table would be refused where it was deployed as it is
 * @param unanswered what the past asked, and a table has no answer to
 * @param rows of the tried table, with how often the past reached each
 * @param differences the largest first, from {@code offset} on; null for those who see no case
 */
record TrialJson(
        String table,
        String name,
        String comparedWith,
        @Nullable Integer version,
        LocalDate from,
        LocalDate to,
        String zone,
        Instant readAt,
        SeesJson sees,
        long looked,
        long differing,
        boolean cut,
        String sentence,
        Map<String, Long> counts,
        List<GroupJson> groups,
        List<String> notDeployable,
        List<GapJson> unanswered,
        List<String> columns,
        List<RowJson> rows,

        @Schema(
                oneOf = {
                    Difference.Deadline.class,
                    Difference.FurtherClock.class,
                    Difference.Step.class,
                    Difference.Approval.class,
                    Difference.Signal.class
                })
        @Nullable
        List<? extends Difference> differences,

        int offset) {

    record SeesJson(boolean cases, boolean money) {

        static SeesJson now() {
            Actor actor = Actor.current();
            return new SeesJson(CaseRoles.seesEveryCase(actor), CaseRoles.seesEveryMoney(actor));
        }
    }

    /** @param amount a text, in the currency that the group has in common */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record GroupJson(
            Map<String, String> of,
            Map<String, Long> counts,
            @Nullable String amount) {}

    /**
     * @param table {@code before} or {@code after}
     * @param gap {@code no-row}, {@code several-rows} or {@code broken}
     * @param rows those that fit; none where they would tell an amount that is not for the reader
     */
    record GapJson(
            String table, Map<String, String> inputs, String gap, List<Integer> rows, String sentence, long times) {}

    /**
     * @param reached how often; null where it would tell an amount that is not for the reader: hundreds of narrow rows say
     *     what was offered to the cent; and where only clusters by operative may have, for those who do not see them
     */
    record RowJson(
            int number,
            String description,
            List<String> cells,
            @Nullable Long reached) {}

    private static final int MOST_GAPS = 100;

    static TrialJson of(TableTrialDesk.Trial trial, int offset, int limit) {
        TrialOutcome outcome = trial.outcome();
        SeesJson sees = SeesJson.now();
        Set<String> hidden = sees.money() ? Set.of() : trial.past().amounts();
        List<GapJson> gaps = new ArrayList<>(gaps("after", trial.after(), outcome.after(), hidden));
        gaps.addAll(gaps("before", trial.before(), outcome.before(), hidden));
        return new TrialJson(
                trial.after().id(),
                trial.after().name(),
                trial.before().version() == 0 ? "sent" : "deployed",
                trial.before().version() == 0 ? null : trial.before().version(),
                trial.span().from(),
                trial.span().to(),
                trial.span().zone().getId(),
                trial.readAt(),
                sees,
                outcome.looked(),
                outcome.differing(),
                outcome.cut(),
                outcome.sentence().get(),
                outcome.counts(),
                outcome.groups().stream().map(group -> json(group, sees)).toList(),
                trial.after().notDeployable(),
                gaps.stream().limit(MOST_GAPS).toList(),
                trial.after().columns(),
                trial.after().rows().stream()
                        .map(row -> new RowJson(
                                row.number(),
                                row.description(),
                                row.cells(),
                                comparesBy(row, hidden)
                                                || outcome.after().untold().contains(row.number())
                                        ? null
                                        : outcome.after().reached().getOrDefault(row.number(), 0L)))
                        .toList(),
                visible(outcome, sees).map(all -> page(all, offset, limit)).orElse(null),
                offset);
    }

    /** Empty where they tell of cases, and the reader sees none. */
    static Optional<List<? extends Difference>> visible(TrialOutcome outcome, SeesJson sees) {
        return outcome.tellsOfCases() && !sees.cases() ? Optional.empty() : Optional.of(outcome.differences());
    }

    private static <D> List<D> page(List<D> all, int offset, int limit) {
        return all.stream().skip(offset).limit(limit).toList();
    }

    static GroupJson json(TrialOutcome.Group group, SeesJson sees) {
        BigDecimal amount = group.amount();
        return new GroupJson(
                group.of(), group.counts(), sees.money() && amount != null ? amount.toPlainString() : null);
    }

    private static List<GapJson> gaps(String name, TriedTable table, TrialOutcome.Asked asked, Set<String> hidden) {
        Set<Integer> telling = table.rows().stream()
                .filter(row -> comparesBy(row, hidden))
                .map(TriedTable.Row::number)
                .collect(Collectors.toSet());
        Map<Object, GapJson> together = new LinkedHashMap<>();
        for (TriedTable.Unanswered each : asked.unanswered()) {
            Map<String, String> inputs = new TreeMap<>(each.inputs());
            hidden.forEach(input -> inputs.computeIfPresent(input, (key, value) -> about(new BigDecimal(value))));
            List<Integer> rows = each.rows().stream().anyMatch(telling::contains) ? List.of() : each.rows();
            GapJson gap = new GapJson(
                    name,
                    inputs,
                    each.gap().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    rows,
                    sentence(each, rows, !hidden.isEmpty()),
                    each.times());
            together.merge(
                    List.of(inputs, gap.gap(), gap.rows()),
                    gap,
                    (a, b) ->
                            new GapJson(a.table(), a.inputs(), a.gap(), a.rows(), a.sentence(), a.times() + b.times()));
        }
        return together.values().stream()
                .sorted(Comparator.comparingLong(GapJson::times).reversed())
                .toList();
    }

    /** A column of an older table may ask for more than a name. */
    private static boolean comparesBy(TriedTable.Row row, Set<String> inputs) {
        return row.comparesBy().stream().anyMatch(asked -> inputs.stream().anyMatch(asked::contains));
    }

    /** @param amountsAreHidden what the engine says of a table that breaks may hold one */
    private static String sentence(TriedTable.Unanswered gap, List<Integer> rows, boolean amountsAreHidden) {
        return switch (gap.gap()) {
            case NO_ROW -> Messages.text("tableTrial.gap.noRow");
            case SEVERAL_ROWS ->
                rows.isEmpty()
                        ? Messages.text("tableTrial.gap.severalRowsOfAmounts")
                        : Messages.text(
                                "tableTrial.gap.severalRows",
                                rows.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            case BROKEN ->
                amountsAreHidden
                        ? Messages.text("tableTrial.gap.brokenOfAmounts")
                        : Messages.text("tableTrial.gap.broken", gap.detail());
        };
    }

    /** For those who see no money: enough to find the row that is missing, such as 200–500 for 312.50. */
    private static String about(BigDecimal amount) {
        BigDecimal low = BigDecimal.ZERO;
        for (BigDecimal ten = BigDecimal.ONE; ; ten = ten.multiply(BigDecimal.TEN)) {
            for (int step : new int[] {1, 2, 5}) {
                BigDecimal high = ten.multiply(BigDecimal.valueOf(step));
                if (amount.compareTo(high) <= 0) {
                    return low.setScale(0, RoundingMode.UNNECESSARY).toPlainString() + "–" + high.toPlainString();
                }
                low = high;
            }
        }
    }
}
