package org.servicerecovery.compensation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is known of a comped service after asking the system that schedules it. No text in it holds an amount. */
public sealed interface ServiceOutcome {

    /**
     * It will be done.
     *
     * @param reference the system's own id of it
     * @param at when it will be done, null while the system does not say
     */
    record Scheduled(String reference, @Nullable Instant at) implements ServiceOutcome {}

    /** It was scheduled, and will not be done. */
    record Cancelled() implements ServiceOutcome {}

    /** The system answered that it does not do what was asked; asking again does not change that. */
    record Refused(String reason) implements ServiceOutcome {}

    /**
     * No answer that can be believed: time-out, lost connection, server error. What was asked may have been done. Look it
     * up or send it again with the same key; never count it as failed.
     */
    record Unknown(String why) implements ServiceOutcome {}
}
