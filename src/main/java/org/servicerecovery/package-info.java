/** Service Recovery: from "we let a customer down" to a resolved case with a recorded cause. */
@NullMarked
package org.servicerecovery;

import org.jspecify.annotations.NullMarked;
