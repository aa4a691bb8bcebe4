package org.servicerecovery;

import java.util.ArrayList;
import java.util.List;
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

    /** One field and what is wrong with it, in the reader's words. */
    public record Problem(String field, String message) {}

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

        public void add(String field, String message) {
            problems.add(new Problem(field, message));
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
        super(problems.stream()
                .map(problem ->
                        problem.field().isEmpty() ? problem.message() : problem.field() + ": " + problem.message())
                .collect(Collectors.joining(" ")));
        this.reason = reason;
        this.problems = List.copyOf(problems);
    }

    public static Refused field(String field, String message) {
        return new Refused(Reason.INVALID, List.of(new Problem(field, message)));
    }

    public static Refused notFound(String message) {
        return new Refused(Reason.NOT_FOUND, List.of(new Problem("", message)));
    }

    public static Refused forbidden(String message) {
        return new Refused(Reason.FORBIDDEN, List.of(new Problem("", message)));
    }

    public static Refused conflict(String message) {
        return new Refused(Reason.CONFLICT, List.of(new Problem("", message)));
    }

    public Reason reason() {
        return reason;
    }

    public List<Problem> problems() {
        return problems;
    }
}
