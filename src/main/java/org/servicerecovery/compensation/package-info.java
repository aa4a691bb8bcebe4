/** Money and credit given back: offers, approvals, refunds, credits. */
@NullMarked
package org.servicerecovery.compensation;

import org.jspecify.annotations.NullMarked;
