package org.servicerecovery.job.outbound;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.servicerecovery.engine.FieldJobs;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Asks a lead what to do about a message that was given up, once each time it is; asks no more when it arrived after all. */
@Component
class UndeliveredOrders {

    private static final Duration TIME_TO_ACT = Duration.ofHours(2);

    private final JdbcClient db;
    private final FieldJobs process;

    UndeliveredOrders(JdbcClient db, FieldJobs process) {
        this.db = db;
        this.process = process;
    }

    /** @param why in our words: the receiver's own stay out of the engine */
    @Transactional(propagation = Propagation.MANDATORY)
    void ask(OutboundMessage message, String why, Instant now) {
        if (instanceOf(message.id()).isEmpty()) {
            String number = NeutralOrder.in(message.body()).number();
            db.sql("update job_outbox set instance_id = ? where id = ?")
                    .params(process.undelivered(number, message.id(), why, now.plus(TIME_TO_ACT)), message.id())
                    .update();
        }
    }

    /** It arrived: because it was sent again, or because another node's try was only slow. */
    @Transactional(propagation = Propagation.MANDATORY)
    void delivered(long messageId) {
        instanceOf(messageId).ifPresent(asks -> {
            answered(messageId);
            process.deliveredAfterAll(asks);
        });
    }

    /** The task is over. */
    @Transactional(propagation = Propagation.MANDATORY)
    void answered(long messageId) {
        db.sql("update job_outbox set instance_id = null where id = ?")
                .param(messageId)
                .update();
    }

    private Optional<String> instanceOf(long messageId) {
        return db.sql("select instance_id from job_outbox where id = ? and instance_id is not null")
                .param(messageId)
                .query(String.class)
                .optional();
    }
}
