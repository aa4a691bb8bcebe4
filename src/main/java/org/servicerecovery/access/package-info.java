/** Who may do what: sign-in, roles, authorizations, tokens. */
@NullMarked
package org.servicerecovery.access;

import org.jspecify.annotations.NullMarked;
