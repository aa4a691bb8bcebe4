/** The plan of a case and its steps. */
@NullMarked
package org.servicerecovery.plan;

import org.jspecify.annotations.NullMarked;
