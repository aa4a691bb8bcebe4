package org.servicerecovery.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.MismatchingMessageCorrelationException;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.ServiceImpl;
import org.camunda.bpm.engine.impl.persistence.entity.TimerEntity;
import org.camunda.bpm.engine.runtime.ActivityInstance;
import org.camunda.bpm.engine.runtime.EventSubscription;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.IdentityLinkType;
import org.camunda.bpm.engine.task.Task;
import org.camunda.bpm.engine.task.TaskQuery;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.TimerEventDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The one way from the application to the process: business events in, engine commands out. Callers hold the case's row
 * lock and a transaction; what the processes' listeners refuse comes back as {@link Refused}.
 */
@Component
public class RecoveryProcess {

    /** Where a timer stands whose point is not known: a missing date would make it run at once. */
    public static final Instant FAR_AWAY = Instant.parse("9999-01-01T00:00:00Z");

    /** What a model says where a task is the owner's, or that of a step that nobody was named for. */
    private static final Set<String> OWNERS =
            Set.of("${" + Variable.CASE_OWNER.name() + "}", "${" + Variable.STEP_ASSIGNEE.name() + "}");

    private static final String RECOVERY_ROUND = "SubProcess_RecoveryRound";
    private static final String RECOVER = "SubProcess_Recover";
    /** Where a step waits to try the customer again; it waits at one of them at a time. */
    private static final List<String> NEXT_TRIES =
            List.of("IntermediateEvent_NextTry", "IntermediateEvent_NextTelling", "IntermediateEvent_NextCall");

    private static final String STEP_OVERDUE = "BoundaryEvent_StepOverdue";

    private final RuntimeService runtime;
    private final TaskService tasks;
    private final ManagementService management;
    private final RepositoryService repository;
    private final InOwnName ownName;
    private final Clock clock;
    private final JdbcClient db;

