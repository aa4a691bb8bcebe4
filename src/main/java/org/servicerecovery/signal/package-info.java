/** What says that a customer was let down: the inbox of signals and the import of complaints. */
@NullMarked
package org.servicerecovery.signal;

import org.jspecify.annotations.NullMarked;
