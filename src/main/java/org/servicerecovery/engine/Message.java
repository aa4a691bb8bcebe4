package org.servicerecovery.engine;

/** The messages of the models. */
public enum Message {
    FAILURE_REPORTED("Message_FailureReported"),
    STEP_ADDED("Message_StepAdded"),
    OWNER_GONE("Message_OwnerGone"),
    EXTENSION_REQUESTED("Message_ExtensionRequested"),
    CLOCK_STOPPED("Message_ClockStopped"),
    CASE_WITHDRAWN("Message_CaseWithdrawn"),
    COMPENSATION_OFFERED("Message_CompensationOffered"),
    REFUND_PENDING("Message_RefundPending"),
    REFUND_NEWS("Message_RefundNews"),
    REFUND_CAME_BACK("Message_RefundCameBack"),
    CANCELLATION_REQUESTED("Message_CancellationRequested"),
    DIFFERENCE_FOUND("Message_DifferenceFound"),
    MAIL_UNDELIVERED("Message_MailUndelivered"),
    CUSTOMER_UNHAPPY("Message_CustomerUnhappy"),
    CASE_OPENED_AGAIN("Message_CaseOpenedAgain"),
    PATTERN_FOUND("Message_PatternFound"),
    VISIT_ENDED("Message_VisitEnded"),
    VISIT_OVER("Message_VisitOver"),
    JOB_RELEASED("Message_JobReleased"),
    JOB_REPORTED("Message_JobReported"),
    JOB_CANCELLED("Message_JobCancelled"),
    ORDER_UNDELIVERED("Message_OrderUndelivered"),
    ORDER_DELIVERED("Message_OrderDelivered");

    private final String code;

    Message(String code) {
        this.code = code;
    }

    /** The name in the models. */
    public String code() {
        return code;
    }
}
