package org.servicerecovery.engine;

import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * A process variable that may stay in the engine: an id, an answer a gateway reads, or a due time. Everything else that
 * a form submits is consumed by the listener of its task and leaves no trace in the engine's tables.
 */
public record Variable<T>(String name, Class<T> type) {

    // The case, set when an epoch starts.
    public static final Variable<String> CASE_NUMBER = new Variable<>("caseNumber", String.class);
    public static final Variable<String> CASE_OWNER = new Variable<>("caseOwner", String.class);
    public static final Variable<String> SEVERITY = new Variable<>("severity", String.class);
    public static final Variable<Date> NEAR_AT = new Variable<>("nearAt", Date.class);
    public static final Variable<Date> DUE_AT = new Variable<>("dueAt", Date.class);
    public static final Variable<Date> NEXT_LEVEL_AT = new Variable<>("nextLevelAt", Date.class);

    /** The roles that a level of the escalation chain tells, with commas; read when its task is made. */
    public static final Variable<String> TOLD_ROLES = new Variable<>("toldRoles", String.class);

    public static final Variable<Boolean> STILL_TIME = new Variable<>("stillTime", Boolean.class);
    public static final Variable<String> LEVEL = new Variable<>("level", String.class);
    /** Which of the further clocks a part of the process is about, and its own points. */
    public static final Variable<String> CLOCK = new Variable<>("clock", String.class);

    public static final Variable<Date> CLOCK_NEAR_AT = new Variable<>("clockNearAt", Date.class);
    public static final Variable<Date> CLOCK_DUE_AT = new Variable<>("clockDueAt", Date.class);

    /** On a task and on the instance of a case: whose turn it is while its clock is paused, for the lists. */
    public static final Variable<String> WAITS_FOR = new Variable<>("waitsFor", String.class);

    public static final Variable<Long> EXTENSION_ID = new Variable<>("extensionId", Long.class);

    // The plan and its steps.
    public static final Variable<String> HOW_TO_GO_ON = new Variable<>("howToGoOn", String.class);
    public static final Variable<Long> STEP_ID = new Variable<>("stepId", Long.class);
    public static final Variable<String> STEP_TYPE = new Variable<>("stepType", String.class);
    public static final Variable<String> STEP_ASSIGNEE = new Variable<>("stepAssignee", String.class);
    public static final Variable<Date> STEP_DUE_AT = new Variable<>("stepDueAt", Date.class);
    public static final Variable<String> STEP_OUTCOME = new Variable<>("stepOutcome", String.class);

    /** When the customer is called again; null while nobody is to. */
    public static final Variable<Date> NEXT_TRY_AT = new Variable<>("nextTryAt", Date.class);

    // The visit that a step has ordered.
    public static final Variable<Boolean> VISIT_ORDERED = new Variable<>("visitOrdered", Boolean.class);
    public static final Variable<Date> APPOINTMENT_DUE_AT = new Variable<>("appointmentDueAt", Date.class);
    public static final Variable<Boolean> WORK_DONE = new Variable<>("workDone", Boolean.class);

    // Compensation.
    public static final Variable<Long> COMPENSATION_ID = new Variable<>("compensationId", Long.class);
    public static final Variable<String> COMPENSATION_KIND = new Variable<>("compensationKind", String.class);
    public static final Variable<Boolean> CUSTOMER_ACCEPTED = new Variable<>("customerAccepted", Boolean.class);
    public static final Variable<String> APPROVAL = new Variable<>("approval", String.class);
    public static final Variable<Boolean> APPROVED = new Variable<>("approved", Boolean.class);
    public static final Variable<String> COMPENSATION_RESULT = new Variable<>("compensationResult", String.class);
    public static final Variable<String> AFTER_DECLINE = new Variable<>("afterDecline", String.class);
    public static final Variable<String> AFTER_CANCELLATION = new Variable<>("afterCancellation", String.class);

    // What the payment processor's list and the ledger disagree on.
    public static final Variable<Long> DIFFERENCE_ID = new Variable<>("differenceId", Long.class);
    public static final Variable<String> DIFFERENCE = new Variable<>("difference", String.class);
    public static final Variable<Date> DIFFERENCE_DUE_AT = new Variable<>("differenceDueAt", Date.class);

    // A mail that did not arrive, of a case that is over.
    public static final Variable<Long> MAIL_ID = new Variable<>("mailId", Long.class);
    public static final Variable<Date> MAIL_DUE_AT = new Variable<>("mailDueAt", Date.class);

    // A customer who is not content with how a case ended.
    public static final Variable<Long> SURVEY_ID = new Variable<>("surveyId", Long.class);
    public static final Variable<Date> SURVEY_DUE_AT = new Variable<>("surveyDueAt", Date.class);

