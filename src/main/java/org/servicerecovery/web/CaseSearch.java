package org.servicerecovery.web;

import java.sql.Array;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.engine.CaseOfTask;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Finds cases by what people know of them: the case number or the end of it, the customer, a phone number however it is
 * written, or words of what went wrong, of what the customer said and of the notes of steps. Each word has to be found, in
 * any of these places, by its beginning; case and accents do not count. Only cases that the reader may see are found.
 */
@Component
class CaseSearch {

    /** @param mine whether it is with the reader, and not just one that they may take */
    record TaskJson(String id, String name, boolean mine) {}

    /** @param task what the reader may work on in this case now, when there is something */
    record HitJson(
            String number,
            String customer,
            String customerNumber,
            String state,
            String severity,
            @Nullable String owner,
            @Nullable String ownerName,
            Instant openedAt,
            @Nullable Instant closedAt,
            String summary,
            @Nullable TaskJson task) {}

    /** @param more whether there are further ones, which are not told */
    record HitsJson(List<HitJson> cases, boolean more) {}

    private record Row(long id, HitJson hit) {}

    private record InstanceOfCase(long caseId, String instance) {}

    private static final int LONGEST = 200;
    private static final int MOST_WORDS = 8;
    /** Fewer digits are no phone number that anybody would look for. */
    private static final int FEWEST_DIGITS = 5;

    private static final int YEARS_BACK = 9;
    private static final Pattern NUMBER = Pattern.compile("SR[- ]?(\\d{4})[- ]?(\\d{0,9})");
    private static final Pattern END_OF_NUMBER = Pattern.compile("(?:(\\d{4})[- ])?0*(\\d{1,9})");
    private static final Pattern PHONE = Pattern.compile("[+]?[0-9 ()/.\\-]+");

    private static final String BY_WORD = """
            select id from recovery_case
             where search_words(summary || ' ' || coalesce(verbatim, '')) @@ cast(:%1$s as tsquery)
            union
            select case_id from plan_step where notes is not null and search_words(notes) @@ cast(:%1$s as tsquery)
            union
            select c.id from customer u join recovery_case c on c.customer_id = u.id
             where search_words(u.number || ' ' || u.name || ' ' || coalesce(u.email, '')) @@ cast(:%1$s as tsquery)
            """;
    private static final String BY_PHONE = """
            select c.id from customer u join recovery_case c on c.customer_id = u.id
             where u.phone is not null
               and (reverse(search_phone(u.phone)) like :phoneEnd or reverse(search_phone(u.phone)) in (:phones))
            """;

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final CaseOfTask engine;
    private final CaseAccess access;
    private final ModelWords words;

