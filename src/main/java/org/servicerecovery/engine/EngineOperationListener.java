package org.servicerecovery.engine;

import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.EntityTypes;
import org.camunda.bpm.engine.impl.history.event.HistoryEvent;
import org.camunda.bpm.engine.impl.history.event.UserOperationLogEntryEventEntity;
import org.camunda.bpm.engine.impl.history.handler.HistoryEventHandler;
import org.springframework.context.ApplicationEventPublisher;

/** Tells the features when somebody operates the engine: the engine writes its operation log, we publish an event. */
final class EngineOperationListener implements HistoryEventHandler {

    private static final Set<String> OPERATED_ENTITIES =
            Set.of(EntityTypes.PROCESS_INSTANCE, EntityTypes.VARIABLE, EntityTypes.JOB, EntityTypes.INCIDENT);

    private final ApplicationEventPublisher events;

    EngineOperationListener(ApplicationEventPublisher events) {
        this.events = events;
    }

    @Override
    public void handleEvent(HistoryEvent event) {
        if (event instanceof UserOperationLogEntryEventEntity entry
                && OPERATED_ENTITIES.contains(entry.getEntityType())
                && !"Create".equals(entry.getOperationType())) {
            events.publishEvent(new EngineOperated(
                    entry.getProcessInstanceId(),
                    entry.getOperationType(),
                    entry.getEntityType(),
                    entry.getProperty(),
                    entry.getUserId()));
        }
    }

    @Override
    public void handleEvents(List<HistoryEvent> historyEvents) {
        historyEvents.forEach(this::handleEvent);
    }
}
