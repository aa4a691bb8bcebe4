/** The case, its states, its epochs and its journal. */
@NullMarked
package org.servicerecovery.cases;

import org.jspecify.annotations.NullMarked;
