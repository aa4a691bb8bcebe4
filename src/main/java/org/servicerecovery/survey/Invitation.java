package org.servicerecovery.survey;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a customer was asked, as far as its page and its answer need it. */
record Invitation(
        long id,
        long caseId,
        String caseNumber,
        long customerId,
        byte[] publicId,
        Instant expiresAt,
        State state,
        @Nullable Integer score) {

    enum State {
        /** It can be answered. */
        OPEN,
        ANSWERED,
        /** Expired, refused, or the case was opened again. */
        OVER
    }
}
