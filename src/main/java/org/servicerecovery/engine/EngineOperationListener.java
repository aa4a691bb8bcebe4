package org.servicerecovery.engine;

import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.EntityTypes;
import org.camunda.bpm.engine.impl.history.event.HistoricIncidentEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEvent;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.camunda.bpm.engine.impl.history.event.UserOperationLogEntryEventEntity;
import org.camunda.bpm.engine.impl.history.handler.HistoryEventHandler;
import org.camunda.bpm.engine.runtime.Incident;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Tells the features when somebody operates the engine, or when a job gives up: the engine writes its history, we
 * publish an event.
 */
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
        } else if (event instanceof HistoricIncidentEventEntity incident
                && incident.isEventOfType(HistoryEventTypes.INCIDENT_CREATE)
                && Incident.FAILED_JOB_HANDLER_TYPE.equals(incident.getIncidentType())
                // The instances that called this one get an incident of their own for the same cause.
                && incident.getId().equals(incident.getCauseIncidentId())
                && incident.getProcessInstanceId() != null) {
            events.publishEvent(new ProcessStuck(incident.getProcessInstanceId(), incident.getIncidentMessage()));
        }
    }

    @Override
    public void handleEvents(List<HistoryEvent> historyEvents) {
        historyEvents.forEach(this::handleEvent);
    }
}
