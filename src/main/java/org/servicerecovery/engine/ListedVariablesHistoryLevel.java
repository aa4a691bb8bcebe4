package org.servicerecovery.engine;

import java.util.Set;
import org.camunda.bpm.engine.impl.history.HistoryLevel;
import org.camunda.bpm.engine.impl.history.event.HistoryEventType;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.camunda.bpm.engine.impl.persistence.entity.VariableInstanceEntity;
import org.jspecify.annotations.Nullable;

/**
 * Full history, without what forms submit. A variable that a listener removes would otherwise stay in the history
 * tables, and so would the inputs of a decision: both hold personal data and money.
 */
final class ListedVariablesHistoryLevel implements HistoryLevel {

    static final String NAME = "listed-variables";

    private static final Set<HistoryEventType> VARIABLE_EVENTS = Set.of(
            HistoryEventTypes.VARIABLE_INSTANCE_CREATE,
            HistoryEventTypes.VARIABLE_INSTANCE_UPDATE,
            HistoryEventTypes.VARIABLE_INSTANCE_MIGRATE,
            HistoryEventTypes.VARIABLE_INSTANCE_UPDATE_DETAIL,
            HistoryEventTypes.VARIABLE_INSTANCE_DELETE);

    private static final Set<HistoryEventType> NEVER =
            Set.of(HistoryEventTypes.FORM_PROPERTY_UPDATE, HistoryEventTypes.DMN_DECISION_EVALUATE);

    @Override
    public int getId() {
        return 12;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean isHistoryEventProduced(HistoryEventType type, @Nullable Object entity) {
        if (NEVER.contains(type)) {
            return false;
        }
        // The engine asks without an entity whether the kind of event is wanted at all.
        if (VARIABLE_EVENTS.contains(type) && entity instanceof VariableInstanceEntity variable) {
            return Variable.isListed(variable.getName());
        }
        return true;
    }
}
