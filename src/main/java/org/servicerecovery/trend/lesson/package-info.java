/** What the work on a case teaches about its cause: the analysis, from which its resolution starts, and training notes. */
@NullMarked
package org.servicerecovery.trend.lesson;

import org.jspecify.annotations.NullMarked;
