/**
 * A payment processor to try refunds on: speaks HTTP and keeps its own book in its own database. It stands for somebody
 * else's system, so it knows nothing of the rest of the application and is reached by HTTP only.
 */
@NullMarked
package org.servicerecovery.compensation.sandbox;

import org.jspecify.annotations.NullMarked;