    CaseSearch(JdbcClient db, Clock clock, BusinessZone zone, CaseOfTask engine, CaseAccess access, ModelWords words) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.engine = engine;
        this.access = access;
        this.words = words;
    }

    /** Open cases first, the newest first. */
    @Transactional(readOnly = true)
    HitsJson find(String asked, int limit) {
        Map<String, Object> params = new HashMap<>();
        String meant = meant(asked, params);
        Actor reader = Actor.current();
        String visible = access.visible(params);
        params.put("limit", limit + 1);
        List<Row> rows = db.sql("select c.*, u.name as customer, u.number as customer_number from (" + meant
                        + ") found join recovery_case c on c.id = found.id join customer u on u.id = c.customer_id where "
                        + visible
                        + " order by c.closed_at is not null, c.opened_at desc, c.id desc limit :limit")
                .params(params)
                .query((row, n) -> new Row(
                        row.getLong("id"),
                        new HitJson(
                                row.getString("number"),
                                row.getString("customer"),
                                row.getString("customer_number"),
                                code(row.getString("state")),
                                code(row.getString("severity")),
                                row.getString("owner"),
                                null,
                                row.getTimestamp("opened_at").toInstant(),
                                InstantColumns.read(row, "closed_at"),
                                row.getString("summary"),
                                null)))
                .list();
        List<Row> told = rows.subList(0, Math.min(limit, rows.size()));
        Map<Long, TaskJson> tasks = tasks(told.stream().map(Row::id).toList(), reader);
        Map<String, String> names = engine.names(told.stream()
                .map(row -> row.hit().owner())
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new)));
        return new HitsJson(
                told.stream()
                        .map(row -> complete(row.hit(), names, tasks.get(row.id())))
                        .toList(),
                rows.size() > limit);
    }

    /**
     * The ids of the cases that are meant, as a select; which of them the reader may see is another question.
     *
     * @param params where its parameters go, by name
     * @throws Refused naming the field {@code q} when too little or too much is asked for
     */
    String meant(String asked, Map<String, Object> params) {
        String text = asked.strip();
        if (text.length() > LONGEST) {
            throw Refused.field("q", "refused.longer", String.valueOf(LONGEST));
        }
        List<String> words = words(text);
        if (words.stream().mapToInt(String::length).sum() < 2) {
            throw Refused.field("q", "refused.search.tooShort");
        }
        List<String> ways = new ArrayList<>();
        ways.add(byWords(words, params));
        byNumber(text, params).ifPresent(ways::add);
        if (PHONE.matcher(text).matches() && digits(text).length() >= FEWEST_DIGITS) {
            ways.add(byPhone(text, params));
        }
        return ways.stream().map(way -> "(" + way + ")").collect(Collectors.joining(" union "));
    }

    /** As the database splits what it holds, and so what is looked for. */
    private List<String> words(String text) {
        return db.sql("select array_remove(string_to_array(search_text(?), ' '), '') as words")
                .param(text)
                .query((row, n) -> {
                    Array words = row.getArray("words");
                    return List.of((String[]) words.getArray());
                })
                .single();
    }

    private static String byWords(List<String> words, Map<String, Object> params) {
        return IntStream.range(0, Math.min(words.size(), MOST_WORDS))
                .mapToObj(at -> {
                    String name = "word" + at;
                    // A word is letters and digits alone.
                    params.put(name, "'" + words.get(at) + "':*");
                    return "(" + BY_WORD.formatted(name) + ")";
                })
                .collect(Collectors.joining(" intersect "));
    }

    private Optional<String> byNumber(String text, Map<String, Object> params) {
        Matcher whole = NUMBER.matcher(text.toUpperCase(Locale.ROOT));
        if (whole.matches()) {
            params.put("numberStart", "SR-" + whole.group(1) + "-" + whole.group(2) + "%");
            params.put("numbers", numbers(whole.group(1), whole.group(2)));
            return Optional.of("select id from recovery_case where number like :numberStart or number in (:numbers)");
        }
        Matcher end = END_OF_NUMBER.matcher(text);
        if (end.matches()) {
            params.put("numbers", numbers(end.group(1), end.group(2)));
            return Optional.of("select id from recovery_case where number in (:numbers)");
        }
        return Optional.empty();
    }

    /** "123" is the case with that number of this year, or of the years before. */
    private List<String> numbers(@Nullable String year, String end) {
        long sequence = end.isEmpty() ? 0 : Long.parseLong(end);
        int now = zone.dateOf(clock.instant()).getYear();
        IntStream years =
                year == null ? IntStream.rangeClosed(now - YEARS_BACK, now) : IntStream.of(Integer.parseInt(year));
        return years.mapToObj(each -> "SR-%04d-%06d".formatted(each, sequence)).toList();
    }

    /**
     * The number is known by its end, with or without the country's code: what was written with one may be kept without,
     * and its code is of one to three digits.
     */
    private static String byPhone(String text, Map<String, Object> params) {
        String digits = digits(text);
        String fromEnd = new StringBuilder(digits).reverse().toString();
        boolean withCode = text.startsWith("+") || text.startsWith("00");
        params.put("phoneEnd", fromEnd + "%");
        params.put(
                "phones",
                IntStream.rangeClosed(0, withCode ? 3 : 0)
                        .mapToObj(code -> fromEnd.substring(0, Math.max(FEWEST_DIGITS, fromEnd.length() - code)))
                        .distinct()
                        // After the code a zero may have been written that nobody dials from abroad.
                        .map(number -> number.replaceFirst("0+$", ""))
                        .toList());
        return BY_PHONE;
    }

    private static String digits(String phone) {
        return phone.replace("(0)", "").replaceAll("[^0-9]", "").replaceFirst("^0+", "");
    }

    /** What each of the cases has for the reader: first what is with them, then what they may take. */
    private Map<Long, TaskJson> tasks(List<Long> caseIds, Actor reader) {
        if (caseIds.isEmpty()) {
            return Map.of();
        }
        List<InstanceOfCase> instances = db.sql(
                        "select case_id, instance_id from case_instance where case_id in (:ids)")
                .param("ids", caseIds)
                .query((row, n) -> new InstanceOfCase(row.getLong(1), row.getString(2)))
                .list();
        Map<String, Long> caseOf =
                instances.stream().collect(Collectors.toMap(InstanceOfCase::instance, InstanceOfCase::caseId));
        Map<Long, TaskJson> tasks = new HashMap<>();
        engine.forReader(caseOf.keySet(), reader.id(), reader.groups())
                .forEach(task -> tasks.putIfAbsent(
                        Objects.requireNonNull(caseOf.get(task.processInstanceId())),
                        new TaskJson(task.id(), words.task(task.key(), task.name()), task.isTheirs())));
        return tasks;
    }

    private static HitJson complete(HitJson hit, Map<String, String> names, @Nullable TaskJson task) {
        return new HitJson(
                hit.number(),
                hit.customer(),
                hit.customerNumber(),
                hit.state(),
                hit.severity(),
                hit.owner(),
                hit.owner() == null ? null : names.getOrDefault(hit.owner(), hit.owner()),
                hit.openedAt(),
                hit.closedAt(),
                hit.summary(),
                task);
    }

    private static String code(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
