package org.servicerecovery.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.trend.taxonomy.MeantTags;
import org.servicerecovery.trend.taxonomy.TaxonomyView;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Cases that are over, as long as our own tables know them: whether the engine still has their history or not. By what
 * people know of them, their causes, and when they were resolved or opened; a page at a time, the next one by the key of
 * the last row, so that a far page costs what the first does. Only what the reader may see.
 */
@Component
class FinishedCases {

    /**
     * What is asked for; days are the business's, the last one is part of the span.
     *
     * @param q as in the search for cases
     * @param tag code, label or other name of a cause
     * @param as is, was or family: see {@link MeantTags}
     * @param main true where it has to be the main cause
     * @param resolvedFrom of what ended without a resolution, the end counts
     * @param ended a state in which a case is over; null for any
     * @param sort ended or opened, with a minus for the latest first
     */
    record Wanted(
            @Nullable String q,
            @Nullable String tag,
            @Nullable String as,
            @Nullable String main,
            @Nullable String resolvedFrom,
            @Nullable String resolvedTo,
            @Nullable String openedFrom,
            @Nullable String openedTo,
            @Nullable String ended,
            @Nullable String sort) {}

    /**
     * @param called as the tag was called when it was put on the case
     * @param now as it is called, or what it is counted under, in reports of today
     */
    record CauseJson(String tag, String called, String now, boolean main) {}

    /** @param seconds left when it was resolved, or how late it was */
    record DeadlineJson(boolean met, long seconds) {}

    /**
     * @param endedAt when nothing more was to be done
     * @param resolvedAt of its last resolution, as all of it; null for what ended without one
     * @param deadline of the resolution; null where its clock never stopped
     * @param causes those that stand on it now; a closed case may have been tagged again
     * @param mainAtClose what its main cause was called with the first verdict, by which it is counted as it was
     * @param finding its first verdict, by which figures count it, whatever a later resolution was found to be
     * @param regulatorFinding the latest decision of a regulator, by which figures count it
     * @param cost by currency, as figures count it; null for what no figure counts
     * @param reopened whether it had been resolved before
     * @param duplicateOf the case that it was merged into
     */
    record RowJson(
            String number,
            String customer,
            String customerNumber,
            String severity,
            String state,
            Instant openedAt,
            Instant endedAt,
            @Nullable Instant resolvedAt,
            @Nullable DeadlineJson deadline,
            @Nullable String resolutionType,
            List<CauseJson> causes,
            @Nullable String mainAtClose,
            @Nullable String finding,
            @Nullable String regulatorFinding,
            @Nullable String owner,
            @Nullable String ownerName,
            @Nullable Map<String, String> cost,
            boolean reopened,
            @Nullable String duplicateOf) {}

    /**
     * @param next what to ask for with {@code after}; null at the end
     * @param openAgain how many more were resolved in the days asked for and have been opened again: figures count them;
     *     null where no such days are asked for, and behind the first page
     */
    record PageJson(
            List<RowJson> cases,
            @Nullable String next,
            @Nullable Long openAgain) {}

    private record Row(long id, Timestamp key, RowJson shown) {}

    /** @param until the first instant after it */
    private record Days(Instant from, Instant until) {}

    private static final LocalDate LATEST = LocalDate.of(9998, 12, 31);

    private static final List<CaseState> OVER =
            Arrays.stream(CaseState.values()).filter(CaseState::isOver).toList();
    private static final TypeReference<TreeMap<String, String>> AMOUNTS = new TypeReference<>() {};

    /** Which, before what is told of them is looked up: so each condition is met by its own index. */
    private static final String PAGE = """
            with page as materialized (
              select id from (%s) parts order by at%s, id%2$s limit :limit""";

    /** Of those that the reader sees for one reason, as many as a page has. */
    private static final String PART = """
            (select c.id, %1$s as at from recovery_case c where c.closed_at is not null%2$s
              order by %1$s%3$s, c.id%3$s limit :limit)""";

