package org.servicerecovery.job.outbound;

import org.springframework.context.ApplicationContext;

/** What lies in the outbox goes out when a test says so. */
public final class Outgoing {

    private Outgoing() {}

    public static void deliver(ApplicationContext application) {
        application.getBean(Deliveries.class).deliver();
    }
}
