/** Try before deploying: what would have become of past cases under another decision table. Knows no feature; those that have a table say what the past holds for it. */
@NullMarked
package org.servicerecovery.trial;

import org.jspecify.annotations.NullMarked;
