package org.servicerecovery.web;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.cases.Journal;
import org.springframework.stereotype.Component;

/**
 * Journal entries in words, by {@code timeline.properties}. A kind without a line there is told plainly: its name and
 * its content.
 */
@Component
class Timeline {

    /** A part in square brackets is left out when a value that it names is missing. */
    private static final Pattern OPTIONAL = Pattern.compile("\\[([^\\[\\]]*)]");

    private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z");
    private static final Pattern VALUE = Pattern.compile("\\{(\\w+)}");
    /** Content that holds user ids, which are told as names. */
    private static final Set<String> PEOPLE =
            Set.of("owner", "from", "to", "assignee", "approvedBy", "by", "reviewer", "manager", "told", "requestedBy");

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm z", Locale.ENGLISH);

    private final Properties sentences = new Properties();
    private final BusinessZone zone;

    Timeline(BusinessZone zone) {
        this.zone = zone;
        try (Reader file = new InputStreamReader(
                Objects.requireNonNull(Timeline.class.getResourceAsStream("timeline.properties")),
                StandardCharsets.UTF_8)) {
            sentences.load(file);
        } catch (IOException e) {
            throw new IllegalStateException("The sentences of the timeline cannot be read.", e);
        }
    }

    static Stream<String> peopleNamed(Journal.Entry entry) {
        Map<String, Object> content = entry.content();
        return content == null
                ? Stream.of()
                : content.entrySet().stream()
                        .filter(field -> PEOPLE.contains(field.getKey()) && field.getValue() instanceof String)
                        .map(field -> (String) field.getValue());
    }

    /** @param names full names by user id */
    String sentence(Journal.Entry entry, Map<String, String> names) {
        Map<String, String> values = values(entry.content(), names);
        String template = sentences.getProperty(entry.kind().replace(' ', '-'));
        if (template == null) {
            return plain(entry.kind(), values);
        }
        String chosen = OPTIONAL.matcher(template).replaceAll(part -> Matcher.quoteReplacement(optional(part, values)));
        return VALUE.matcher(chosen)
                .replaceAll(value -> Matcher.quoteReplacement(values.getOrDefault(value.group(1), "…")));
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
                : name + ": "
                        + values.entrySet().stream()
                                .map(value -> words(value.getKey()) + " " + value.getValue())
                                .collect(Collectors.joining(", "))
                        + ".";
    }

    /** {@code preventionAction} as "prevention action". */
    private static String words(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    private Map<String, String> values(@Nullable Map<String, Object> content, Map<String, String> names) {
        Map<String, String> values = new TreeMap<>();
        if (content != null) {
            content.forEach((field, value) -> {
                if (value != null && !value.toString().isBlank()) {
                    String text = value.toString();
                    values.put(field, PEOPLE.contains(field) ? names.getOrDefault(text, text) : moment(text));
                }
            });
        }
        return values;
    }

    /** An instant as the business reads it; any other text as it is. */
    private String moment(String text) {
        if (!INSTANT.matcher(text).matches()) {
            return text;
        }
        return MOMENT.format(Instant.parse(text).atZone(zone.id()));
    }
}
