/** The case's side of a job: what a step ordered, and which job serves it. */
@NullMarked
package org.servicerecovery.workorder;

import org.jspecify.annotations.NullMarked;
