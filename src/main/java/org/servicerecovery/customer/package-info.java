/** Customers, their contact data, and the payments known for refunds. */
@NullMarked
package org.servicerecovery.customer;

import org.jspecify.annotations.NullMarked;