    private static final String ROWS = """
            )
            select c.id, c.number, c.severity, c.state, c.owner, c.opened_at, c.closed_at, u.name as customer,
                   u.number as customer_number, r.type, r.resolved_at, n.finding, g.finding as regulator_finding, f.cost,
                   m.reached_at as missed_at,
                   k.at as stopped_at, k.due_at, d.number as duplicate_of, w.tag_label as main_at_close,
                   w.epoch < r.epoch as reopened
              from page p
              join recovery_case c on c.id = p.id
              join customer u on u.id = c.customer_id
              left join lateral (select * from resolution v where v.case_id = c.id order by v.epoch desc limit 1) r on true
              left join lateral (select * from resolution v where v.case_id = c.id order by v.epoch limit 1) w on true
              -- Verdicts as trend_facts counts them.
              left join lateral (select v.finding from resolution v where v.case_id = c.id and v.finding is not null
                                  order by v.epoch limit 1) n on true
              left join lateral (select v.finding from regulator_finding v where v.case_id = c.id
                                  order by v.decided_on desc, v.id desc limit 1) g on true
              left join trend_fact f on f.case_id = c.id
              left join clock_notice m on m.case_id = c.id and m.epoch = r.epoch and m.clock = 'resolution' and m.level = 2
              left join lateral (select q.at, q.due_at from clock_entry q
                                  where q.case_id = c.id and q.epoch = r.epoch and q.clock = 'resolution'
                                    and q.kind = 'STOPPED' limit 1) k on true
              left join recovery_case d on d.id = c.duplicate_of""";

    /** Nothing ends before it is resolved. */
    private static final String RESOLVED = """
            c.closed_at >= :resolvedFrom and c.id in (
              select case_id from resolution where resolved_at >= :resolvedFrom and resolved_at < :resolvedTo
              union all
              select n.id from recovery_case n
               where n.closed_at >= :resolvedFrom and n.closed_at < :resolvedTo and n.state <> 'CLOSED')""";

    private static final String OPEN_AGAIN = """
            select count(*) from recovery_case c
             where c.closed_at is null and c.id in (
                   select r.case_id from resolution r
                     join case_epoch e on e.case_id = r.case_id and e.epoch > r.epoch
                    where r.resolved_at >= :resolvedFrom and r.resolved_at < :resolvedTo)""";

    private final JdbcClient db;
    private final BusinessZone zone;
    private final CaseSearch search;
    private final CaseAccess access;
    private final MeantTags tags;
    private final CaseOfTask people;
    private final ObjectMapper json;

    FinishedCases(
            JdbcClient db,
            BusinessZone zone,
            CaseSearch search,
            CaseAccess access,
            MeantTags tags,
            CaseOfTask people,
            ObjectMapper json) {
        this.db = db;
        this.zone = zone;
        this.search = search;
        this.access = access;
        this.tags = tags;
        this.people = people;
        this.json = json;
    }

    /**
     * @param after the key of the page before; null for the first
     * @throws Refused naming what is wrong with what is asked for
     */
    @Transactional(readOnly = true)
    PageJson find(Wanted wanted, @Nullable String after, int limit) {
        Map<String, Object> params = new HashMap<>();
        List<String> conditions = conditions(wanted, params);
        Long openAgain = null;
        if (params.containsKey("resolvedFrom")) {
            openAgain = after == null ? openAgain(conditions, params) : null;
            conditions.add(RESOLVED);
        }
        if (params.containsKey("ended")) {
            conditions.add("c.state = :ended");
        }
        String sort = sort(said(wanted.sort()));
        boolean latestFirst = sort.startsWith("-");
        String column = sort.endsWith("opened") ? "c.opened_at" : "c.closed_at";
        if (after != null) {
            key(after, params);
            conditions.add("(" + column + ", c.id) " + (latestFirst ? "<" : ">") + " (:afterAt, :afterId)");
        }
        params.put("limit", limit + 1);
        String direction = latestFirst ? " desc" : "";
        String asked = all(conditions);
        // Words find few cases, at some cost: they are looked for once.
        List<String> seen = said(wanted.q()).isEmpty() ? access.visibleParts(params) : List.of(access.visible(params));
        String parts = seen.stream()
                .map(part -> PART.formatted(column, asked + " and (" + part + ")", direction))
                .collect(Collectors.joining(" union "));
        List<Row> found = db.sql(PAGE.formatted(parts, direction)
                        + ROWS
                        + " order by " + column + direction + ", c.id" + direction)
                .params(params)
                .query((row, n) -> new Row(row.getLong("id"), row.getTimestamp(column.substring(2)), shown(row)))
                .list();
        List<Row> page = found.subList(0, Math.min(limit, found.size()));
        String next = null;
        if (found.size() > limit) {
            Row last = page.get(page.size() - 1);
            next = last.key().toInstant() + "~" + last.id();
        }
        return new PageJson(complete(page), next, openAgain);
    }

    /** Figures count what was closed: those who ask for what ended otherwise are told of none. */
    private long openAgain(List<String> conditions, Map<String, Object> params) {
        if (!CaseState.CLOSED.name().equals(params.getOrDefault("ended", CaseState.CLOSED.name()))) {
            return 0;
        }
        return db.sql(OPEN_AGAIN + all(conditions) + all(List.of(access.visible(params))))
                .params(params)
                .query(Long.class)
                .single();
    }

