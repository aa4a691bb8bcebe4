package org.servicerecovery.cases;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Who is away and when, and who stands in for them. What becomes of the work is {@link StandIns}' business. Instants are
 * UTC.
 */
@Component
class Absences {

    private static final Duration LONGEST = Duration.ofDays(366);
    private static final RowMapper<Absence> ABSENCE = (row, n) -> new Absence(
            row.getLong("id"),
            row.getString("person"),
            row.getTimestamp("from_at").toInstant(),
            row.getTimestamp("until_at").toInstant(),
            row.getString("substitute"),
            Absence.State.valueOf(row.getString("state")),
            row.getString("set_by"));

    private final JdbcClient db;
    private final Clock clock;
    private final OwnerDirectory owners;

    Absences(JdbcClient db, Clock clock, OwnerDirectory owners) {
        this.db = db;
        this.clock = clock;
        this.owners = owners;
    }

    /** The absence of somebody that runs or is planned. */
    Optional<Absence> of(String person) {
        return db.sql("select * from absence where person = ? and state in ('PLANNED', 'RUNNING')")
                .param(person)
                .query(ABSENCE)
                .optional();
    }

    /** All that run or are planned. */
    List<Absence> current() {
        return db.sql("select * from absence where state in ('PLANNED', 'RUNNING') order by from_at, id")
                .query(ABSENCE)
                .list();
    }

    Absence get(long id) {
        return db.sql("select * from absence where id = ?")
                .param(id)
                .query(ABSENCE)
                .single();
    }

    /**
     * Sets or changes when somebody is away. One that runs keeps its beginning and its substitute, who has the work
     * already: only its end moves.
     *
     * @param from null: from this moment on
     * @throws Refused when the times or the substitute cannot be
     */
    @Transactional
    Absence set(String person, @Nullable Instant from, @Nullable Instant until, String substitute) {
        requireMaySetFor(person);
        Instant now = clock.instant();
        if (until == null) {
            throw Refused.field("until", "refused.absence.untilWhen");
        }
        Instant begins = from == null || from.isBefore(now) ? now : from;
        if (!until.isAfter(begins)) {
            throw Refused.field("until", "refused.absence.notAfter");
        }
        if (until.isAfter(begins.plus(LONGEST))) {
            throw Refused.field("until", "refused.absence.longerThanAYear");
        }
        if (substitute.isBlank()) {
            throw Refused.field("substitute", "refused.absence.whoMeanwhile");
        }
        if (substitute.equals(person)) {
            throw Refused.field("substitute", "refused.absence.themselves");
        }
        if (!owners.mayOwnCases(substitute)) {
            throw Refused.field("substitute", "refused.case.nobodyToOwn", substitute);
        }
        // Two who name each other at the same moment would not see each other's.
        db.sql("lock table absence in share row exclusive mode").update();
        Absence before = of(person).orElse(null);
        if (before != null && before.state() == Absence.State.RUNNING) {
            if (!before.substitute().equals(substitute)) {
                throw Refused.field("substitute", "refused.absence.runs", before.substitute());
            }
            begins = before.from();
        }
        refuseCircle(person, begins, until, substitute);
        if (before != null) {
            db.sql("update absence set from_at = ?, until_at = ?, substitute = ?, set_by = ?, set_at = ? where id = ?")
                    .params(
                            Timestamp.from(begins),
                            Timestamp.from(until),
                            substitute,
                            Actor.current().id(),
                            Timestamp.from(now),
                            before.id())
                    .update();
            return get(before.id());
        }
        return get(db.sql("""
                        insert into absence (person, from_at, until_at, substitute, state, set_by, set_at)
                        values (?, ?, ?, ?, 'PLANNED', ?, ?) returning id""")
                .params(
                        person,
                        Timestamp.from(begins),
                        Timestamp.from(until),
                        substitute,
                        Actor.current().id(),
                        Timestamp.from(now))
                .query(Long.class)
                .single());
    }

