package org.servicerecovery.job.outbound;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where released jobs go. There is one, as the configuration says. */
interface JobReceiver {

    /** What became of a delivery. */
    sealed interface Answer {

        /** The receiver has it, now or from an earlier try. */
        record Taken() implements Answer {}

        /**
         * It is to be tried again.
         *
         * @param why in our words, with nothing about a person in it
         * @param said what the receiver itself said; null when nothing
         * @param notBefore how long the receiver asks to be left alone; null when it says nothing
         */
        record NotTaken(
                String why, @Nullable String said, @Nullable Duration notBefore) implements Answer {

            NotTaken(String why) {
                this(why, null, null);
            }
        }

        /** No further try can succeed until somebody has done something about it. */
        record Refused(String why, @Nullable String said) implements Answer {}
    }

    /** As the setting names it. */
    String name();

    /** Whether jobs stay here: then nothing has to be told. */
    default boolean isBuiltIn() {
        return false;
    }

    /** At most as long as one delivery takes: meanwhile nobody else tries it. */
    Duration longest();

    Answer deliver(OutboundMessage message);
}
