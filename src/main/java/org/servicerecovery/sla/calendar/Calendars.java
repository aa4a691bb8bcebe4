package org.servicerecovery.sla.calendar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The calendars of this installation, by version: a version that was saved stays as it is, for every case judged by it. */
@Component
public class Calendars {

    /** @param recomputes whether it counts for cases that were open when it was saved */
    public record Saved(
            String code,
            int version,
            CalendarDefinition definition,
            boolean recomputes,
            String savedBy,
            Instant savedAt) {}

    private static final String CODE = "[a-z0-9][a-z0-9-]{0,40}";

    private final JdbcClient db;
    private final Clock clock;
    private final ObjectMapper json;
    private final ApplicationEventPublisher events;
    private final WorkCalendar aroundTheClock;
    private final Map<String, WorkCalendar> known = new ConcurrentHashMap<>();

    Calendars(JdbcClient db, Clock clock, BusinessZone zone, ObjectMapper json, ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.json = json;
        this.events = events;
        this.aroundTheClock = new AroundTheClock(zone.id());
    }

    /** @throws IllegalStateException when there is no such calendar: a ledger or a table names one that was never saved */
    public WorkCalendar get(String code, int version) {
        if (code.equals(AroundTheClock.CODE)) {
            return aroundTheClock;
        }
        return known.computeIfAbsent(
                code + "/" + version,
                unused -> saved(code).stream()
                        .filter(saved -> saved.version() == version)
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalStateException("There is no calendar " + code + " version " + version + "."))
                        .definition()
                        .toCalendar());
    }

    /** The version that counts for new cases. */
    public int newestVersion(String code) {
        if (code.equals(AroundTheClock.CODE)) {
            return 0;
        }
        return db.sql("select max(version) from work_calendar where code = ?")
                .param(code)
                .query(Integer.class)
                .optional()
                .orElseThrow(() -> new IllegalStateException("There is no calendar " + code
                        + ", which a deadline table names. Save it, or name " + AroundTheClock.CODE + "."));
    }

    /** When a version was saved, and whether it counted for the cases that were open then. */
    public record Version(String code, int version, Instant savedAt, boolean recomputes) {}

    /** All versions of all calendars, in the order in which they were saved. */
    public List<Version> versions() {
        return db.sql("select code, version, saved_at, recomputes from work_calendar order by saved_at, version")
                .query((row, n) -> new Version(
                        row.getString("code"),
                        row.getInt("version"),
                        row.getTimestamp("saved_at").toInstant(),
                        row.getBoolean("recomputes")))
                .list();
    }

    /** The calendars that a table can name: that of day and night, and the saved ones. None ever goes again. */
    public List<String> codes() {
        return Stream.concat(
                        Stream.of(AroundTheClock.CODE),
                        db
                                .sql("select distinct code from work_calendar order by code")
                                .query(String.class)
                                .list()
                                .stream())
                .toList();
    }

    /** All versions of a calendar, newest first; none when there is no such calendar. */
    public List<Saved> saved(String code) {
        return db.sql("select * from work_calendar where code = ? order by version desc")
                .param(code)
                .query((row, n) -> new Saved(
                        row.getString("code"),
                        row.getInt("version"),
                        read(row.getString("definition")),
                        row.getBoolean("recomputes"),
                        row.getString("saved_by"),
                        row.getTimestamp("saved_at").toInstant()))
                .list();
    }

    /** The newest version of every calendar that was saved. */
    public List<Saved> all() {
        return db.sql("select distinct code from work_calendar order by code").query(String.class).list().stream()
                .map(code -> saved(code).get(0))
                .toList();
    }

    /**
     * Saves a new version, whichever is the newest.
     *
     * @param recomputes whether open cases on this calendar are measured by it from now on
     * @throws Refused when it has no working time, hours overlap, or zone or holidays are not known
     */
    @Transactional
    public Saved save(String code, CalendarDefinition definition, boolean recomputes) {
        return save(code, definition, recomputes, null);
    }

    /**
     * Saves a new version of what its author has seen.
     *
     * @param basedOn the newest version when the author looked, 0 where there was none; null for whichever it is
     * @throws Refused as above, and when somebody has saved another version since
     */
    @Transactional
    public Saved save(String code, CalendarDefinition definition, boolean recomputes, @Nullable Integer basedOn) {
        if (!code.matches(CODE) || code.equals(AroundTheClock.CODE)) {
            throw Refused.field("code", "refused.calendar.code", AroundTheClock.CODE);
        }
        definition.toCalendar();
        // One version after the other, whoever saves at the same time.
        db.sql("select pg_advisory_xact_lock(hashtext('work_calendar'))")
                .query((row, n) -> true)
                .single();
        requireNewest(code, basedOn);
        int version = db.sql("""
                        insert into work_calendar (code, version, zone, definition, recomputes, saved_by, saved_at)
                        select :code, 1 + coalesce(max(version), 0), :zone, cast(:definition as json), :recomputes, :by, :at
                          from work_calendar where code = :code
                        returning version""")
                .param("code", code)
                .param("zone", definition.zone())
                .param("definition", write(definition))
                .param("recomputes", recomputes)
                .param("by", Actor.current().id())
                .param("at", Timestamp.from(clock.instant()))
                .query(Integer.class)
                .single();
        forgetUnlessCommitted(code + "/" + version);
        if (recomputes) {
            events.publishEvent(new CalendarRecomputes(code, version));
        }
        return saved(code).get(0);
    }

    private void requireNewest(String code, @Nullable Integer basedOn) {
        Optional<Saved> newest = saved(code).stream().findFirst();
        if (basedOn == null || basedOn.equals(newest.map(Saved::version).orElse(0))) {
            return;
        }
        if (newest.isEmpty()) {
            throw Refused.field("basedOn", "refused.calendar.isNew");
        }
        if (basedOn == 0) {
            throw Refused.field("code", "refused.calendar.nameTaken");
        }
        throw Refused.conflict(
                "refused.calendar.changed",
                code,
                newest.get().savedBy(),
                String.valueOf(newest.get().version()),
                String.valueOf(basedOn));
    }

    /** Read by the recomputation, and perhaps rolled back with it: the number is given to another version then. */
    private void forgetUnlessCommitted(String version) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status != STATUS_COMMITTED) {
                    known.remove(version);
                }
            }
        });
    }

    private String write(CalendarDefinition definition) {
        try {
            return json.writeValueAsString(definition);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A calendar cannot be written.", e);
        }
    }

    private CalendarDefinition read(String text) {
        try {
            return json.readValue(text, CalendarDefinition.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A calendar cannot be read.", e);
        }
    }
}
