/** Files of a case: photos that show what was put right, and documents; where their bytes are. */
@NullMarked
package org.servicerecovery.evidence;

import org.jspecify.annotations.NullMarked;
