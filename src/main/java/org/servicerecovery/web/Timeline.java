package org.servicerecovery.web;

import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.compensation.CompedService;
import org.servicerecovery.job.JobState;
import org.servicerecovery.plan.EscalationDecision;
import org.servicerecovery.plan.Wish;
import org.servicerecovery.resolution.Finding;
import org.servicerecovery.resolution.ResolutionType;
import org.servicerecovery.sla.ClockName;
import org.servicerecovery.sla.PauseReason;
import org.servicerecovery.workorder.AppointmentTold;
import org.servicerecovery.workorder.Charged;
import org.springframework.stereotype.Component;

/**
 * Journal entries in words, by the texts {@code timeline.…} of the messages file. A kind without one is told plainly: its name and
 * its content.
 */
@Component
class Timeline {

    /** A part in square brackets is left out when a value that it names is missing. */
    private static final Pattern OPTIONAL = Pattern.compile("\\[([^\\[\\]]*)]");

    private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z");
    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
    /** A value, and the stop that the text puts behind it. */
    private static final Pattern VALUE = Pattern.compile("\\{(\\w+)}(\\.?)");
    /** What somebody wrote may end a sentence by itself, in quotes or brackets too. */
    private static final Pattern ENDED = Pattern.compile("[.!?…][\"'”“’»«)\\]]*$");
    /** Content that holds user ids, which are told as names. */
    private static final Set<String> PEOPLE = Set.of(
            "owner",
            "from",
            "to",
            "assignee",
            "approvedBy",
            "by",
            "reviewer",
            "manager",
            "told",
            "requestedBy",
            "preventionOwner");

    /** Content that is the code of a tag. */
    private static final Set<String> TAGS = Set.of("tag", "rootCauseTag");

    /** What the journal keeps as a code or in English, by its field. */
    private static final Map<String, Map<String, Coded>> TERMS = Map.ofEntries(
            Map.entry("severity", terms(Severity.values())),
            Map.entry("before", terms(Severity.values())),
            Map.entry("now", terms(Severity.values())),
            Map.entry("source", terms(FailureSource.values())),
            Map.entry("type", terms(ResolutionType.values())),
            Map.entry("finding", terms(Finding.values())),
            Map.entry("reason", terms(PauseReason.values())),
            Map.entry("decision", terms(EscalationDecision.values())),
            Map.entry("wants", terms(Wish.values())),
            Map.entry("clock", terms(ClockName.values())),
            Map.entry("stage", terms(ClockName.values())),
            Map.entry("service", terms(CompedService.values())),
            Map.entry("jobState", terms(JobState.values())),
            Map.entry("charged", terms(Charged.values())),
            Map.entry("way", terms(AppointmentTold.values())));

    /** Fields whose values are few words, with the beginnings of the keys that these may have. */
    private static final Map<String, List<String>> WORDS = Map.of(
            "channel", List.of("channel.", "reachedBy."),
            "how", List.of("reachedBy."),
            "reached", List.of("callResult."),
            "audience", List.of("audience."),
            "approval", List.of("approval."),
            "route", List.of("visit.route."),
            "told", List.of("role.", "timeBox.wish.told."));

    /** Fields that hold several values, with commas between them. */
    private static final Set<String> LISTS = Set.of("wants", "told");

    private final BusinessZone zone;
    private final ModelWords words;

    Timeline(BusinessZone zone, ModelWords words) {
        this.zone = zone;
        this.words = words;
    }

    private static Map<String, Coded> terms(Coded... terms) {
        Map<String, Coded> known = new HashMap<>();
        for (Coded term : terms) {
            known.put(term.code(), term);
            known.put(term.label(), term);
            known.put(term.inText(), term);
        }
        return Map.copyOf(known);
    }

    static Stream<String> peopleNamed(Journal.Entry entry) {
        return contentOf(entry, PEOPLE);
    }

    /** The codes of the tags that an entry speaks of. */
    static Stream<String> tagsNamed(Journal.Entry entry) {
        return contentOf(entry, TAGS);
    }

