/** The resolution clock: ledger, deadlines, warnings, escalation. */
@NullMarked
package org.servicerecovery.sla;

import org.jspecify.annotations.NullMarked;
