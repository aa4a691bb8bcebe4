package org.servicerecovery.compensation;

import java.util.List;
import java.util.Optional;

/**
 * The balance that a payment processor keeps for each customer and sets against invoices by itself. Amounts above zero are
 * in the customer's favour.
 *
 * <p>No call takes part in a transaction of ours. Persist the order and its key, commit, and only then call.
 */
interface CustomerBalance {

    /**
     * Everything that happened on a customer's balance, oldest first; empty when the processor knows no such customer.
     *
     * @throws ProcessorUnavailable when it cannot be had, or not to its end
     */
    Optional<List<BalanceEntry>> entries(String customer);

    /**
     * Asks for a transaction and waits for the answer, for at most the configured time-outs. Under its key it is made once,
     * as long as the processor remembers that: whoever repeats it looks for the key among the entries first.
     *
     * @throws IllegalStateException when the processor knows the key for something else: a mistake of ours that no
     *     repetition mends. The message holds no amount.
     */
    BalanceOutcome enter(BalanceOrder order);
}
