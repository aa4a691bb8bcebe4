package org.servicerecovery.cases;

import java.util.Set;

/**
 * A case is about to end as a duplicate of another one that goes on. Both are locked, open, and of one customer.
 *
 * @param steps the open steps, by number, that go on in the other plan
 */
public record CaseMerging(RecoveryCase duplicate, RecoveryCase goesOn, Set<Integer> steps) {}
