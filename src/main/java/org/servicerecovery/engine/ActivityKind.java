package org.servicerecovery.engine;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an activity of a model is for somebody who asks where time goes, by the engine's names of types. */
public enum ActivityKind {
    /** Somebody's work. */
    TASK("userTask"),
    /** Another process: its own time is told on its own diagram, here it is one step from its start to its end. */
    CALL("callActivity"),
    /** A part of the process, from when it is entered until it is left; what waits in it is counted there as well. */
    PART("subProcess", "transaction", "adHocSubProcess"),
    /** Waits for a time or for news. */
    EVENT(
            "receiveTask",
            "eventBasedGateway",
            "intermediateCatchEvent",
            "intermediateTimer",
            "intermediateMessageCatch",
            "intermediateSignalCatch",
            "intermediateConditional"),
    /** Done at once. */
    AUTOMATIC;

    /** Those in which a case can wait, in the words of SQL: the index for them holds no others. */
    public static final String WAITING = Stream.of(TASK, CALL, PART, EVENT)
            .flatMap(kind -> kind.types.stream())
            .map(type -> "'" + type + "'")
            .collect(Collectors.joining(", "));

    private final List<String> types;

    ActivityKind(String... types) {
        this.types = List.of(types);
    }

    /** @param type as the engine's history calls it */
    public static ActivityKind of(String type) {
        return Stream.of(values())
                .filter(kind -> kind.types.contains(type))
                .findFirst()
                .orElse(AUTOMATIC);
    }

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
