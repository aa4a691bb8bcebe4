package org.servicerecovery.plan;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A step to be planned.
 *
 * @param type code of a step type, such as call-customer
 * @param purpose what the step shall achieve
 * @param assignee user id of who does it; null for the owner of the case
 * @param hours from the start of the step until it is due; null for as many as step-deadline.dmn says
 * @param dueAt when it is due, whatever the hours; null for by the hours
 */
public record NewStep(
        String type,
        String purpose,
        @Nullable String assignee,
        StepStart start,
        @Nullable Integer hours,
        @Nullable Instant dueAt) {

    public NewStep(String type, String purpose, @Nullable String assignee) {
        this(type, purpose, assignee, StepStart.AT_ONCE, null, null);
    }

    /** The step as a row of the form "Plan recovery". */
    Map<String, String> row() {
        Map<String, String> row = new HashMap<>(Map.of("type", type, "purpose", purpose, "start", start.code()));
        if (assignee != null) {
            row.put("assignee", assignee);
        }
        if (hours != null) {
            row.put("hours", hours.toString());
        }
        if (dueAt != null) {
            row.put("dueAt", dueAt.toString());
        }
        return row;
    }
}