    RecoveryProcess(
            RuntimeService runtime,
            TaskService tasks,
            ManagementService management,
            RepositoryService repository,
            InOwnName ownName,
            Clock clock,
            JdbcClient db) {
        this.db = db;
        this.clock = clock;
        this.runtime = runtime;
        this.tasks = tasks;
        this.management = management;
        this.repository = repository;
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

    /** Ends the process of a compensation whose case has ended; that of a step ends with its step. */
    public void offerWithdrawn(String processInstanceId) {
        asApplication(() -> {
            boolean ofStep = runtime.createProcessInstanceQuery()
                            .processInstanceId(processInstanceId)
                            .rootProcessInstances()
                            .count()
                    == 0;
            if (!ofStep) {
                runtime.deleteProcessInstance(processInstanceId, "The case ended.");
            }
            return null;
        });
    }

    /** Starts the process that waits for what becomes of a pending refund, apart from the step that ordered it. */
    public String refundPending(String businessKey, Map<String, Object> variables) {
        return start(Message.REFUND_PENDING, businessKey, variables);
    }

    /** Starts the process in which somebody decides what to do about money that came back. */
    public String refundCameBack(String businessKey, Map<String, Object> variables) {
        return start(Message.REFUND_CAME_BACK, businessKey, variables);
    }

    /** Starts the process that has a comped service cancelled by the system that scheduled it. */
    public String cancellationRequested(String businessKey, Map<String, Object> variables) {
        return start(Message.CANCELLATION_REQUESTED, businessKey, variables);
    }

    /** Wakes the process that waits for news of its refund; false when it does not wait now. */
    public boolean refundNews(String processInstanceId) {
        return asApplication(() -> {
            EventSubscription waiting = runtime.createEventSubscriptionQuery()
                    .processInstanceId(processInstanceId)
                    .eventType("message")
                    .eventName(Message.REFUND_NEWS.code())
                    .singleResult();
            if (waiting == null) {
                return false;
            }
            runtime.messageEventReceived(Message.REFUND_NEWS.code(), waiting.getExecutionId());
            return true;
        });
    }

    /** Starts the process in which somebody decides on a difference with the payment processor. */
    public String differenceFound(String businessKey, Map<String, Object> variables) {
        return start(Message.DIFFERENCE_FOUND, businessKey, variables);
    }

    /** Starts the process in which somebody reaches a customer whose mail did not arrive. */
    public String mailUndelivered(String businessKey, Map<String, Object> variables) {
        return start(Message.MAIL_UNDELIVERED, businessKey, variables);
    }

    /** Starts the process in which the owner decides what to do about a customer who is not content. */
    public String customerUnhappy(String businessKey, Map<String, Object> variables) {
        return start(Message.CUSTOMER_UNHAPPY, businessKey, variables);
    }

    /** Ends the question what to do about such a customer: the case was opened again. */
    public void caseOpenedAgain(String processInstanceId) {
        asApplication(() -> {
            runtime.createMessageCorrelation(Message.CASE_OPENED_AGAIN.code())
                    .processInstanceId(processInstanceId)
                    .correlate();
            return null;
        });
    }

    /** Starts the process of a training signal. */
    public String patternFound(String businessKey, Map<String, Object> variables) {
        return start(Message.PATTERN_FOUND, businessKey, variables);
    }

    /** Ends the process of a training signal that another one has the task of now. */
    public void patternMerged(String processInstanceId) {
        asApplication(() -> {
            runtime.deleteProcessInstanceIfExists(
                    processInstanceId, "Its cause was merged into another one.", false, false, false, false);
            return null;
        });
    }

    /** Says anew what a training signal is about, where its process still runs. */
    public void patternRenamed(String processInstanceId, String cause) {
        asApplication(() -> {
            if (runtime.createProcessInstanceQuery()
                            .processInstanceId(processInstanceId)
                            .count()
                    == 1) {
                runtime.setVariable(processInstanceId, Variable.TRAINING_CAUSE.name(), cause);
            }
            return null;
        });
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

    /** Moves the wait of a step for its next call to this moment; false when it does not wait. */
    public boolean nextTryNow(String stepInstanceId) {
        return asApplication(() -> {
            List<Job> waiting = NEXT_TRIES.stream()
                    .flatMap(timer ->
                            management
                                    .createJobQuery()
                                    .processInstanceId(stepInstanceId)
                                    .activityId(timer)
                                    .list()
                                    .stream())
                    .toList();
            waiting.forEach(timer -> management.setJobDuedate(timer.getId(), Date.from(clock.instant())));
            return !waiting.isEmpty();
        });
    }

    /**
     * Tells a step that the visit it has ordered is over: whoever has still to tell the customer the appointment need not any
     * more. False when the step does not wait for that, and nothing is done.
     */
    public boolean visitEnded(String stepInstanceId, boolean workDone) {
        return asApplication(() -> {
            EventSubscription waiting = runtime.createEventSubscriptionQuery()
                    .processInstanceId(stepInstanceId)
                    .eventType("message")
                    .eventName(Message.VISIT_ENDED.code())
                    .singleResult();
            if (waiting == null) {
                return false;
            }
            waitForVisitOver(stepInstanceId)
                    .forEach(told -> runtime.messageEventReceived(Message.VISIT_OVER.code(), told.getExecutionId()));
            runtime.messageEventReceived(
                    Message.VISIT_ENDED.code(), waiting.getExecutionId(), Map.of(Variable.WORK_DONE.name(), workDone));
            return true;
        });
    }

    /** Whether a step goes on by itself from telling the appointment once the visit is over. */
    public boolean tellingEndsWithVisit(String stepInstanceId) {
        return asApplication(() -> !waitForVisitOver(stepInstanceId).isEmpty());
    }

    private List<EventSubscription> waitForVisitOver(String stepInstanceId) {
        return runtime.createEventSubscriptionQuery()
                .processInstanceId(stepInstanceId)
                .eventType("message")
                .eventName(Message.VISIT_OVER.code())
                .list();
    }

    /** A step is due at another time: so are those of its open tasks that are due with it. A timer that has fired stays so. */
    public void stepDueMoved(String stepInstanceId, Instant dueAt) {
        moveStepPoint(stepInstanceId, Variable.STEP_DUE_AT, dueAt);
        asApplication(() -> {
            management
                    .createJobQuery()
                    .processInstanceId(stepInstanceId)
                    .activityId(STEP_OVERDUE)
                    .list()
                    .forEach(timer -> moveTimer(timer, Date.from(dueAt)));
            return null;
        });
    }

    /** The customer has to be told of an appointment by another time. */
    public void appointmentDueMoved(String stepInstanceId, Instant dueAt) {
        moveStepPoint(stepInstanceId, Variable.APPOINTMENT_DUE_AT, dueAt);
    }

    private void moveStepPoint(String stepInstanceId, Variable<Date> point, Instant to) {
        asApplication(() -> {
            if (runtime.createProcessInstanceQuery()
                            .processInstanceId(stepInstanceId)
                            .count()
                    == 0) {
                return null;
            }
            runtime.setVariable(stepInstanceId, point.name(), Date.from(to));
            moveTasks(stepInstanceId, Map.of(point.name(), Date.from(to)), any -> true);
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
     * Puts the timers and due dates of an instance where its resolution clock says: those that the model ties to {@code
     * nearAt}, {@code dueAt} and {@code nextLevelAt}, and no others. The timer of a deadline that was missed before it
     * was moved stays where it was missed: the breach is told all the same. A timer whose point is not known is suspended, and
     * far away as well, so that it does not fire when an administrator activates the instance.
     *
     * @param warnAt where the timer of {@code nearAt} stands: at the next warning that nobody was told. Where it has fired
     *     for an earlier one it is set again
     */
    public void clockMoved(
            String processInstanceId,
            Instant nearAt,
            Instant warnAt,
            Instant dueAt,
            Instant missedAt,
            Instant nextLevelAt) {
        Map<String, Date> points = Map.of(
                Variable.NEAR_AT.name(), Date.from(nearAt),
                Variable.DUE_AT.name(), Date.from(dueAt),
                Variable.NEXT_LEVEL_AT.name(), Date.from(nextLevelAt));
        asApplication(() -> {
            runtime.setVariables(processInstanceId, points);
            moveAll(
                    processInstanceId,
                    points,
                    timers(points, Variable.NEAR_AT, warnAt, Variable.DUE_AT, missedAt),
                    any -> true,
                    Variable.NEAR_AT);
            // What asks about this clock by name, as others do about theirs.
            String resolution = "resolution";
            moveTasks(
                    processInstanceId,
                    Map.of(Variable.CLOCK_DUE_AT.name(), Date.from(dueAt)),
                    execution -> isOf(resolution, execution));
            return null;
        });
    }

    /** The same for one of the further clocks, in its own part of the process. */
    public void furtherClockMoved(
            String processInstanceId, String clock, Instant nearAt, Instant warnAt, Instant dueAt, Instant missedAt) {
        Map<String, Date> points = Map.of(
                Variable.CLOCK_NEAR_AT.name(), Date.from(nearAt),
                Variable.CLOCK_DUE_AT.name(), Date.from(dueAt));
        asApplication(() -> {
            runtime.createExecutionQuery()
                    .processInstanceId(processInstanceId)
                    .variableValueEquals(Variable.CLOCK.name(), clock)
                    .list()
                    .forEach(part -> runtime.setVariablesLocal(part.getId(), points));
            moveAll(
                    processInstanceId,
                    points,
                    timers(points, Variable.CLOCK_NEAR_AT, warnAt, Variable.CLOCK_DUE_AT, missedAt),
                    execution -> isOf(clock, execution),
                    Variable.CLOCK_NEAR_AT);
            return null;
        });
    }

    /** Ends the part of the process that waits for one of the further clocks. */
    public void furtherClockStopped(String processInstanceId, String clock) {
        asApplication(() -> {
            runtime
                    .createEventSubscriptionQuery()
                    .processInstanceId(processInstanceId)
                    .eventName(Message.CLOCK_STOPPED.code())
                    .list()
                    .stream()
                    .map(EventSubscription::getExecutionId)
                    .filter(execution -> isOf(clock, execution))
                    .toList()
                    .forEach(execution -> runtime.messageEventReceived(Message.CLOCK_STOPPED.code(), execution));
            return null;
        });
    }

    private boolean isOf(String clock, String executionId) {
        return clock.equals(runtime.getVariable(executionId, Variable.CLOCK.name()));
    }

    /**
     * Sets the timer of a warning again, for the next one, while it fires.
     *
     * @param clock one of the further clocks; null for that of the resolution
     */
    public void warnAgain(String processInstanceId, @Nullable String clock, Instant at) {
        Variable<Date> near = clock == null ? Variable.NEAR_AT : Variable.CLOCK_NEAR_AT;
        asApplication(() -> {
            String definition = runtime.createProcessInstanceQuery()
                    .processInstanceId(processInstanceId)
                    .singleResult()
                    .getProcessDefinitionId();
            setAgain(
                    repository.getBpmnModelInstance(definition),
                    timersOf(processInstanceId),
                    near,
                    Date.from(at),
                    execution -> clock == null || isOf(clock, execution));
            return null;
        });
    }

    /** A timer that has fired is gone. What stands beside it, on the same activity, knows the place. */
    private void setAgain(
            BpmnModelInstance model, List<Job> timers, Variable<Date> point, Date at, Predicate<String> ofExecution) {
        for (BoundaryEvent event : model.getModelElementsByType(BoundaryEvent.class)) {
            if (dateOf(event).equals("${" + point.name() + "}")) {
                timers.stream()
                        .filter(timer -> !activityOf(timer).equals(event.getId()))
                        .filter(timer -> model.getModelElementById(activityOf(timer)) instanceof BoundaryEvent beside
                                && beside.getAttachedTo().equals(event.getAttachedTo()))
                        .filter(timer -> ofExecution.test(timer.getExecutionId()))
                        .findFirst()
                        .ifPresent(beside -> ((ServiceImpl) runtime)
                                .getCommandExecutor()
                                .execute(new TimerAgain(
                                        beside.getExecutionId(),
                                        event.getAttachedTo().getId(),
                                        event.getId(),
                                        at)));
            }
        }
    }

    private List<Job> timersOf(String processInstanceId) {
        return management
                .createJobQuery()
                .processInstanceId(processInstanceId)
                .timers()
                .list();
    }

    /** Its getter works only within a command. */
    private static String activityOf(Job timer) {
        return ((TimerEntity) timer).getJobHandlerConfigurationRaw();
    }

    private static Map<String, Date> timers(
            Map<String, Date> points, Variable<Date> near, Instant warnAt, Variable<Date> due, Instant missedAt) {
        Map<String, Date> timers = new HashMap<>(points);
        timers.put(near.name(), Date.from(warnAt));
        timers.put(due.name(), Date.from(missedAt));
        return timers;
    }

    private void moveAll(
            String processInstanceId,
            Map<String, Date> points,
            Map<String, Date> timers,
            Predicate<String> ofExecution,
            Variable<Date> warning) {
        ProcessInstance instance = runtime.createProcessInstanceQuery()
                .processInstanceId(processInstanceId)
                .singleResult();
        if (instance == null) {
            return;
        }
        BpmnModelInstance model = repository.getBpmnModelInstance(instance.getProcessDefinitionId());
        List<Job> open = timersOf(processInstanceId);
        boolean waitsToWarn = false;
        for (Job timer : open) {
            if (model.getModelElementById(activityOf(timer)) instanceof BoundaryEvent event) {
                Date to = point(timers, dateOf(event));
                if (to != null && ofExecution.test(timer.getExecutionId())) {
                    moveTimer(timer, to);
                    waitsToWarn |= dateOf(event).equals("${" + warning.name() + "}");
                }
            }
        }
        Date warnAt = timers.get(warning.name());
        if (!waitsToWarn && warnAt != null && warnAt.before(Date.from(FAR_AWAY)) && isAhead(warnAt, timers)) {
            setAgain(model, open, warning, warnAt, ofExecution);
        }
        moveTasks(processInstanceId, points, ofExecution);
    }

    private void moveTasks(String processInstanceId, Map<String, Date> points, Predicate<String> ofExecution) {
        for (Task task :
                tasks.createTaskQuery().processInstanceId(processInstanceId).list()) {
            BpmnModelInstance model = repository.getBpmnModelInstance(task.getProcessDefinitionId());
            if (model.getModelElementById(task.getTaskDefinitionKey()) instanceof UserTask element) {
                Date due = point(points, String.valueOf(element.getCamundaDueDate()));
                if (due != null && ofExecution.test(task.getExecutionId())) {
                    task.setDueDate(due.equals(Date.from(FAR_AWAY)) ? null : due);
                    tasks.saveTask(task);
                }
            }
        }
    }

    /** Nobody is warned of a deadline that has passed. */
    private static boolean isAhead(Date warnAt, Map<String, Date> timers) {
        Date missedAt = timers.getOrDefault(Variable.DUE_AT.name(), timers.get(Variable.CLOCK_DUE_AT.name()));
        return missedAt != null && warnAt.before(missedAt);
    }

    /** The point that an expression such as {@code ${dueAt}} means; null when it means none of them. */
    private static @Nullable Date point(Map<String, Date> points, String expression) {
        return expression.matches("[$#]\\{.*}") ? points.get(expression.substring(2, expression.length() - 1)) : null;
    }

    private void moveTimer(Job timer, Date to) {
        if (to.equals(timer.getDuedate())) {
            return;
        }
        // Suspended elsewhere, such as with its whole instance, it stays so.
        boolean suspendedByUs = Date.from(FAR_AWAY).equals(timer.getDuedate());
        management.setJobDuedate(timer.getId(), to);
        if (to.equals(Date.from(FAR_AWAY))) {
            management.suspendJobById(timer.getId());
        } else if (timer.isSuspended() && suspendedByUs) {
            management.activateJobById(timer.getId());
        }
    }

    private static String dateOf(BoundaryEvent event) {
        return event.getEventDefinitions().stream()
                .filter(TimerEventDefinition.class::isInstance)
                .map(timer -> ((TimerEventDefinition) timer).getTimeDate())
                .filter(Objects::nonNull)
                .map(ModelElementInstance::getTextContent)
                .findFirst()
                .orElse("");
    }

    /** Tells the instance, those it called and the cards of their open tasks how severe the case is now. */
    public void severityChanged(String processInstanceId, String severity) {
        asApplication(() -> {
            for (String instance : withCalled(processInstanceId)) {
                runtime.setVariable(instance, Variable.SEVERITY.name(), severity);
                for (Task task :
                        tasks.createTaskQuery().processInstanceId(instance).list()) {
                    tasks.setVariableLocal(task.getId(), Variable.SEVERITY.name(), severity);
                }
            }
            return null;
        });
    }

    /** Marks the open and later tasks of a case, those of its steps too, while it is the customer's turn. */
    public void customersTurn(String processInstanceId, boolean waits) {
        asApplication(() -> {
            if (waits) {
                runtime.setVariable(processInstanceId, Variable.WAITS_FOR.name(), Variable.THE_CUSTOMER);
            } else {
                runtime.removeVariable(processInstanceId, Variable.WAITS_FOR.name());
            }
            for (String instance : withCalled(processInstanceId)) {
                for (Task task :
                        tasks.createTaskQuery().processInstanceId(instance).list()) {
                    if (waits) {
                        tasks.setVariableLocal(task.getId(), Variable.WAITS_FOR.name(), Variable.THE_CUSTOMER);
                    } else if (!task.getTaskDefinitionKey().equals(Tasks.RECORD_CUSTOMERS_ANSWER)) {
                        tasks.removeVariableLocal(task.getId(), Variable.WAITS_FOR.name());
                    }
                }
            }
            return null;
        });
    }

    /** An instance and those that it called, and they. */
    private List<String> withCalled(String processInstanceId) {
        List<String> instances = new ArrayList<>(List.of(processInstanceId));
        for (int i = 0; i < instances.size(); i++) {
            runtime.createProcessInstanceQuery().superProcessInstanceId(instances.get(i)).list().stream()
                    .map(ProcessInstance::getProcessInstanceId)
                    .forEach(instances::add);
        }
        return instances;
    }

    /**
     * Ends an instance in which nothing of the recovery is left after an intervention. Its further clocks alone would keep
     * it going, and nobody could work the case any more.
     */
    public void endIfNothingRecovers(String processInstanceId) {
        asApplication(() -> {
            ActivityInstance root = runtime.getActivityInstance(processInstanceId);
            if (root == null || root.getActivityInstances(RECOVERY_ROUND).length == 0) {
                return null;
            }
            boolean recovers = Arrays.stream(root.getActivityInstances(RECOVERY_ROUND))
                    .anyMatch(round -> round.getActivityInstances(RECOVER).length > 0);
            boolean known = repository
                            .getBpmnModelInstance(root.getProcessDefinitionId())
                            .getModelElementById(RECOVER)
                    != null;
            if (known && !recovers) {
                runtime.deleteProcessInstance(processInstanceId, "Nothing of the recovery was left in it.");
            }
            return null;
        });
    }

    /** Asks the managers whether a case may take longer. */
    public void extensionRequested(String processInstanceId, long extensionId, String clock, Instant dueAt) {
        asApplication(() -> {
            runtime.createMessageCorrelation(Message.EXTENSION_REQUESTED.code())
                    .processInstanceId(processInstanceId)
                    .setVariablesToTriggeredScope(Map.of(
                            Variable.EXTENSION_ID.name(),
                            extensionId,
                            Variable.CLOCK.name(),
                            clock,
                            Variable.CLOCK_DUE_AT.name(),
                            Date.from(dueAt)))
                    .correlate();
            return null;
        });
    }

    /**
     * Completes the task that asks about one wish for more time.
     *
     * @throws Refused when it was decided already, or the task's listener refuses what was submitted
     */
    public void extensionDecided(String processInstanceId, long extensionId, Map<String, Object> submitted) {
        asApplication(() -> {
            Task asked = tasks
                    .createTaskQuery()
                    .processInstanceId(processInstanceId)
                    .taskDefinitionKey(Tasks.APPROVE_EXTENSION)
                    .list()
                    .stream()
                    .filter(task ->
                            Objects.equals(extensionId, tasks.getVariable(task.getId(), Variable.EXTENSION_ID.name())))
                    .findFirst()
                    .orElseThrow(() -> Refused.conflict("refused.extension.decided"));
            tasks.complete(asked.getId(), submitted);
            return null;
        });
    }

    /**
     * Gives the open tasks of the case that stood with the old owner to the new one, and answers the question who owns
     * the case if the process is asking it. With no new owner the process asks.
     */
    public void ownerChanged(String processInstanceId, @Nullable String oldOwner, @Nullable String newOwner) {
        handOver(processInstanceId, oldOwner, newOwner);
        if (newOwner == null) {
            askForOwner(processInstanceId);
            return;
        }
        asApplication(() -> {
            tasks
                    .createTaskQuery()
                    .processInstanceId(processInstanceId)
                    .taskDefinitionKeyIn(Tasks.ASSIGN_OWNER, Tasks.ASSIGN_NEW_OWNER)
                    .list()
                    .stream()
                    .map(Task::getId)
                    .forEach(question -> tasks.complete(question, Map.of("owner", newOwner)));
            return null;
        });
    }

    /** Not where the case is resolved already, nor in instances of a model that cannot ask again. */
    private void askForOwner(String processInstanceId) {
        asApplication(() -> {
            boolean canAsk = runtime.createEventSubscriptionQuery()
                            .processInstanceId(processInstanceId)
                            .eventType("message")
                            .eventName(Message.OWNER_GONE.code())
                            .count()
                    > 0;
            if (canAsk) {
                runtime.createMessageCorrelation(Message.OWNER_GONE.code())
                        .processInstanceId(processInstanceId)
                        .correlate();
            }
            return null;
        });
    }

    /**
     * Gives the open and later tasks of an instance that stand with one person to another; from nobody those that the
     * model gives to the owner, and not those that are for their candidates, such as an approval.
     *
     * @param to null for nobody: then their candidates see them
     */
    public void handOver(String processInstanceId, @Nullable String from, @Nullable String to) {
        asApplication(() -> {
            runtime.setVariable(processInstanceId, Variable.CASE_OWNER.name(), to);
            Map<String, Object> step = runtime.getVariables(processInstanceId, List.of(Variable.STEP_ASSIGNEE.name()));
            if (!step.isEmpty() && Objects.equals(from, step.get(Variable.STEP_ASSIGNEE.name()))) {
                runtime.setVariable(processInstanceId, Variable.STEP_ASSIGNEE.name(), to);
            }
            for (Task task :
                    tasks.createTaskQuery().processInstanceId(processInstanceId).list()) {
                if (Objects.equals(from, task.getAssignee()) && (from != null || isTheOwners(task))) {
                    tasks.setAssignee(task.getId(), to);
                }
            }
            return null;
        });
    }

    /**
     * A task that somebody has.
     *
     * @param processInstanceId null for a task of no process
     */
    public record Held(String taskId, String name, @Nullable String processInstanceId) {}

    /** The open tasks that are with a person, of whatever process. */
    public List<Held> tasksWith(String person) {
        return held(tasks.createTaskQuery().taskAssignee(person));
    }

    /** Those of them that only people who lead may see. */
    public List<Held> tasksForLeadsWith(String person) {
        return held(tasks.createTaskQuery().taskAssignee(person).tenantIdIn(LeadsAlone.TENANT));
    }

    private List<Held> held(TaskQuery query) {
        return asApplication(() -> query.orderByTaskId().asc().list().stream()
                .map(task -> new Held(task.getId(), task.getName(), task.getProcessInstanceId()))
                .toList());
    }

    /** Who has open tasks, of whatever process. */
    public List<String> peopleWithTasks() {
        return assignees("assignee_ is not null");
    }

    /** Who has open tasks that only people who lead may see. */
    public List<String> peopleWithTasksForLeads() {
        return assignees("assignee_ is not null and tenant_id_ = '" + LeadsAlone.TENANT + "'");
    }

    /** The engine's own queries give whole tasks. */
    private List<String> assignees(String condition) {
        return db.sql("select distinct assignee_ from act_ru_task where " + condition + " order by assignee_")
                .query(String.class)
                .list();
    }

    /**
     * Leaves a task to its candidates, unless who has it is one of them and so can do it still; an operative may be given
     * jobs of other teams.
     *
     * @param groups those of who has it
     * @return whether it was left
     */
    public boolean letGo(String taskId, String from, Collection<String> groups) {
        return asApplication(() -> {
            Task task = tasks.createTaskQuery().taskId(taskId).singleResult();
            if (task == null || !from.equals(task.getAssignee())) {
                return false;
            }
            List<IdentityLink> candidates = candidates(taskId);
            boolean isJob = task.getProcessDefinitionId() != null
                    && task.getProcessDefinitionId().startsWith(FieldJobs.PROCESS + ":");
            boolean canDoIt = candidates.isEmpty() || isJob
                    ? !groups.isEmpty()
                    : candidates.stream().anyMatch(link -> isFor(link, from, groups));
            if (canDoIt) {
                return false;
            }
            tasks.setAssignee(taskId, null);
            return true;
        });
    }

    private List<IdentityLink> candidates(String taskId) {
        return tasks.getIdentityLinksForTask(taskId).stream()
                .filter(link -> link.getType().equals(IdentityLinkType.CANDIDATE))
                .toList();
    }

    private static boolean isFor(IdentityLink candidate, String person, Collection<String> groups) {
        return person.equals(candidate.getUserId()) || groups.contains(String.valueOf(candidate.getGroupId()));
    }

    /**
     * Passes a task on from one person to another who could have it: an owner's or a step's anybody who owns cases, others
     * somebody of its candidates. Where they could not, or there is nobody, it is left to its candidates: whoever stands in for
     * somebody has none of their rights.
     *
     * @param groups those of the other one
     * @return whether the other one has it now; empty when it was not the first one's any more
     */
    public Optional<Boolean> passOn(String taskId, String from, @Nullable String to, Collection<String> groups) {
        return asApplication(() -> {
            Task task = tasks.createTaskQuery().taskId(taskId).singleResult();
            if (task == null || !from.equals(task.getAssignee())) {
                return Optional.empty();
            }
            List<IdentityLink> candidates = candidates(taskId);
            boolean mayHaveIt = to != null
                    && (isTheOwners(task)
                            || candidates.isEmpty()
                            || candidates.stream().anyMatch(link -> isFor(link, to, groups)));
            tasks.setAssignee(taskId, mayHaveIt ? to : null);
            return Optional.of(mayHaveIt);
        });
    }

    /** Later tasks of a step that was planned for one person by name are another's. */
    public void stepPassedOn(String processInstanceId, String from, String to) {
        asApplication(() -> {
            if (from.equals(runtime.getVariable(processInstanceId, Variable.STEP_ASSIGNEE.name()))) {
                runtime.setVariable(processInstanceId, Variable.STEP_ASSIGNEE.name(), to);
            }
            return null;
        });
    }

    private boolean isTheOwners(Task task) {
        return repository
                                .getBpmnModelInstance(task.getProcessDefinitionId())
                                .getModelElementById(task.getTaskDefinitionKey())
                        instanceof UserTask element
                && OWNERS.contains(String.valueOf(element.getCamundaAssignee()));
    }

    /**
     * Completes the open task of an instance with what was submitted.
     *
     * @param taskKeys the keys of the tasks that answer this, the first that is open is taken
     * @param otherwise key of the messages file: what to tell the reader when none of them is open
     * @throws Refused when none of them is open, or the task's listener refuses what was submitted
     */
    public void complete(
            String processInstanceId,
            List<String> taskKeys,
            Map<String, Object> submitted,
            String otherwise,
            Object... arguments) {
        asApplication(() -> {
            Task task = tasks.createTaskQuery().processInstanceId(processInstanceId).list().stream()
                    .filter(open -> taskKeys.isEmpty() || taskKeys.contains(open.getTaskDefinitionKey()))
                    .findFirst()
                    .orElseThrow(() -> Refused.conflict(otherwise, arguments));
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
            throw Refused.conflict("refused.process.elsewhere");
        } catch (RuntimeException e) {
            throw Refusals.in(e).map(RuntimeException.class::cast).orElse(e);
        }
    }

    /** The engine takes timers' due dates as {@link Date}. */
    public static Date toDate(Instant instant) {
        return Date.from(instant);
    }
}
