/**
 * Where released jobs go beside the built-in queue: an outbox that is written with each change, one receiver behind one
 * port, and the way back.
 */
@NullMarked
package org.servicerecovery.job.outbound;

import org.jspecify.annotations.NullMarked;
