package org.servicerecovery.compensation;

/** Whether the money could be reserved. */
sealed interface IntentOutcome {

    record Reserved() implements IntentOutcome {}

    record NotPossible(String reason) implements IntentOutcome {}
}
