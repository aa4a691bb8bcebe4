package org.servicerecovery.engine;

import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.function.Supplier;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.task.Task;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.stereotype.Component;

/**
 * The one way from the application to the process of a job. Callers hold the job's row lock and a transaction; what the
 * process' listeners refuse comes back as {@link Refused}.
 */
@Component
public class FieldJobs {

    /** The key of the process. */
    public static final String PROCESS = "field-job";

    /** The type of the groups that operatives are in. */
    public static final String TEAM = "FIELD_TEAM";

    private final RuntimeService runtime;
    private final TaskService tasks;
    private final IdentityService identities;
    private final InOwnName ownName;

    FieldJobs(RuntimeService runtime, TaskService tasks, IdentityService identities, InOwnName ownName) {
        this.runtime = runtime;
        this.tasks = tasks;
        this.identities = identities;
        this.ownName = ownName;
    }

    /** Makes the group of operatives known, so that an administrator finds it to put people in. */
    public void teamNeeded(String id, String name) {
        ask(() -> {
            if (identities.createGroupQuery().groupId(id).count() == 0) {
                Group team = identities.newGroup(id);
                team.setName(name);
                team.setType(TEAM);
                identities.saveGroup(team);
            }
            return null;
        });
    }

    /** Starts the process of a job and answers with its instance id. */
    public String released(String number, String team, Instant dueAt) {
        return ask(() -> runtime.createMessageCorrelation(Message.JOB_RELEASED.code())
                .processInstanceBusinessKey(number)
                .setVariables(Map.of(Variable.JOB_TEAM.name(), team, Variable.JOB_DUE_AT.name(), Date.from(dueAt)))
                .correlateStartMessage()
                .getProcessInstanceId());
    }

    /** Gives the job to somebody, or by null to nobody; its listener tells the application, as when it is assigned in Tasklist. */
    public void assign(String instanceId, @Nullable String userId) {
        ask(() -> {
            tasks.setAssignee(task(instanceId).getId(), userId);
            return null;
        });
    }

    public void worked(String instanceId, Map<String, Object> submitted) {
        ask(() -> {
            tasks.complete(task(instanceId).getId(), submitted);
            return null;
        });
    }

    /** Another system says how the job ended. */
    public void reported(String instanceId, String outcome) {
        tell(Message.JOB_REPORTED, instanceId, Map.of(Variable.JOB_OUTCOME.name(), outcome));
    }

    public void cancelled(String instanceId) {
        tell(Message.JOB_CANCELLED, instanceId, Map.of());
    }

    public void moved(String instanceId, Instant dueAt) {
        ask(() -> {
            runtime.setVariable(instanceId, Variable.JOB_DUE_AT.name(), Date.from(dueAt));
            Task task = task(instanceId);
            task.setDueDate(Date.from(dueAt));
            tasks.saveTask(task);
            return null;
        });
    }

    /**
     * Asks somebody to see to messages about jobs that the system for jobs did not take; answers with the instance id.
     *
     * @param number of the first of these jobs
     * @param text which, and why, in our words, and with nothing about a person in it
     */
    public String undelivered(String number, String text, Instant dueAt) {
        return ask(() -> runtime.createMessageCorrelation(Message.ORDER_UNDELIVERED.code())
                .processInstanceBusinessKey(number)
                .setVariables(
                        Map.of(Variable.UNDELIVERED_ORDER.name(), text, Variable.JOB_DUE_AT.name(), Date.from(dueAt)))
                .correlateStartMessage()
                .getProcessInstanceId());
    }

    /** What somebody is asked about has changed. */
    public void undeliveredNow(String instanceId, String text) {
        ask(() -> {
            runtime.setVariable(instanceId, Variable.UNDELIVERED_ORDER.name(), text);
            return null;
        });
    }

    /** Nobody has to see to it any more. An administrator may have ended the process by then. */
    public void deliveredAfterAll(String instanceId) {
        ask(() -> {
            if (runtime.createExecutionQuery()
                            .processInstanceId(instanceId)
                            .messageEventSubscriptionName(Message.ORDER_DELIVERED.code())
                            .count()
                    > 0) {
                tell(Message.ORDER_DELIVERED, instanceId, Map.of());
            }
            return null;
        });
    }

    private void tell(Message message, String instanceId, Map<String, Object> variables) {
        ask(() -> {
            runtime.createMessageCorrelation(message.code())
                    .processInstanceId(instanceId)
                    .setVariables(variables)
                    .correlate();
            return null;
        });
    }

    private Task task(String instanceId) {
        Task task =
                tasks.createTaskQuery().processInstanceId(instanceId).active().singleResult();
        if (task == null) {
            throw Refused.conflict("jobs.refused.notNow");
        }
        return task;
    }

    private <T extends @Nullable Object> T ask(Supplier<T> commands) {
        try {
            return ownName.ask(commands);
        } catch (MismatchingMessageCorrelationException e) {
            throw Refused.conflict("jobs.refused.notNow");
        } catch (RuntimeException e) {
            throw Refusals.in(e).map(RuntimeException.class::cast).orElse(e);
        }
    }
}
