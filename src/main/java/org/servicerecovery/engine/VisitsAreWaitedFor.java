package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.util.Objects;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.IntermediateCatchEvent;
import org.camunda.bpm.model.bpmn.instance.Message;
import org.camunda.bpm.model.bpmn.instance.MessageEventDefinition;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.xml.ModelException;
import org.camunda.bpm.model.xml.ModelInstance;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * A model that settles a step after its visit has to wait until the visit has ended; else the step would be settled while the
 * work is still to come, or hang.
 */
public final class VisitsAreWaitedFor implements Deployer {

    private static final String SETTLES = "${settleVisitDelegate}";

    VisitsAreWaitedFor() {}

    @Override
    public void deploy(DeploymentEntity deployment) {
        if (!deployment.isNew()) {
            return;
        }
        for (ResourceEntity resource : deployment.getResources().values()) {
            BpmnModelInstance model = FormsComeAlong.isModel(resource) ? read(resource) : null;
            if (model != null) {
                model.getModelElementsByType(Process.class).forEach(VisitsAreWaitedFor::check);
            }
        }
    }

    private static void check(Process process) {
        boolean settles = process.getModelInstance().getModelElementsByType(ServiceTask.class).stream()
                .anyMatch(task -> task.getCamundaDelegateExpression() != null
                        && SETTLES.equals(task.getCamundaDelegateExpression().strip())
                        && process.equals(processOf(task)));
        if (settles && !waitsIn(process)) {
            throw Refused.field(process.getId(), "refused.model.visitNotAwaited", SETTLES);
        }
    }

    /** Null when it is no XML: the engine's own parser says what is wrong. */
    private static @Nullable BpmnModelInstance read(ResourceEntity resource) {
        try {
            return Bpmn.readModelFromStream(new ByteArrayInputStream(resource.getBytes()));
        } catch (ModelException wrong) {
            return null;
        }
    }

    /** Whether the process of this element waits somewhere for the end of a visit, whatever the place is called. */
    public static boolean inProcessOf(ModelElementInstance element) {
        return waitsIn(Objects.requireNonNull(processOf(element), "it is part of a process"));
    }

    private static boolean waitsIn(Process process) {
        ModelInstance model = process.getModelInstance();
        boolean event = model.getModelElementsByType(MessageEventDefinition.class).stream()
                .filter(each -> each.getParentElement() instanceof IntermediateCatchEvent
                        || each.getParentElement() instanceof BoundaryEvent)
                .anyMatch(each -> isOfVisit(each.getMessage()) && process.equals(processOf(each)));
        return event
                || model.getModelElementsByType(ReceiveTask.class).stream()
                        .anyMatch(each -> isOfVisit(each.getMessage()) && process.equals(processOf(each)));
    }

    private static boolean isOfVisit(@Nullable Message message) {
        return message != null
                && org.servicerecovery.engine.Message.VISIT_ENDED.code().equals(message.getName());
    }

    private static @Nullable Process processOf(ModelElementInstance element) {
        ModelElementInstance at = element;
        while (at != null && !(at instanceof Process)) {
            at = at.getParentElement();
        }
        return (Process) at;
    }
}