    // The end of a round.
    public static final Variable<String> ROUND_OUTCOME = new Variable<>("roundOutcome", String.class);

    // The training signal.
    public static final Variable<Long> SIGNAL_ID = new Variable<>("signalId", Long.class);
    public static final Variable<String> TRAINING_OWNER = new Variable<>("trainingOwner", String.class);
    /** Whether the pattern is for those alone who lead, see {@link LeadsAlone}. */
    public static final Variable<Boolean> LEADS_ALONE = new Variable<>("leadsAlone", Boolean.class);
    /** The label of the cause and its quarter, for the people who plan and check. */
    public static final Variable<String> TRAINING_CAUSE = new Variable<>("trainingCause", String.class);

    public static final Variable<Date> TRAINING_DUE_AT = new Variable<>("trainingDueAt", Date.class);
    /** When there is enough to compare what was before a measure with what is after. */
    public static final Variable<Date> TRAINING_WATCHED_UNTIL = new Variable<>("trainingWatchedUntil", Date.class);

    public static final Variable<String> TRAINING_EFFECT = new Variable<>("trainingEffect", String.class);

    // An ordinary job.
    public static final Variable<String> JOB_TEAM = new Variable<>("jobTeam", String.class);
    public static final Variable<Date> JOB_DUE_AT = new Variable<>("jobDueAt", Date.class);
    public static final Variable<String> JOB_OUTCOME = new Variable<>("jobOutcome", String.class);

    // Messages about jobs that were given up.
    /** The numbers of the first jobs, how many if there are more, and why in our words. */
    public static final Variable<String> UNDELIVERED_ORDER = new Variable<>("undeliveredOrder", String.class);

    private static final Set<String> LISTED = Stream.of(
                    CASE_NUMBER,
                    CASE_OWNER,
                    SEVERITY,
                    NEAR_AT,
                    DUE_AT,
                    NEXT_LEVEL_AT,
                    TOLD_ROLES,
                    STILL_TIME,
                    LEVEL,
                    WAITS_FOR,
                    EXTENSION_ID,
                    CLOCK,
                    CLOCK_NEAR_AT,
                    CLOCK_DUE_AT,
                    HOW_TO_GO_ON,
                    STEP_ID,
                    STEP_TYPE,
                    STEP_ASSIGNEE,
                    STEP_DUE_AT,
                    STEP_OUTCOME,
                    NEXT_TRY_AT,
                    VISIT_ORDERED,
                    APPOINTMENT_DUE_AT,
                    WORK_DONE,
                    COMPENSATION_ID,
                    COMPENSATION_KIND,
                    CUSTOMER_ACCEPTED,
                    APPROVAL,
                    APPROVED,
                    COMPENSATION_RESULT,
                    AFTER_DECLINE,
                    AFTER_CANCELLATION,
                    DIFFERENCE_ID,
                    DIFFERENCE,
                    DIFFERENCE_DUE_AT,
                    MAIL_ID,
                    MAIL_DUE_AT,
                    SURVEY_ID,
                    SURVEY_DUE_AT,
                    ROUND_OUTCOME,
                    SIGNAL_ID,
                    LEADS_ALONE,
                    TRAINING_OWNER,
                    TRAINING_CAUSE,
                    TRAINING_DUE_AT,
                    TRAINING_WATCHED_UNTIL,
                    TRAINING_EFFECT,
                    JOB_TEAM,
                    JOB_DUE_AT,
                    JOB_OUTCOME,
                    UNDELIVERED_ORDER)
            .map(Variable::name)
            .collect(Collectors.toUnmodifiableSet());

    /** What a card in Tasklist's lists tells beside the name of the task. */
    static final List<Variable<String>> ON_THE_CARD = List.of(CASE_NUMBER, SEVERITY);

    /** What {@link #WAITS_FOR} says. */
    static final String THE_CUSTOMER = "customer";

    /** The engine's own counters of a multi-instance activity. */
    private static final Set<String> MULTI_INSTANCE =
            Set.of("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter");

    /** Whether a variable of this name may stay in the engine. */
    public static boolean isListed(String name) {
        return LISTED.contains(name) || MULTI_INSTANCE.contains(name);
    }

    public static Set<String> listedNames() {
        return LISTED;
    }

    public @Nullable T get(VariableScope scope) {
        return type.cast(scope.getVariable(name));
    }

    /** @throws Refused with this text of the messages file when there is none */
    public T required(VariableScope scope, String key) {
        T value = get(scope);
        if (value == null) {
            throw Refused.conflict(key);
        }
        return value;
    }

    /** At this very scope, hiding one of the same name around it. */
    public void setLocal(VariableScope scope, @Nullable T value) {
        scope.setVariableLocal(name, value);
    }

    public void set(VariableScope scope, @Nullable T value) {
        scope.setVariable(name, value);
    }
}
