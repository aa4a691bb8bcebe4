package org.servicerecovery.workorder;

/** The port to the queue from which all jobs are worked. */
public interface WorkOrders {

    /**
     * Places an order, within the caller's transaction, and answers with its number from the ordinary series.
     *
     * @param stepId the step it serves; kept on our side only
     */
    String place(WorkOrder order, long stepId);
}
