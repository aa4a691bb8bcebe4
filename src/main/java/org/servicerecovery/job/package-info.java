/** The ordinary jobs of the whole business: placed by any system, released together, worked by operatives on their page. */
@NullMarked
package org.servicerecovery.job;

import org.jspecify.annotations.NullMarked;
