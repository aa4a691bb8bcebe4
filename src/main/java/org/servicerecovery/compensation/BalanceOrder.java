package org.servicerecovery.compensation;

import java.util.UUID;
import org.joda.money.Money;

/**
 * Credit to be put on a customer's balance at the processor, or to be taken off again.
 *
 * @param key persisted before the first call and kept for every repetition
 * @param customer what the processor calls the customer
 * @param credit the number of the credit, for whoever reads the processor's pages
 * @param amount above zero to put on, below to take off
 * @param askedBefore whether the processor may have it from an earlier try: then one that does not know the customer now
 *     says nothing
 */
record BalanceOrder(UUID key, String customer, String credit, Money amount, boolean askedBefore) {

    BalanceOrder {
        if (amount.isZero()) {
            throw new IllegalArgumentException("Nothing is no transaction.");
        }
    }
}
