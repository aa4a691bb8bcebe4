/** The process engine's settings, models, messages and guards. Knows no feature. */
@NullMarked
package org.servicerecovery.engine;

import org.jspecify.annotations.NullMarked;
