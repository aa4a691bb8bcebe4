package org.servicerecovery.engine;

/** Ids of user tasks that the application answers by itself. */
public final class Tasks {

    public static final String ASSIGN_OWNER = "UserTask_AssignOwner";
    public static final String ASSIGN_NEW_OWNER = "UserTask_AssignNewOwner";
    public static final String PLAN_RECOVERY = "UserTask_PlanRecovery";
    public static final String DECIDE_HOW_TO_GO_ON = "UserTask_DecideHowToGoOn";
    public static final String RESOLVE_CASE = "UserTask_ResolveCase";
    public static final String CLOSE_LOOP = "UserTask_CloseLoop";
    public static final String RECORD_CUSTOMERS_ANSWER = "UserTask_RecordCustomersAnswer";

    public static final String ACT_ON_UNHAPPY_ANSWER = "UserTask_ActOnUnhappyAnswer";

    public static final String APPROVE_EXTENSION = "UserTask_ApproveExtension";

    public static final String TELL_APPOINTMENT = "UserTask_TellAppointment";
    public static final String CALL_AFTER_VISIT = "UserTask_CallAfterVisit";
    public static final String PLAN_AGAIN = "UserTask_PlanAgain";

    private Tasks() {}
}
