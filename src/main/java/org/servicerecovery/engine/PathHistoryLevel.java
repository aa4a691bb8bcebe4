package org.servicerecovery.engine;

import java.util.Set;
import org.camunda.bpm.engine.impl.history.HistoryLevel;
import org.camunda.bpm.engine.impl.history.event.HistoryEventType;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.jspecify.annotations.Nullable;

/**
 * Which way an instance took, when, and who completed what; how often a job failed; what somebody changed from outside.
 * No values: a variable that a listener removes would otherwise stay in the history tables, with personal data and
 * money, and whatever is worth keeping is in our own tables. Rows that nobody reads are half the work of a timer.
 */
final class PathHistoryLevel implements HistoryLevel {

    private static final Set<HistoryEventType> NEVER = Set.of(
            HistoryEventTypes.VARIABLE_INSTANCE_CREATE,
            HistoryEventTypes.VARIABLE_INSTANCE_UPDATE,
            HistoryEventTypes.VARIABLE_INSTANCE_MIGRATE,
            HistoryEventTypes.VARIABLE_INSTANCE_UPDATE_DETAIL,
            HistoryEventTypes.VARIABLE_INSTANCE_DELETE,
            HistoryEventTypes.FORM_PROPERTY_UPDATE,
            HistoryEventTypes.DMN_DECISION_EVALUATE,
            // The journal says who was told; candidates come from the models.
            HistoryEventTypes.IDENTITY_LINK_ADD,
            HistoryEventTypes.IDENTITY_LINK_DELETE,
            HistoryEventTypes.JOB_CREATE,
            HistoryEventTypes.JOB_SUCCESS);

    /** Kept in the database, which refuses to be used with a level of another id. */
    @Override
    public int getId() {
        return 12;
    }

    @Override
    public String getName() {
        return "path";
    }

    @Override
    public boolean isHistoryEventProduced(HistoryEventType type, @Nullable Object entity) {
        return !NEVER.contains(type);
    }
}
