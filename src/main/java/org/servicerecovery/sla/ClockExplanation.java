package org.servicerecovery.sla;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** Answers "why is this due then?" line by line, as it stands or as it stood at any moment in the past. */
@Component
public class ClockExplanation {

    /**
     * @param remainingSeconds counting time until the deadline, negative after it; counted to the stop once stopped
     * @param dueAt null while paused
     * @param extendableUntil the last deadline that one of the further clocks can be given; null when it can be given none
     * @param noticedAt when the breach was noticed, however late
     */
    public record ClockJson(
            String clock,
            String label,
            int epoch,
            String verdict,
            Instant startedAt,
            @Nullable Instant nearAt,
            @Nullable Instant dueAt,
            Instant originalDueAt,
            String term,
            String calendar,
            int calendarVersion,
            String policy,
            long elapsedSeconds,
            long remainingSeconds,
            @Nullable Instant pausedSince,
            @Nullable String pauseReason,
            @Nullable Instant missedAt,
            @Nullable Instant noticedAt,
            @Nullable Instant stoppedAt,
            @Nullable Instant extendableUntil,
            List<LevelJson> levels,
            List<LineJson> lines) {}

    /**
     * @param before how long before the deadline a warning comes; null for the levels after it
     * @param at when it is, or was, told; null while that is not known
     */
    public record LevelJson(
            int level,
            @Nullable String before,
            List<String> roles,
            @Nullable Instant at,
            @Nullable Instant toldAt) {}

    /** @param dueAt the deadline from this line on; null while it is not known */
    public record LineJson(
            Instant at,
            @Nullable String by,
            String text,
            @Nullable Instant dueAt) {}

    public record ClocksJson(
            String number, Instant at, List<ClockJson> clocks, List<Extensions.Extension> extensions) {}

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Clocks clocks;
    private final ClockTable table;
    private final Extensions extensions;
    private final CaseAccess access;

