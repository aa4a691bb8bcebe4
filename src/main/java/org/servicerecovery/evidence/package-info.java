/** Files of a case: photos that show what was put right, and documents. */
@NullMarked
package org.servicerecovery.evidence;

import org.jspecify.annotations.NullMarked;
