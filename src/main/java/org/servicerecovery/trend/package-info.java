/** What repeats: the taxonomy of causes, counts per quarter, training signals. */
@NullMarked
package org.servicerecovery.trend;

import org.jspecify.annotations.NullMarked;
