package org.servicerecovery.sla;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A clock reached a level of its escalation chain, for the first and only time. Published within the transaction that
 * notes it.
 *
 * @param level 1 near, 2 missed, further ones when nobody acted
 * @param person the case's owner, who is told at level 1; null when nobody owns the case
 * @param roles who is told, or who is told in place of a missing owner
 */
public record LevelReached(
        long caseId,
        String caseNumber,
        ClockName clock,
        int level,
        @Nullable String person,
        List<String> roles,
        Instant dueAt) {}
