/** The replay of an incident log through the ledger of the resolution clock: what each window would have promised. */
@NullMarked
package org.servicerecovery.sla.replay;

import org.jspecify.annotations.NullMarked;