    private static String all(List<String> conditions) {
        return conditions.stream().map(each -> " and (" + each + ")").collect(Collectors.joining());
    }

    /** What is asked for but the days of the resolution and how it ended: these stand among the parameters alone. */
    private List<String> conditions(Wanted wanted, Map<String, Object> params) {
        Refused.Gathered wrong = new Refused.Gathered();
        List<String> conditions = new ArrayList<>();
        String words = said(wanted.q());
        if (!words.isEmpty()) {
            wrong.take(() -> conditions.add("c.id in (" + search.meant(words, params) + ")"));
        }
        String view = said(wanted.as());
        TaxonomyView as = view.isEmpty() ? TaxonomyView.IS : wrong.take(() -> TaxonomyView.parse("as", view));
        String tag = said(wanted.tag());
        if (!tag.isEmpty() && as != null) {
            List<Long> meant = wrong.take(() -> tags.of("tag", tag, as));
            params.put("tags", meant == null ? List.of() : meant);
            conditions.add(causes(as, said(wanted.main()).equals("true")));
        }
        if (!List.of("", "true", "false").contains(said(wanted.main()))) {
            wrong.add("main", "refused.notKnownChoose", said(wanted.main()), "true, false");
        }
        String ended = said(wanted.ended());
        if (!ended.isEmpty()) {
            CaseState state = wrong.take(() -> ended(ended));
            params.put("ended", state == null ? "" : state.name());
        }
        Days resolved = days("resolved", said(wanted.resolvedFrom()), said(wanted.resolvedTo()), wrong);
        if (resolved != null) {
            params.put("resolvedFrom", Timestamp.from(resolved.from()));
            params.put("resolvedTo", Timestamp.from(resolved.until()));
        }
        Days opened = days("opened", said(wanted.openedFrom()), said(wanted.openedTo()), wrong);
        if (opened != null) {
            params.put("openedFrom", Timestamp.from(opened.from()));
            params.put("openedTo", Timestamp.from(opened.until()));
            conditions.add("c.opened_at >= :openedFrom and c.opened_at < :openedTo");
        }
        wrong.refuseIfAny();
        return conditions;
    }

