package org.servicerecovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for cannot be done, and the asker can be told why. Thrown where the whole operation has to be undone:
 * whatever was written before it rolls back. A refusal that a process acts on (a declined refund) is a value instead.
 */
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why: decides the HTTP status, 400, 403, 404 or 409. */
    public enum Reason {
        INVALID,
        FORBIDDEN,
        NOT_FOUND,
        CONFLICT
    }

    /**
     * One field and what is wrong with it.
     *
     * @param key of the messages file, for which the arguments are; or a sentence that came as it is
     */
    public record Problem(String field, String key, List<Object> arguments) {

        /** In the words and the language of whoever asks. */
        public String message() {
            return message(Messages.reader());
        }

        /** As it is kept: in English, whoever asked. */
        public String inEnglish() {
            return message(Locale.ENGLISH);
        }

        private String message(Locale reader) {
            return Messages.has(key) ? Messages.text(reader, key, arguments.toArray()) : key;
        }
    }

    /** Gathers what is wrong with several fields, so that the reader can mend them in one go. */
    public static final class Gathered {

        private final List<Problem> problems = new ArrayList<>();

        /** What the part gives, or null when it is refused: then {@link #refuseIfAny} throws. */
        public <T> @Nullable T take(Supplier<T> part) {
            try {
                return part.get();
            } catch (Refused refused) {
                problems.addAll(refused.problems());
                return null;
            }
        }

        public void add(String field, String key, Object... arguments) {
            problems.add(new Problem(field, key, List.of(arguments)));
        }

        /** @throws Refused naming everything that was gathered */
        public void refuseIfAny() {
            if (!problems.isEmpty()) {
                throw new Refused(Reason.INVALID, problems);
            }
        }
    }

    private final Reason reason;
    private final transient List<Problem> problems;

    private Refused(Reason reason, List<Problem> problems) {
        this.reason = reason;
        this.problems = List.copyOf(problems);
    }

    /**
     * @param field its name at the API, or in the form
     * @param key of the messages file: what is wrong, as it follows "This", such as "is missing."
     */
    public static Refused field(String field, String key, Object... arguments) {
        return of(Reason.INVALID, field, key, arguments);
    }

    /** @param key of the messages file: a sentence */
    public static Refused notFound(String key, Object... arguments) {
        return of(Reason.NOT_FOUND, "", key, arguments);
    }

    /** @param key of the messages file: a sentence */
    public static Refused forbidden(String key, Object... arguments) {
        return of(Reason.FORBIDDEN, "", key, arguments);
    }

    /** @param key of the messages file: a sentence */
    public static Refused conflict(String key, Object... arguments) {
        return of(Reason.CONFLICT, "", key, arguments);
    }

    /** @param key of the messages file: what is in the way, told of the field that is to blame */
    public static Refused conflictOver(String field, String key, Object... arguments) {
        return of(Reason.CONFLICT, field, key, arguments);
    }

    /**
     * What the part gives; what is wrong with one of its fields is told of the field within the whole.
     *
     * @param whole what the part is there, such as {@code parts[2]}, counted from 0
     */
    public static <T> T within(String whole, Supplier<T> part) {
        try {
            return part.get();
        } catch (Refused refused) {
            throw new Refused(
                    refused.reason,
                    refused.problems.stream()
                            .map(each -> each.field().isEmpty()
                                    ? each
                                    : new Problem(whole + "." + each.field(), each.key(), each.arguments()))
                            .toList());
        }
    }

    private static Refused of(Reason reason, String field, String key, Object... arguments) {
        return new Refused(reason, List.of(new Problem(field, key, List.of(arguments))));
    }

    /** All problems in the language of whoever asks, each behind the name of its field. */
    @Override
    public String getMessage() {
        return problems.stream()
                .map(problem ->
                        problem.field().isEmpty() ? problem.message() : problem.field() + ": " + problem.message())
                .collect(Collectors.joining(" "));
    }

    public Reason reason() {
        return reason;
    }

    public List<Problem> problems() {
        return problems;
    }
}
