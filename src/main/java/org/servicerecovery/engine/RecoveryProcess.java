package org.servicerecovery.engine;

import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.EventSubscription;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.stereotype.Component;

/**
 * The one way from the application to the process: business events in, engine commands out. Callers hold the case's row
 * lock and a transaction; what the processes' listeners refuse comes back as {@link Refused}.
 */
@Component
public class RecoveryProcess {

    private final RuntimeService runtime;
    private final TaskService tasks;
    private final InOwnName ownName;

    RecoveryProcess(RuntimeService runtime, TaskService tasks, InOwnName ownName) {
        this.runtime = runtime;
        this.tasks = tasks;
        this.ownName = ownName;
    }

    /** Starts the process of an epoch and answers with its instance id. */
    public String failureReported(String caseNumber) {
        return start(Message.FAILURE_REPORTED, caseNumber, Map.of());
    }

    /** Starts the process of a compensation that is offered outside the plan. */
    public String compensationOffered(String businessKey, Map<String, Object> variables) {
        return start(Message.COMPENSATION_OFFERED, businessKey, variables);
    }

    /** Ends the process of a compensation whose case has ended. */
    public void offerWithdrawn(String processInstanceId) {
        asApplication(() -> {
            runtime.deleteProcessInstance(processInstanceId, "The case ended.");
            return null;
        });
    }

    /** Starts the process of a training signal. */
    public String patternFound(String businessKey, Map<String, Object> variables) {
        return start(Message.PATTERN_FOUND, businessKey, variables);
    }

    /**
     * Tells the instance that a step was added. While nobody waits for it (the case is still being planned) the plan
     * picks the step up by itself.
     */
    public void stepAdded(String processInstanceId, long stepId) {
        asApplication(() -> {
            List<EventSubscription> waiting = runtime.createEventSubscriptionQuery()
                    .processInstanceId(processInstanceId)
                    .eventType("message")
                    .eventName(Message.STEP_ADDED.code())
                    .list();
            if (!waiting.isEmpty()) {
                runtime.createMessageCorrelation(Message.STEP_ADDED.code())
                        .processInstanceId(processInstanceId)
                        .setVariablesToTriggeredScope(Map.of(Variable.STEP_ID.name(), stepId))
                        .correlate();
            }
            return null;
        });
    }

    /** Ends the recovery round without a resolution. */
    public void caseWithdrawn(String processInstanceId, String outcome) {
        asApplication(() -> {
            runtime.createMessageCorrelation(Message.CASE_WITHDRAWN.code())
                    .processInstanceId(processInstanceId)
                    .setVariable(Variable.ROUND_OUTCOME.name(), outcome)
                    .correlate();
            return null;
        });
    }

    /**
     * Gives the open tasks of the case that stood with the old owner to the new one, and answers the question who owns
     * the case if the process is asking it.
     */
    public void ownerChanged(String processInstanceId, @Nullable String oldOwner, String newOwner) {
        handOver(processInstanceId, oldOwner, newOwner);
        asApplication(() -> {
            tasks
                    .createTaskQuery()
                    .processInstanceId(processInstanceId)
                    .taskDefinitionKey(Tasks.ASSIGN_OWNER)
                    .list()
                    .stream()
                    .map(Task::getId)
                    .forEach(question -> tasks.complete(question, Map.of("owner", newOwner)));
            return null;
        });
    }

    /** Gives the open and later tasks of an instance that stand with one person to another. */
    public void handOver(String processInstanceId, @Nullable String from, String to) {
        asApplication(() -> {
            runtime.setVariable(processInstanceId, Variable.CASE_OWNER.name(), to);
            if (from == null) {
                // What stands with nobody is for its candidates, such as an approval.
                return null;
            }
            if (from.equals(runtime.getVariable(processInstanceId, Variable.STEP_ASSIGNEE.name()))) {
                runtime.setVariable(processInstanceId, Variable.STEP_ASSIGNEE.name(), to);
            }
            for (Task task :
                    tasks.createTaskQuery().processInstanceId(processInstanceId).list()) {
                if (from.equals(task.getAssignee())) {
                    tasks.setAssignee(task.getId(), to);
                }
            }
            return null;
        });
    }

    /**
     * Completes the open task of an instance with what was submitted.
     *
     * @param taskKeys the keys of the tasks that answer this, the first that is open is taken
     * @throws Refused when none of them is open, or the task's listener refuses what was submitted
     */
    public void complete(
            String processInstanceId, List<String> taskKeys, Map<String, Object> submitted, String otherwise) {
        asApplication(() -> {
            Task task = tasks.createTaskQuery().processInstanceId(processInstanceId).list().stream()
                    .filter(open -> taskKeys.isEmpty() || taskKeys.contains(open.getTaskDefinitionKey()))
                    .findFirst()
                    .orElseThrow(() -> Refused.conflict(otherwise));
            tasks.complete(task.getId(), submitted);
            return null;
        });
    }

    /** The keys of the tasks that are open in the instance. */
    public List<String> openTasks(String processInstanceId) {
        return asApplication(() -> tasks.createTaskQuery().processInstanceId(processInstanceId).list().stream()
                .map(Task::getTaskDefinitionKey)
                .toList());
    }

    private String start(Message message, String businessKey, Map<String, Object> variables) {
        return asApplication(() -> runtime.createMessageCorrelation(message.code())
                .processInstanceBusinessKey(businessKey)
                .setVariables(variables)
                .correlateStartMessage()
                .getProcessInstanceId());
    }

    /**
     * Runs engine commands in the application's name: what a person may do is decided by our own rules before, and the
     * engine's authorizations know people only as workers on tasks.
     */
    private <T extends @Nullable Object> T asApplication(Supplier<T> commands) {
        try {
            return ownName.ask(commands);
        } catch (MismatchingMessageCorrelationException e) {
            throw Refused.conflict("The process of this case is no longer at a point where this can be done.");
        } catch (RuntimeException e) {
            throw Refusals.in(e).map(RuntimeException.class::cast).orElse(e);
        }
    }

    /** The engine takes timers' due dates as {@link Date}. */
    public static Date toDate(java.time.Instant instant) {
        return Date.from(instant);
    }
}
