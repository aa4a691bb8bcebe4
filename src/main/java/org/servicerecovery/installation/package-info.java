/** One installation: its database, its switch, its start. */
@NullMarked
package org.servicerecovery.installation;

import org.jspecify.annotations.NullMarked;
