/** Keeps what is written for an operative from telling that somebody had complained. */
@NullMarked
package org.servicerecovery.workorder.leak;

import org.jspecify.annotations.NullMarked;