    private static String said(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    /** As it was: what was said with any of its resolutions. */
    private static String causes(TaxonomyView as, boolean main) {
        if (as != TaxonomyView.WAS) {
            return "c.id in (select case_id from case_cause where tag_id in (:tags)" + (main ? " and main" : "") + ")";
        }
        return "c.id in (select case_id from resolution where tag_id in (:tags)"
                + (main ? "" : " union all select case_id from resolution_further_tag where tag_id in (:tags)") + ")";
    }

    private static CaseState ended(String text) {
        CaseState state = Coded.find(CaseState.class, text).orElse(null);
        if (state == null || !state.isOver()) {
            throw Refused.field(
                    "ended",
                    "refused.notKnownChoose",
                    text,
                    OVER.stream().map(CaseState::code).collect(Collectors.joining(", ")));
        }
        return state;
    }

    private static String sort(String asked) {
        String sort = asked.isEmpty() ? "-ended" : asked;
        if (!List.of("-ended", "ended", "-opened", "opened").contains(sort)) {
            throw Refused.field("sort", "refused.notKnownChoose", sort, "-ended, ended, -opened, opened");
        }
        return sort;
    }

    /** Null where neither end is said. */
    private @Nullable Days days(String name, String from, String to, Refused.Gathered wrong) {
        if (from.isEmpty() && to.isEmpty()) {
            return null;
        }
        LocalDate first = from.isEmpty() ? AskedDay.EARLIEST : wrong.take(() -> day(name + "From", from));
        LocalDate last = to.isEmpty() ? LATEST : wrong.take(() -> day(name + "To", to));
        if (first == null || last == null) {
            return null;
        }
        if (last.isBefore(first)) {
            wrong.add(name + "To", "refused.finished.order");
            return null;
        }
        return new Days(
                first.atStartOfDay(zone.id()).toInstant(),
                last.plusDays(1).atStartOfDay(zone.id()).toInstant());
    }

    private static LocalDate day(String field, String text) {
        try {
            LocalDate day = LocalDate.parse(text);
            if (isInReach(day)) {
                return day;
            }
        } catch (DateTimeException noSuchDay) {
            // Refused below.
        }
        throw Refused.field(field, "refused.finished.day");
    }

    /** Java knows years that the database does not. */
    private static boolean isInReach(LocalDate day) {
        return !day.isBefore(AskedDay.EARLIEST) && !day.isAfter(LATEST);
    }

    private static void key(String after, Map<String, Object> params) {
        String[] parts = after.split("~", 2);
        try {
            Instant at = Instant.parse(parts[0]);
            if (isInReach(LocalDate.ofInstant(at, ZoneOffset.UTC))) {
                params.put("afterAt", Timestamp.from(at));
                params.put("afterId", Long.parseLong(parts[1]));
                return;
            }
        } catch (DateTimeException | NumberFormatException | ArrayIndexOutOfBoundsException notOurs) {
            // Refused below.
        }
        throw Refused.field("after", "refused.finished.after");
    }

    private RowJson shown(ResultSet row) throws SQLException {
        return new RowJson(
                row.getString("number"),
                row.getString("customer"),
                row.getString("customer_number"),
                code(row.getString("severity")),
                code(row.getString("state")),
                row.getTimestamp("opened_at").toInstant(),
                row.getTimestamp("closed_at").toInstant(),
                InstantColumns.read(row, "resolved_at"),
                deadline(row),
                codeOrNone(row.getString("type")),
                List.of(),
                row.getString("main_at_close"),
                codeOrNone(row.getString("finding")),
                codeOrNone(row.getString("regulator_finding")),
                row.getString("owner"),
                null,
                cost(row.getString("cost")),
                row.getBoolean("reopened"),
                row.getString("duplicate_of"));
    }

    /** Late by the first moment at which it was: a breach stays, whatever the deadline was moved to. */
    private static @Nullable DeadlineJson deadline(ResultSet row) throws SQLException {
        Instant stopped = InstantColumns.read(row, "stopped_at");
        Instant missed = InstantColumns.read(row, "missed_at");
        Instant due = InstantColumns.read(row, "due_at");
        if (stopped == null || (missed == null && due == null)) {
            return null;
        }
        return missed == null
                ? new DeadlineJson(
                        true,
                        Math.max(
                                0,
                                Duration.between(stopped, Objects.requireNonNull(due))
                                        .toSeconds()))
                : new DeadlineJson(
                        false, Math.max(0, Duration.between(missed, stopped).toSeconds()));
    }

    private @Nullable Map<String, String> cost(@Nullable String kept) {
        try {
            return kept == null ? null : json.readValue(kept, AMOUNTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What a case cost cannot be read.", e);
        }
    }

    private List<RowJson> complete(List<Row> page) {
        if (page.isEmpty()) {
            return List.of();
        }
        Map<Long, List<CauseJson>> causes = causes(page.stream().map(Row::id).toList());
        Map<String, String> names = people.names(page.stream()
                .map(row -> row.shown().owner())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        return page.stream()
                .map(row -> complete(row.shown(), causes.getOrDefault(row.id(), List.of()), names))
                .toList();
    }

    private Map<Long, List<CauseJson>> causes(List<Long> ids) {
        Map<Long, List<CauseJson>> causes = new HashMap<>();
        db.sql("""
                        select c.case_id, t.code, c.tag_label, n.label, c.main from case_cause c
                          join root_cause_tag t on t.id = c.tag_id
                          join root_cause_tag_as_is a on a.tag_id = c.tag_id
                          join root_cause_tag n on n.id = a.now_id
                         where c.case_id in (:ids) order by c.main desc, t.code""").param("ids", ids).query(row -> {
            causes.computeIfAbsent(row.getLong("case_id"), key -> new ArrayList<>())
                    .add(new CauseJson(
                            row.getString("code"),
                            row.getString("tag_label"),
                            row.getString("label"),
                            row.getBoolean("main")));
        });
        return causes;
    }

    private static RowJson complete(RowJson row, List<CauseJson> causes, Map<String, String> names) {
        return new RowJson(
                row.number(),
                row.customer(),
                row.customerNumber(),
                row.severity(),
                row.state(),
                row.openedAt(),
                row.endedAt(),
                row.resolvedAt(),
                row.deadline(),
                row.resolutionType(),
                causes,
                row.mainAtClose(),
                row.finding(),
                row.regulatorFinding(),
                row.owner(),
                row.owner() == null ? null : names.getOrDefault(row.owner(), row.owner()),
                row.cost(),
                row.reopened(),
                row.duplicateOf());
    }

    private static @Nullable String codeOrNone(@Nullable String constant) {
        return constant == null ? null : code(constant);
    }

    private static String code(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
