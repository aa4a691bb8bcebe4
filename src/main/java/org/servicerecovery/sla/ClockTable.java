package org.servicerecovery.sla;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.Severity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The ledgers as rows, each entry added once and never changed. The caller holds the case's row lock. */
@Component
class ClockTable {

    /** A term as it is kept; lengths as ISO 8601 durations. */
    private enum Unit {
        HOURS,
        WORKING_DAYS,
        WORKING_DAYS_UNTIL_CLOSE,
        WEEKS
    }

    private record PolicyJson(
            String source,
            Severity severity,
            Unit unit,
            @Nullable Duration length,
            @Nullable Integer count,
            Duration warning,
            // Only where there are several, so that a node of an earlier release reads what it can know.
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Duration> furtherWarnings,

            String calendar,
            int calendarVersion,
            List<Policy.Level> levels,
            // Unknown to earlier releases, whose clocks were not extended.
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer extendBy) {}

    /** What was taken over from a merged case; see {@link ClockEntry.Merged}. */
    private record MergedJson(
            String number,
            Instant startedAt,
            List<ClockEntry.Span> counted,
            @Nullable Instant missedAt) {}

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private final JdbcClient db;
    private final Clock clock;

    ClockTable(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /** In the order they were added; empty when the epoch has no such clock. */
    List<ClockEntry> entries(long caseId, int epoch, ClockName name) {
        return db.sql("select * from clock_entry where case_id = ? and epoch = ? and clock = ? order by seq")
                .params(caseId, epoch, name.code())
                .query((row, n) -> entry(row, ClockTable::read))
                .list();
    }

    /** An epoch of a case. */
    record Epoch(long caseId, int epoch) {}

    /** The same of one clock for many epochs; those that have none are missing. */
    Map<Epoch, List<ClockEntry>> entries(Collection<Epoch> of, ClockName name) {
        Map<Epoch, List<ClockEntry>> all = new HashMap<>();
        entries(of, List.of(name)).forEach((epoch, clocks) -> all.put(epoch, clocks.getOrDefault(name, List.of())));
        return all;
    }

    /** The same of several clocks. */
    Map<Epoch, Map<ClockName, List<ClockEntry>>> entries(Collection<Epoch> of, List<ClockName> names) {
        Map<Epoch, Map<ClockName, List<ClockEntry>>> all = new HashMap<>();
        Map<String, ClockName> byCode = names.stream().collect(Collectors.toMap(ClockName::code, Function.identity()));
        // There are few different policies, and many promises of them.
        Map<String, Policy> read = new HashMap<>();
        db.sql("""
                        select k.* from unnest(cast(:cases as bigint[]), cast(:epochs as int[])) w (case_id, epoch)
                          join clock_entry k on k.case_id = w.case_id and k.epoch = w.epoch
                                            and k.clock = any(cast(:clocks as text[]))
                         order by k.case_id, k.epoch, k.clock, k.seq""")
                .param("cases", of.stream().map(Epoch::caseId).toArray(Long[]::new))
                .param("epochs", of.stream().map(Epoch::epoch).toArray(Integer[]::new))
                .param("clocks", byCode.keySet().toArray(String[]::new))
                .query(row -> {
                    all.computeIfAbsent(
                                    new Epoch(row.getLong("case_id"), row.getInt("epoch")),
                                    none -> new EnumMap<>(ClockName.class))
                            .computeIfAbsent(
                                    Objects.requireNonNull(byCode.get(row.getString("clock"))),
                                    none -> new ArrayList<>())
                            .add(entry(row, text -> read.computeIfAbsent(text, ClockTable::read)));
                });
        return all;
    }

    /** The clocks that an epoch has and that have started, that of the resolution first. */
    List<ClockName> names(long caseId, int epoch) {
        return db
                .sql("select clock from clock_entry where case_id = ? and epoch = ? and kind = 'STARTED'")
                .params(caseId, epoch)
                .query(String.class)
                .list()
                .stream()
                .map(code -> Coded.parse(ClockName.class, "clock", code))
                .sorted()
                .toList();
    }

    /**
     * @param seq the number of entries before this one, plus one
     * @param dueAt the deadline from this entry on
     */
    void append(long caseId, int epoch, ClockName name, int seq, ClockEntry entry, @Nullable Instant dueAt) {
        String kind;
        Policy policy = null;
        Integer calendarVersion = null;
        String reason = null;
        String by = Actor.current().id();
        String requestedBy = null;
        Instant from = null;
        Instant to = null;
        MergedJson merged = null;
        if (entry instanceof ClockEntry.Started started) {
            kind = "STARTED";
            policy = started.policy();
        } else if (entry instanceof ClockEntry.Paused paused) {
            kind = "PAUSED";
            reason = paused.reason();
            by = paused.by();
        } else if (entry instanceof ClockEntry.Resumed resumed) {
            kind = "RESUMED";
            reason = resumed.why();
            by = resumed.by();
        } else if (entry instanceof ClockEntry.SeverityChanged changed) {
            kind = "SEVERITY_CHANGED";
            policy = changed.policy();
            by = changed.by();
        } else if (entry instanceof ClockEntry.CalendarChanged changed) {
            kind = "CALENDAR_CHANGED";
            calendarVersion = changed.version();
        } else if (entry instanceof ClockEntry.Extended extended) {
            kind = "EXTENDED";
            reason = extended.reason();
            requestedBy = extended.requestedBy();
            by = extended.approvedBy();
            from = extended.from();
            to = extended.to();
        } else if (entry instanceof ClockEntry.Merged other) {
            kind = "MERGED";
            by = other.by();
            merged = new MergedJson(other.number(), other.startedAt(), other.counted(), other.missedAt());
        } else {
            kind = "STOPPED";
            reason = ((ClockEntry.Stopped) entry).why();
        }
        db.sql("""
                        insert into clock_entry (case_id, epoch, clock, seq, kind, at, by_user, policy, calendar_version,
                                                 reason, requested_by, old_due_at, new_due_at, merged, due_at)
                        values (?, ?, ?, ?, ?, ?, ?, cast(? as json), ?, ?, ?, ?, ?, cast(? as json), ?)""")
                .params(
                        caseId,
                        epoch,
                        name.code(),
                        seq,
                        kind,
                        Timestamp.from(entry.at()),
                        by,
                        policy == null ? null : write(policy),
                        calendarVersion,
                        reason,
                        requestedBy,
                        timestamp(from),
                        timestamp(to),
                        merged == null ? null : write(merged),
                        timestamp(dueAt))
                .update();
    }

    /** What a clock will promise once it starts. */
    void keepWaiting(long caseId, int epoch, ClockName name, Policy policy) {
        db.sql("insert into clock_waiting (case_id, epoch, clock, policy) values (?, ?, ?, cast(? as jsonb))")
                .params(caseId, epoch, name.code(), write(policy))
                .update();
    }

    /** The clocks of an epoch that wait, or waited, for their start. */
    Map<ClockName, Policy> waiting(long caseId, int epoch) {
        Map<ClockName, Policy> waiting = new EnumMap<>(ClockName.class);
        db.sql("select clock, policy from clock_waiting where case_id = ? and epoch = ?")
                .params(caseId, epoch)
                .query((row, n) -> waiting.put(
                        Coded.parse(ClockName.class, "clock", row.getString("clock")), read(row.getString("policy"))))
                .list();
        return waiting;
    }

    /**
     * False when this level was told before: each notifies once.
     *
     * @param point which of the warnings, from 1 on; 1 for every other level
     */
    boolean notice(long caseId, int epoch, ClockName name, int level, int point, Instant reachedAt) {
        return db.sql("""
                                insert into clock_notice (case_id, epoch, clock, level, point, reached_at, noticed_at)
                                values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""")
                        .params(
                                caseId,
                                epoch,
                                name.code(),
                                level,
                                point,
                                Timestamp.from(reachedAt),
                                Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    /** Which of the warnings were told, by their number. */
    Set<Integer> warningsTold(long caseId, int epoch, ClockName name) {
        return db.sql("select point from clock_notice where case_id = ? and epoch = ? and clock = ? and level = 1")
                .params(caseId, epoch, name.code())
                .query(Integer.class)
                .set();
    }

    /** When levels were told, in order. */
    List<Notice> notices(long caseId, int epoch, ClockName name) {
        return db.sql("select * from clock_notice where case_id = ? and epoch = ? and clock = ? order by level, point")
                .params(caseId, epoch, name.code())
                .query((row, n) -> new Notice(
                        row.getInt("level"),
                        row.getInt("point"),
                        row.getTimestamp("reached_at").toInstant(),
                        row.getTimestamp("noticed_at").toInstant()))
                .list();
    }

    record Notice(int level, int point, Instant reachedAt, Instant noticedAt) {}

    private static ClockEntry entry(ResultSet row, Function<String, Policy> policies) throws SQLException {
        Instant at = row.getTimestamp("at").toInstant();
        String by = row.getString("by_user");
        // Null once what somebody wrote has been erased.
        String reason = Objects.requireNonNullElse(row.getString("reason"), "");
        return switch (row.getString("kind")) {
            case "STARTED" -> new ClockEntry.Started(at, policies.apply(row.getString("policy")));
            case "PAUSED" -> new ClockEntry.Paused(at, reason, by);
            case "RESUMED" -> new ClockEntry.Resumed(at, reason, by);
            case "SEVERITY_CHANGED" -> new ClockEntry.SeverityChanged(at, policies.apply(row.getString("policy")), by);
            case "CALENDAR_CHANGED" -> new ClockEntry.CalendarChanged(at, row.getInt("calendar_version"));
            case "EXTENDED" ->
                new ClockEntry.Extended(
                        at,
                        row.getTimestamp("old_due_at").toInstant(),
                        row.getTimestamp("new_due_at").toInstant(),
                        reason,
                        row.getString("requested_by"),
                        by);
            case "MERGED" -> merged(at, by, row.getString("merged"));
            case "STOPPED" -> new ClockEntry.Stopped(at, reason);
            default ->
                throw new IllegalStateException("A clock's ledger holds the unknown entry " + row.getString("kind")
                        + ": a newer version wrote it.");
        };
    }

    private static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    private static String write(Policy policy) {
        Unit unit;
        Duration length = null;
        Integer count = null;
        if (policy.term() instanceof Term.CountingTime counting) {
            unit = Unit.HOURS;
            length = counting.length();
        } else if (policy.term() instanceof Term.WorkingDays days) {
            unit = days.atClose() ? Unit.WORKING_DAYS_UNTIL_CLOSE : Unit.WORKING_DAYS;
            count = days.days();
        } else {
            unit = Unit.WEEKS;
            count = ((Term.Weeks) policy.term()).weeks();
        }
        return write(new PolicyJson(
                policy.source(),
                policy.severity(),
                unit,
                length,
                count,
                policy.warnings().get(0),
                policy.warnings().size() == 1
                        ? null
                        : policy.warnings().subList(1, policy.warnings().size()),
                policy.calendar(),
                policy.calendarVersion(),
                policy.levels(),
                policy.extendBy() == 0 ? null : policy.extendBy()));
    }

    private static String write(Object kept) {
        try {
            return JSON.writeValueAsString(kept);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A clock's entry cannot be written.", e);
        }
    }

    private static ClockEntry merged(Instant at, String by, String text) {
        try {
            MergedJson kept = JSON.readValue(text, MergedJson.class);
            return new ClockEntry.Merged(at, kept.number(), kept.startedAt(), kept.counted(), kept.missedAt(), by);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A merge in a clock's ledger cannot be read.", e);
        }
    }

    private static Policy read(String text) {
        try {
            PolicyJson kept = JSON.readValue(text, PolicyJson.class);
            Term term = switch (kept.unit()) {
                case HOURS -> new Term.CountingTime(Objects.requireNonNull(kept.length()));
                case WORKING_DAYS -> new Term.WorkingDays(Objects.requireNonNull(kept.count()), false);
                case WORKING_DAYS_UNTIL_CLOSE -> new Term.WorkingDays(Objects.requireNonNull(kept.count()), true);
                case WEEKS -> new Term.Weeks(Objects.requireNonNull(kept.count()));
            };
            return new Policy(
                    kept.source(),
                    kept.severity(),
                    term,
                    kept.furtherWarnings() == null
                            ? List.of(kept.warning())
                            : Stream.concat(Stream.of(kept.warning()), kept.furtherWarnings().stream())
                                    .toList(),
                    kept.calendar(),
                    kept.calendarVersion(),
                    kept.levels(),
                    Objects.requireNonNullElse(kept.extendBy(), 0));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A policy in a clock's ledger cannot be read.", e);
        }
    }
}
