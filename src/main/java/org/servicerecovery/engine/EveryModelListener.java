package org.servicerecovery.engine;

import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.bpmn.behavior.UserTaskActivityBehavior;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.core.variable.mapping.InputParameter;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.task.TaskDefinition;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.servicerecovery.Refused;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Adds to every model, when it is parsed, what has to hold in all of them: the rules for completing a task and for
 * giving it to somebody, the keeping of answers that no listener reads, and word that an instance has ended, however it
 * ended.
 */
final class EveryModelListener extends AbstractBpmnParseListener {

    private final Supplier<List<EveryTaskListener>> everyTask;
    private final Supplier<List<FurtherAnswers>> keepers;
    private final ApplicationEventPublisher events;

    EveryModelListener(
            Supplier<List<EveryTaskListener>> everyTask,
            Supplier<List<FurtherAnswers>> keepers,
            ApplicationEventPublisher events) {
        this.everyTask = everyTask;
        this.keepers = keepers;
        this.events = events;
    }

    @Override
    public void parseProcess(Element process, ProcessDefinitionEntity definition) {
        // Built in, so that a deletion with "skip custom listeners" is told as well.
        definition.addBuiltInListener(ExecutionListener.EVENTNAME_END, (ExecutionListener) this::publishEnd);
    }

    @Override
    public void parseUserTask(Element userTask, ScopeImpl scope, ActivityImpl activity) {
        TaskListener rules = task -> {
            for (EveryTaskListener rule : everyTask.get()) {
                rule.notify(task);
            }
        };
        TaskDefinition definition = ((UserTaskActivityBehavior) activity.getActivityBehavior()).getTaskDefinition();
        // The first to be told of a completion, before the model's own listeners, and the last, after them.
        definition.addBuiltInTaskListener(TaskListener.EVENTNAME_COMPLETE, rules);
        definition.addTaskListener(
                TaskListener.EVENTNAME_COMPLETE, task -> keepFurtherAnswers(task, inputsOf(activity)));
        definition.addBuiltInTaskListener(TaskListener.EVENTNAME_CREATE, EveryModelListener::showOnCard);
        definition.addBuiltInTaskListener(TaskListener.EVENTNAME_UPDATE, EveryModelListener::refuseDelegation);
        definition.addBuiltInTaskListener(TaskListener.EVENTNAME_UPDATE, LeadsAlone::refuseOthers);
    }

    /** Asked when the task is completed: the model's mappings are parsed after its listeners. */
    private static Set<String> inputsOf(ActivityImpl activity) {
        return activity.getIoMapping() == null
                ? Set.of()
                : activity.getIoMapping().getInputParameters().stream()
                        .map(InputParameter::getName)
                        .collect(Collectors.toUnmodifiableSet());
    }

    private void keepFurtherAnswers(DelegateTask task, Set<String> inputs) {
        Map<String, String> answers = Submission.rest(task, inputs);
        if (!answers.isEmpty()
                && keepers.get().stream()
                        .noneMatch(keeper -> keeper.keep(task.getProcessInstanceId(), task.getName(), answers))) {
            throw Refused.field(answers.keySet().iterator().next(), "refused.task.keptNowhere");
        }
    }

    /**
     * A delegated task is resolved before it is completed, and what is submitted with that passes by every listener and
     * stays in the engine.
     */
    private static void refuseDelegation(DelegateTask task) {
        if (((TaskEntity) task).getDelegationState() != null) {
            throw Refused.conflict("refused.task.noDelegation", task.getName());
        }
    }

    /** Who may work a task may read the task's own variables, but not those of its process: the lists show these. */
    private static void showOnCard(DelegateTask task) {
        if (task.getDueDate() != null && task.getDueDate().toInstant().equals(RecoveryProcess.FAR_AWAY)) {
            // The clock is paused: nobody can say when this is due.
            task.setDueDate((Date) null);
        }
        for (Variable<?> variable : Variable.ON_THE_CARD) {
            Object value = task.getVariable(variable.name());
            if (value != null) {
                task.setVariableLocal(variable.name(), value);
            }
        }
        if (task.getTaskDefinitionKey().equals(Tasks.RECORD_CUSTOMERS_ANSWER) || isOfPausedCase(task)) {
            task.setVariableLocal(Variable.WAITS_FOR.name(), Variable.THE_CUSTOMER);
        }
    }

    /** A step is an instance of its own, called by that of its case. */
    private static boolean isOfPausedCase(DelegateTask task) {
        ExecutionEntity instance = ((ExecutionEntity) task.getExecution()).getProcessInstance();
        while (instance.getSuperExecution() != null) {
            instance = instance.getSuperExecution().getProcessInstance();
        }
        return Variable.WAITS_FOR.get(instance) != null;
    }

    private void publishEnd(DelegateExecution execution) {
        ExecutionEntity ended = (ExecutionEntity) execution;
        events.publishEvent(new InstanceEnded(
                ended.getProcessInstanceId(),
                ended.getProcessDefinition().getKey(),
                ended.getBusinessKey(),
                ended.isCanceled() || ended.isDeleteRoot(),
                ended.getDeleteReason()));
    }
}
