package org.servicerecovery.workorder;

import java.util.List;
import java.util.Optional;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Order;
import org.springframework.stereotype.Component;

/** When somebody comes to the customer of a case. */
@Component
public class Appointments {

    private final WorkOrders orders;

    Appointments(WorkOrders orders) {
        this.orders = orders;
    }

    /** The order of the case that was placed last among those that stand and whose time is agreed. */
    public Optional<Order> latest(long caseId) {
        List<Order> agreed = orders.of(caseId).stream()
                .filter(order -> order.job().state() != JobState.CANCELLED)
                .map(order -> order.job().order())
                // An order of before may have an empty window.
                .filter(order -> order.windowTo().isAfter(order.windowFrom()))
                .toList();
        return agreed.isEmpty() ? Optional.empty() : Optional.of(agreed.get(agreed.size() - 1));
    }
}
