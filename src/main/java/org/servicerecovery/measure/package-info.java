/** What the business is measured by, from the roll-up of trends, and what managers see of it. */
@NullMarked
package org.servicerecovery.measure;

import org.jspecify.annotations.NullMarked;
