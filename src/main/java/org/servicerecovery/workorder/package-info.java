/** The neutral work order: a port to the ordinary job queue. */
@NullMarked
package org.servicerecovery.workorder;

import org.jspecify.annotations.NullMarked;
