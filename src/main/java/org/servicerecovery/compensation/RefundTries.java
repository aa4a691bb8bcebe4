package org.servicerecovery.compensation;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Whether an order was sent before. It is committed before the order is sent: a node that dies meanwhile leaves behind that
 * the processor may have it.
 */
@Component
class RefundTries {

    private final JdbcClient db;

    RefundTries(JdbcClient db) {
        this.db = db;
    }

    /** The order as it is to be sent now. */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public RefundOrder next(Compensation intent, RefundOrder order) {
        boolean first = db.sql("""
                        update compensation set asked_with = ? where id = ? and asked_with is distinct from ?""")
                        .params(order.idempotencyKey(), intent.id(), order.idempotencyKey())
                        .update()
                == 1;
        return first ? order : order.again();
    }
}