    /**
     * Somebody is back, or does not go: a planned absence is called off, one that runs ends now.
     *
     * @throws Refused when there is none
     */
    @Transactional
    Absence end(String person) {
        requireMaySetFor(person);
        db.sql("lock table absence in share row exclusive mode").update();
        Absence found = of(person).orElseThrow(() -> Refused.notFound("refused.absence.none", person));
        if (found.state() == Absence.State.PLANNED) {
            db.sql("update absence set state = 'CANCELLED' where id = ? and state = 'PLANNED'")
                    .param(found.id())
                    .update();
        } else {
            Instant now = clock.instant();
            Instant until = now.isAfter(found.from()) ? now : found.from().plusMillis(1);
            db.sql("update absence set until_at = least(until_at, ?) where id = ?")
                    .params(Timestamp.from(until), found.id())
                    .update();
        }
        return get(found.id());
    }

    /** Its time has come. False when it was called off meanwhile, or is over. */
    @Transactional
    boolean begins(Absence found) {
        Timestamp now = Timestamp.from(clock.instant());
        db.sql(
                        "update absence set state = 'RUNNING' where id = ? and state = 'PLANNED' and from_at <= ? and until_at > ?")
                .params(found.id(), now, now)
                .update();
        return get(found.id()).isRunningAt(clock.instant());
    }

    /** Its end has come, and nothing is left to come back. */
    @Transactional
    void isOver(Absence found) {
        db.sql("""
                        update absence set state = 'OVER'
                         where id = ? and state in ('PLANNED', 'RUNNING') and until_at <= ?""").params(found.id(), Timestamp.from(clock.instant())).update();
    }

    /**
     * Whether somebody is away still, or back already, as it is said in this moment: until the transaction ends nobody can
     * say otherwise. The case is locked before.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean stillHolds(Absence known, boolean away) {
        Absence now = db.sql("select * from absence where id = ? for share")
                .param(known.id())
                .query(ABSENCE)
                .single();
        boolean ended = now.state() != Absence.State.CANCELLED && !now.until().isAfter(clock.instant());
        return away ? now.isRunningAt(clock.instant()) : ended;
    }

    /**
     * Who has the work of somebody who is away now: their substitute, or the substitute's where that one is away too.
     * Empty when nobody is left to have it.
     */
    Optional<String> standInFor(Absence away) {
        Map<String, String> running = new HashMap<>();
        Instant now = clock.instant();
        current().stream()
                .filter(each -> !each.from().isAfter(now) && each.until().isAfter(now))
                .forEach(each -> running.put(each.person(), each.substitute()));
        Set<String> passed = new LinkedHashSet<>(Set.of(away.person()));
        String next = away.substitute();
        while (running.containsKey(next) && passed.add(next)) {
            next = running.get(next);
        }
        return passed.contains(next) || !owners.mayOwnCases(next) ? Optional.empty() : Optional.of(next);
    }

    /** Nobody stands in for somebody who stands in for them, at any moment, be it by way of others. */
    private void refuseCircle(String person, Instant from, Instant until, String substitute) {
        Map<String, Absence> others = new HashMap<>();
        for (Absence each : current()) {
            if (!each.person().equals(person)) {
                others.put(each.person(), each);
            }
        }
        String next = substitute;
        // Together all of them have to be away: the time in which the chain holds gets shorter with each.
        Instant begin = from;
        Instant end = until;
        Set<String> seen = new LinkedHashSet<>(Set.of(person));
        while (seen.add(next)) {
            Absence away = others.get(next);
            if (away == null) {
                return;
            }
            begin = begin.isAfter(away.from()) ? begin : away.from();
            end = end.isBefore(away.until()) ? end : away.until();
            if (!begin.isBefore(end)) {
                return;
            }
            next = away.substitute();
        }
        throw Refused.field("substitute", "refused.absence.circle", substitute, person);
    }

    private void requireMaySetFor(String person) {
        Actor actor = Actor.current();
        if (!actor.isSystem() && !actor.id().equals(person) && !CaseRoles.worksEveryCase(actor)) {
            throw Refused.forbidden("refused.absence.byManager");
        }
        if (!owners.mayOwnCases(person)) {
            throw Refused.field("person", "refused.absence.nobody", person);
        }
    }
}
