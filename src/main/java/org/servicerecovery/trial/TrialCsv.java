package org.servicerecovery.trial;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a trial found as a table for other programs: each difference, or where those are not for the reader, the groups. */
final class TrialCsv {

    private TrialCsv() {}

    static List<List<@Nullable String>> of(TrialOutcome outcome, TrialJson.SeesJson sees) {
        return TrialJson.visible(outcome, sees)
                .filter(all -> !all.isEmpty())
                .map(TrialCsv::differences)
                .orElseGet(() -> groups(outcome, sees));
    }

    private static List<List<@Nullable String>> differences(List<? extends Difference> all) {
        List<List<@Nullable String>> records = new ArrayList<>();
        records.add(header(all.get(0)));
        all.forEach(each -> records.add(record(each)));
        return records;
    }

    private static List<@Nullable String> header(Difference one) {
        if (one instanceof Difference.Deadline) {
            return Arrays.asList(
                    "case",
                    "severity",
                    "severity_changes",
                    "started_at",
                    "resolved_at",
                    "due_before",
                    "due_after",
                    "seconds_longer",
                    "missed_before",
                    "missed_after");
        }
        if (one instanceof Difference.FurtherClock) {
            return Arrays.asList(
                    "case",
                    "clock",
                    "stage",
                    "severity",
                    "stopped_at",
                    "started_before",
                    "started_after",
                    "due_before",
                    "due_after",
                    "seconds_longer",
                    "missed_before",
                    "missed_after");
        }
        if (one instanceof Difference.Step) {
            return Arrays.asList(
                    "case",
                    "step",
                    "type",
                    "severity",
                    "settled_at",
                    "due_before",
                    "due_after",
                    "seconds_longer",
                    "missed_before",
                    "missed_after");
        }
        if (one instanceof Difference.Approval) {
            return Arrays.asList(
                    "case",
                    "compensation",
                    "kind",
                    "currency",
                    "amount",
                    "on_case",
                    "to_customer",
                    "severity",
                    "asked_at",
                    "approval_before",
                    "approval_after");
        }
        return Arrays.asList(
                "quarter",
                "tag",
                "label",
                "dimension",
                "key",
                "cases",
                "threshold_before",
                "threshold_after",
                "signal_before",
                "signal_after",
                "plan_within_days_before",
                "plan_within_days_after");
    }

    private static List<@Nullable String> record(Difference one) {
        if (one instanceof Difference.Deadline each) {
            return cells(
                    each.caseNumber(),
                    each.severity(),
                    each.changes(),
                    each.startedAt(),
                    each.resolvedAt(),
                    each.dueBefore(),
                    each.dueAfter(),
                    each.secondsLonger(),
                    each.missedBefore(),
                    each.missedAfter());
        }
        if (one instanceof Difference.FurtherClock each) {
            return cells(
                    each.caseNumber(),
                    each.clock(),
                    each.stage(),
                    each.severity(),
                    each.stoppedAt(),
                    each.startedBefore(),
                    each.startedAfter(),
                    each.dueBefore(),
                    each.dueAfter(),
                    each.secondsLonger(),
                    each.missedBefore(),
                    each.missedAfter());
        }
        if (one instanceof Difference.Step each) {
            return cells(
                    each.caseNumber(),
                    each.step(),
                    each.type(),
                    each.severity(),
                    each.settledAt(),
                    each.dueBefore(),
                    each.dueAfter(),
                    each.secondsLonger(),
                    each.missedBefore(),
                    each.missedAfter());
        }
        if (one instanceof Difference.Approval each) {
            return cells(
                    each.caseNumber(),
                    each.compensation(),
                    each.kind(),
                    each.currency(),
                    each.amount().toPlainString(),
                    each.onCase().toPlainString(),
                    each.toCustomer().toPlainString(),
                    each.severity(),
                    each.askedAt(),
                    each.approvalBefore(),
                    each.approvalAfter());
        }
        Difference.Signal each = (Difference.Signal) one;
        return cells(
                each.quarter(),
                each.tag(),
                each.label(),
                each.dimension(),
                each.key(),
                each.cases(),
                each.thresholdBefore(),
                each.thresholdAfter(),
                each.signalBefore(),
                each.signalAfter(),
                each.planWithinDaysBefore(),
                each.planWithinDaysAfter());
    }

    private static List<@Nullable String> cells(@Nullable Object... values) {
        return Stream.of(values).map(TrialCsv::cell).toList();
    }

    private static @Nullable String cell(@Nullable Object value) {
        return value instanceof Boolean is ? (is ? "yes" : "no") : Objects.toString(value, "");
    }

    private static List<List<@Nullable String>> groups(TrialOutcome outcome, TrialJson.SeesJson sees) {
        Set<String> of = new LinkedHashSet<>();
        Set<String> counts = new LinkedHashSet<>();
        outcome.groups().forEach(group -> {
            of.addAll(group.of().keySet());
            counts.addAll(group.counts().keySet());
        });
        List<List<@Nullable String>> records = new ArrayList<>();
        boolean amounts = sees.money() && outcome.groups().stream().anyMatch(group -> group.amount() != null);
        List<@Nullable String> header = new ArrayList<>(of);
        header.addAll(counts);
        if (amounts) {
            header.add("amount");
        }
        records.add(header);
        outcome.groups().forEach(group -> {
            List<@Nullable String> record = new ArrayList<>();
            of.forEach(each -> record.add(group.of().getOrDefault(each, "")));
            counts.forEach(each -> record.add(String.valueOf(group.counts().getOrDefault(each, 0L))));
            if (amounts) {
                record.add(TrialJson.json(group, sees).amount());
            }
            records.add(record);
        });
        return records;
    }
}
