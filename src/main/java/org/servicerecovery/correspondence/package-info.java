/** Messages to the customer: the outbox and its delivery. */
@NullMarked
package org.servicerecovery.correspondence;

import org.jspecify.annotations.NullMarked;
