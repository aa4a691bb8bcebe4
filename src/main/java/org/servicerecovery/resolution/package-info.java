/** How a case ended: resolution, finding, root cause, prevention. */
@NullMarked
package org.servicerecovery.resolution;

import org.jspecify.annotations.NullMarked;
