/** What repeats: counts per quarter, the patterns in them, and what is done about those. */
@NullMarked
package org.servicerecovery.trend;

import org.jspecify.annotations.NullMarked;
