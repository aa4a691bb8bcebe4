package org.servicerecovery.trend;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern: one cluster of cases in one quarter that a rule found. A case owner who does not see to it is told of their own
 * cases alone: neither evidence nor a comparison.
 *
 * @param dimension tag, family, team, area, product or operative
 * @param key the team, area, product or operative; empty for a cause and a family
 * @param cases that are in it now
 * @param evidence by which rules it was found, the first one first
 * @param partOf the signal that has the task, where a wider or narrower cluster was found before, or what its cause was
 *     merged into is one
 * @param mergedInto what the cause is called that its cases count under today; null while they count under its own
 * @param state to-plan, planned, overdue, watched (carried out, and too early to compare), to-check or effective; that of the
 *     signal which this one is part of
 * @param measure that of now; null before one is planned, and again when one had no effect
 * @param tookHoldOn the first day on which the measure was in force, and {@code carriedOut} what shows it
 * @param watchedUntil the day on which the weeks after are over
 * @param cameBack how often a measure had no effect
 * @param tried all measures, the first one first
 */
public record TrainingSignal(
        long id,
        String tag,
        String label,
        String dimension,
        String key,
        String quarter,
        int cases,
        Instant openedAt,
        List<Evidence> evidence,
        @Nullable Long partOf,
        @Nullable String mergedInto,
        String state,
        @Nullable String owner,
        @Nullable String measure,
        @Nullable LocalDate measureDueOn,
        @Nullable LocalDate tookHoldOn,
        @Nullable String carriedOut,
        @Nullable LocalDate watchedUntil,
        @Nullable Comparison comparison,
        int cameBack,
        @Nullable String effect,
        @Nullable Instant closedAt,
        List<TrainingHistory.Tried> tried) {

    /**
     * What a rule found, by the figures of that moment.
     *
     * @param rule threshold, rate (per number of jobs) or drift (little by little)
     * @param threshold of that rule: cases, the highest believed probability, or the decision interval
     * @param value what it was compared with it: cases, the probability, or the cumulative sum
     * @param expected how many cases there would have been as before; null for the threshold
     * @param jobs that were done in the time; null for the threshold
     * @param smallNumbers whether fewer than five were expected, so that there is little to go by
     */
    public record Evidence(
            String rule,
            Instant at,
            long cases,
            double threshold,
            double value,
            @Nullable Double expected,
            @Nullable Long jobs,
            boolean smallNumbers) {}

    /** Whoever sees to a pattern works with the whole of it; {@code reader} is null for those who see every trend. */
    boolean isWholeFor(@Nullable String reader) {
        return reader == null || reader.equals(owner);
    }

    TrainingSignal with(List<TrainingHistory.Tried> measures) {
        return with(evidence, comparison, measures);
    }

    /** Without what counts the cases of the whole business. */
    TrainingSignal withoutFigures() {
        return with(
                List.of(),
                null,
                tried.stream().map(TrainingHistory.Tried::withoutFigures).toList());
    }

    private TrainingSignal with(
            List<Evidence> rules, @Nullable Comparison figures, List<TrainingHistory.Tried> measures) {
        return new TrainingSignal(
                id,
                tag,
                label,
                dimension,
                key,
                quarter,
                cases,
                openedAt,
                rules,
                partOf,
                mergedInto,
                state,
                owner,
                measure,
                measureDueOn,
                tookHoldOn,
                carriedOut,
                watchedUntil,
                figures,
                cameBack,
                effect,
                closedAt,
                measures);
    }
}
