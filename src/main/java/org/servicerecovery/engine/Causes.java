package org.servicerecovery.engine;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is behind an exception, however deep the engine, Spring or the driver wrapped it. */
final class Causes {

    private Causes() {}

    /** The exception itself and what caused it, from the outermost inwards. */
    static Stream<Throwable> of(@Nullable Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
    }

    static <T extends Throwable> Optional<T> first(@Nullable Throwable thrown, Class<T> kind) {
        return of(thrown).filter(kind::isInstance).map(kind::cast).findFirst();
    }
}
