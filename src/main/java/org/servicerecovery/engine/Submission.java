package org.servicerecovery.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.spin.json.SpinJsonNode;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Amounts;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;

/**
 * What a form or an API call submitted with the completion of a task. Taking it removes it from the engine before
 * anything is written, so that personal data and money never reach the engine's tables. The engine checks nothing of a
 * submitted form: the accessors here refuse, by field, what is missing or of the wrong kind.
 */
public final class Submission {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 10_000;

    private record Taken(DelegateTask task, Submission submission) {}

    /**
     * What the task that this thread is completing was given, for its last listener. By thread and by the task's own
     * object: to the engine, two people's completions of one task are equal.
     */
    private static final ThreadLocal<@Nullable Taken> TAKEN = new ThreadLocal<>();

    private final Map<String, Object> values;
    private final Set<String> read = new HashSet<>();

    private Submission(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Takes what was submitted with a task, as {@link #take(VariableScope)} does, and remembers it for {@link #rest}.
     *
     * @throws Refused when somebody else completed the task in this moment: the engine has the task still, and no place
     *     for what was submitted
     */
    public static Submission take(DelegateTask task) {
        if (task.getExecution() == null) {
            throw Refused.conflict("refused.task.gone");
        }
        Submission taken = take((VariableScope) task);
        TAKEN.set(new Taken(task, taken));
        return taken;
    }

    /**
     * Takes what the task's listeners have left: what none of them read, whether or not they took the submission.
     *
     * @param inputs what the model gives to the form: not an answer
     */
    static Map<String, String> rest(DelegateTask task, Set<String> inputs) {
        Taken taken = TAKEN.get();
        TAKEN.remove();
        boolean ofThisTask = taken != null && taken.task() == task;
        return (ofThisTask ? taken.submission() : take((VariableScope) task)).rest(inputs);
    }

    /** Takes every variable that may not stay in the engine out of the scope. */
    public static Submission take(VariableScope scope) {
        Map<String, Object> values = new HashMap<>();
        for (String name : List.copyOf(scope.getVariableNames())) {
            if (!Variable.isListed(name)) {
                Object value = scope.getVariable(name);
                if (value != null) {
                    values.put(name, value);
                }
                scope.removeVariable(name);
            }
        }
        return new Submission(values);
    }

    /** What nobody has read so far, as texts by field, without empty ones: a form may ask more than Java knows. */
    public Map<String, String> rest() {
        return rest(Set.of());
    }

    /** @param inputs are no answers, and may be as long as they like: all tags of the business, say */
    private Map<String, String> rest(Set<String> inputs) {
        Map<String, String> rest = new TreeMap<>();
        values.forEach((field, value) -> {
            String text = read.contains(field) || inputs.contains(field)
                    ? ""
                    : value.toString().strip();
            if (!text.isEmpty()) {
                rest.put(field, checked(field, text));
            }
        });
        return rest;
    }

    /** The text without surrounding blanks, or empty when there is none. */
    public Optional<String> text(String field) {
        read.add(field);
        Object value = values.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof CharSequence || value instanceof Number || value instanceof Boolean)) {
            throw Refused.field(field, "refused.text");
        }
        String text = checked(field, value.toString().strip());
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String checked(String field, String text) {
        return PlainText.upTo(LONGEST_TEXT, field, text);
    }

    public @Nullable String textOrNull(String field) {
        return text(field).orElse(null);
    }

    public String textOrEmpty(String field) {
        return text(field).orElse("");
    }

    /** @param otherwise key of the messages file: what to tell the reader when the field is empty */
    public String requiredText(String field, String otherwise, Object... arguments) {
        return text(field).orElseThrow(() -> Refused.field(field, otherwise, arguments));
    }

    public Optional<BigDecimal> decimal(String field) {
        return text(field).map(text -> {
            try {
                return Amounts.written(text);
            } catch (NumberFormatException e) {
                throw Refused.field(field, "refused.number", text);
            }
        });
    }

    public boolean isTrue(String field) {
        return text(field).map(Boolean::parseBoolean).orElse(false);
    }

    /** A date without time, as a form's date picker submits it (2026-11-22). */
    public Optional<LocalDate> date(String field) {
        return text(field).map(text -> {
            try {
                return LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text);
            } catch (DateTimeParseException e) {
                throw Refused.field(field, "refused.date", text);
            }
        });
    }

    /** A moment as a form's date-and-time picker submits it; without an offset it is read in the zone. */
    public Optional<Instant> moment(String field, ZoneId zone) {
        read.add(field);
        if (values.get(field) instanceof Date date) {
            return Optional.of(date.toInstant());
        }
        return text(field).map(text -> moment(field, text, zone));
    }

    /** Reads a moment as a date-and-time picker writes it; without an offset it is read in the zone. */
    public static Instant moment(String field, String text, ZoneId zone) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException withoutOffset) {
            try {
                return java.time.LocalDateTime.parse(text).atZone(zone).toInstant();
            } catch (DateTimeParseException e) {
                throw Refused.field(field, "refused.dateTime", text);
            }
        }
    }

    /** The values that were chosen of several, such as by checkboxes; empty when none was. */
    public List<String> choices(String field) {
        List<String> chosen = new ArrayList<>();
        for (JsonNode value : list(field, "refused.values")) {
            if (!value.isTextual()) {
                throw Refused.field(field, "refused.values");
            }
            chosen.add(checked(field, value.textValue().strip()));
        }
        return chosen;
    }

    /** The rows of a list in the form, each a map of its fields as texts; empty when the list is. */
    public List<Map<String, String>> rows(String field) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (JsonNode row : list(field, "refused.rows")) {
            if (!row.isObject()) {
                throw Refused.field(field, "refused.rows");
            }
            Map<String, String> texts = new HashMap<>();
            row.fields().forEachRemaining(cell -> {
                if (cell.getValue().isValueNode() && !cell.getValue().isNull()) {
                    texts.put(
                            cell.getKey(),
                            checked(field, cell.getValue().asText().strip()));
                }
            });
            rows.add(texts);
        }
        return rows;
    }

    private JsonNode list(String field, String otherwise) {
        read.add(field);
        Object value = values.get(field);
        if (value == null || value.toString().isBlank()) {
            return JSON.createArrayNode();
        }
        JsonNode node;
        try {
            node = value instanceof SpinJsonNode || value instanceof CharSequence
                    ? JSON.readTree(value.toString())
                    : JSON.valueToTree(value);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw Refused.field(field, otherwise);
        }
        if (!node.isArray()) {
            throw Refused.field(field, otherwise);
        }
        return node;
    }
}