    ClockExplanation(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Clocks clocks,
            ClockTable table,
            Extensions extensions,
            CaseAccess access) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.clocks = clocks;
        this.table = table;
        this.extensions = extensions;
        this.access = access;
    }

    /**
     * The clocks of the epoch that ran at a moment.
     *
     * @param moment null for the present one
     * @throws Refused when there is no such case, the caller may not see it, or the moment lies in the future
     */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    public ClocksJson of(CaseNumber number, @Nullable Instant moment) {
        RecoveryCase found = cases.get(number);
        access.requireMaySee(found);
        Instant now = clock.instant();
        if (moment != null && moment.isAfter(now)) {
            throw Refused.field("at", "refused.clock.future");
        }
        return of(found, moment == null ? now : moment);
    }

    /** The same for a caller that has decided who may see the case. */
    public ClocksJson of(RecoveryCase found, Instant at) {
        int epoch = epochAt(found, at);
        List<ClockJson> read = new ArrayList<>();
        for (ClockName name : table.names(found.id(), epoch)) {
            clocks.ledger(found.id(), epoch, name).ifPresent(ledger -> {
                ClockLedger.Reading reading = ledger.at(at);
                if (!reading.startedAt().isAfter(at)) {
                    read.add(json(found.id(), epoch, name, ledger, reading, at));
                }
            });
        }
        return new ClocksJson(
                found.number().value(),
                at,
                read,
                extensions.of(found.id(), epoch).stream()
                        .filter(wish -> !wish.requestedAt().isAfter(at))
                        .map(wish -> wish.at(at))
                        .toList());
    }

    private int epochAt(RecoveryCase found, Instant at) {
        return db.sql("select max(epoch) from case_epoch where case_id = ? and started_at <= ?")
                .params(found.id(), java.sql.Timestamp.from(at))
                .query(Integer.class)
                .optional()
                .orElse(1);
    }

    private ClockJson json(
            long caseId, int epoch, ClockName name, ClockLedger ledger, ClockLedger.Reading reading, Instant at) {
        List<ClockTable.Notice> notices = table.notices(caseId, epoch, name).stream()
                .filter(notice -> !notice.noticedAt().isAfter(at))
                .toList();
        Policy policy = reading.policy();
        return new ClockJson(
                name.code(),
                name.shown(),
                epoch,
                reading.isPaused() && reading.missedAt() == null
                        ? "paused"
                        : reading.verdict().code(),
                reading.startedAt(),
                reading.nearAt(),
                reading.dueAt(),
                reading.originalDueAt(),
                policy.term().inWords(),
                policy.calendar(),
                policy.calendarVersion(),
                policy.source(),
                reading.elapsed().toSeconds(),
                reading.remaining().toSeconds(),
                reading.isPaused() ? reading.pausedSince() : null,
                reading.isPaused() && reading.pauseReason() != null ? label(reading.pauseReason()) : null,
                reading.missedAt(),
                notices.stream()
                        .filter(notice -> notice.level() == 2)
                        .map(ClockTable.Notice::noticedAt)
                        .findFirst()
                        .orElse(null),
                reading.stoppedAt(),
                reading.stoppedAt() == null && reading.missedAt() == null
                        ? clocks.extendableUntil(caseId, epoch, name)
                        : null,
                policy.levels().stream()
                        .flatMap(level -> level.number() == ClockLedger.NEAR
                                ? warnings(level, policy, ledger.warningsAt(at), notices)
                                : Stream.of(new LevelJson(
                                        level.number(),
                                        null,
                                        level.roles(),
                                        ledger.levelAt(at, level.number()),
                                        toldAt(notices, level.number(), 1))))
                        .toList(),
                lines(reading));
    }

    private static Stream<LevelJson> warnings(
            Policy.Level level, Policy policy, List<@Nullable Instant> points, List<ClockTable.Notice> notices) {
        return IntStream.range(0, points.size())
                .mapToObj(i -> new LevelJson(
                        level.number(),
                        Words.of(policy.warnings().get(i)),
                        level.roles(),
                        points.get(i),
                        toldAt(notices, level.number(), i + 1)));
    }

    private static @Nullable Instant toldAt(List<ClockTable.Notice> notices, int level, int point) {
        return notices.stream()
                .filter(notice -> notice.level() == level && notice.point() == point)
                .map(ClockTable.Notice::noticedAt)
                .findFirst()
                .orElse(null);
    }

    private static List<LineJson> lines(ClockLedger.Reading reading) {
        List<LineJson> lines = new ArrayList<>();
        @Nullable Instant pausedAt = null;
        for (ClockLedger.Line line : reading.lines()) {
            ClockEntry entry = line.entry();
            String by = null;
            String text;
            if (entry instanceof ClockEntry.Started started) {
                text = Messages.text(
                        "clock.started",
                        started.policy().severity().shown(),
                        started.policy().term().inWords(),
                        on(started.policy()),
                        started.policy().source());
            } else if (entry instanceof ClockEntry.Paused paused) {
                by = paused.by();
                pausedAt = paused.at();
                text = Messages.text("clock.paused", label(paused.reason()), Words.of(line.elapsed()));
            } else if (entry instanceof ClockEntry.Resumed resumed) {
                by = resumed.by();
                text = Messages.text(
                        "clock.resumed",
                        Words.of(Duration.between(Objects.requireNonNullElse(pausedAt, resumed.at()), resumed.at())),
                        resumed.why());
            } else if (entry instanceof ClockEntry.SeverityChanged changed) {
                by = changed.by();
                text = Messages.text(
                        changed.at().equals(line.dueAt()) ? "clock.severityBecamePassed" : "clock.severityBecame",
                        changed.policy().severity().shown(),
                        changed.policy().term().inWords(),
                        on(changed.policy()),
                        changed.policy().source(),
                        Words.of(line.elapsed()));
            } else if (entry instanceof ClockEntry.CalendarChanged changed) {
                text = Messages.text("clock.calendarChanged", String.valueOf(changed.version()));
            } else if (entry instanceof ClockEntry.Extended extended) {
                by = extended.approvedBy();
                text = Messages.text("clock.extended", extended.requestedBy(), extended.reason());
            } else if (entry instanceof ClockEntry.Merged merged) {
                by = merged.by();
                String counts = merged.counted().isEmpty() ? "clock.mergedLater" : "clock.merged";
                text = Messages.text(counts, merged.number(), merged.startedAt().toString());
                if (merged.missedAt() != null) {
                    text += " "
                            + Messages.text(
                                    "clock.mergedMissed", merged.missedAt().toString());
                }
            } else {
                text = Messages.text(reading.missedAt() == null ? "clock.stoppedInTime" : "clock.stoppedTooLate");
            }
            lines.add(new LineJson(entry.at(), by, text, line.dueAt()));
        }
        return lines;
    }

    private static String on(Policy policy) {
        return policy.calendar().equals(AroundTheClock.CODE)
                ? Messages.text("clock.dayAndNight")
                : Messages.text("clock.onVersion", policy.calendar(), String.valueOf(policy.calendarVersion()));
    }

    private static String label(String reason) {
        return Coded.find(PauseReason.class, reason).map(PauseReason::shown).orElse(reason);
    }
}