    private static Stream<String> contentOf(Journal.Entry entry, Set<String> fields) {
        Map<String, Object> content = entry.content();
        return content == null
                ? Stream.of()
                : content.entrySet().stream()
                        .filter(field -> fields.contains(field.getKey()) && field.getValue() instanceof String)
                        .map(field -> (String) field.getValue());
    }

    /**
     * @param names full names by user id
     * @param tags labels by the codes of tags
     */
    String sentence(Journal.Entry entry, Map<String, String> names, Map<String, String> tags) {
        Map<String, String> values = values(entry.content(), names, tags);
        String key = "timeline." + entry.kind().replace(' ', '-');
        if (!Messages.has(key)) {
            return plain(entry.kind(), values);
        }
        String template = Messages.text(key);
        String chosen = OPTIONAL.matcher(template).replaceAll(part -> Matcher.quoteReplacement(optional(part, values)));
        return VALUE.matcher(chosen)
                .replaceAll(value ->
                        Matcher.quoteReplacement(followedBy(value.group(2), values.getOrDefault(value.group(1), "…"))));
    }

    /** A sentence has one end: that of the words in it, or a stop. */
    private static String followedBy(String stop, String text) {
        return ENDED.matcher(text).find() ? text : text + stop;
    }

    private static String optional(MatchResult part, Map<String, String> values) {
        boolean complete = VALUE.matcher(part.group(1))
                .results()
                .map(value -> value.group(1))
                .allMatch(values::containsKey);
        return complete ? part.group(1) : "";
    }

    private static String plain(String kind, Map<String, String> values) {
        String name = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
        return values.isEmpty()
                ? name + "."
                : followedBy(
                        ".",
                        name + ": "
                                + values.entrySet().stream()
                                        .map(value -> words(value.getKey()) + " " + value.getValue())
                                        .collect(Collectors.joining(", ")));
    }

    /** {@code preventionAction} as "prevention action". */
    private static String words(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    private Map<String, String> values(
            @Nullable Map<String, Object> content, Map<String, String> names, Map<String, String> tags) {
        Map<String, String> values = new TreeMap<>();
        if (content != null) {
            content.forEach((field, value) -> {
                if (value != null && !value.toString().isBlank()) {
                    String text = value.toString().stripTrailing();
                    Map<String, String> called =
                            PEOPLE.contains(field) ? names : TAGS.contains(field) ? tags : Map.of();
                    values.put(field, called.containsKey(text) ? called.get(text) : told(field, text));
                }
            });
        }
        return values;
    }

    /** An instant or a day as the business reads it, a term in the reader's language; any other text as it is. */
    private String told(String field, String text) {
        Locale language = Messages.language(Messages.reader());
        if (INSTANT.matcher(text).matches()) {
            return DateTimeFormatter.ofPattern(Messages.text("format.momentAndZone"), language)
                    .format(Instant.parse(text).atZone(zone.id()));
        }
        if (DAY.matcher(text).matches()) {
            return DateTimeFormatter.ofPattern(Messages.text("format.dayInText"), language)
                    .format(LocalDate.parse(text));
        }
        // The journal speaks English already, but for codes of several words.
        if (language.equals(Locale.ENGLISH) && !text.contains("-")) {
            return text;
        }
        if (field.equals("task")) {
            return words.task(text);
        }
        return LISTS.contains(field)
                ? Stream.of(text.split(", ")).map(each -> word(field, each)).collect(Collectors.joining(", "))
                : word(field, text);
    }

    private static String word(String field, String text) {
        Coded term = TERMS.getOrDefault(field, Map.of()).get(text);
        return term != null
                ? term.shownInText()
                : WORDS.getOrDefault(field, List.of()).stream()
                        .map(beginning -> beginning + text)
                        .filter(Messages::has)
                        .findFirst()
                        .map(Messages::text)
                        .orElse(text);
    }
}
