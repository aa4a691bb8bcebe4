/** Tests by which a rise in numbers is told from chance. They know of numbers only. */
@NullMarked
package org.servicerecovery.trend.statistics;

import org.jspecify.annotations.NullMarked;
