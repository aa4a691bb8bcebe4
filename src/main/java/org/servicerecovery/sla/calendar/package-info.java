/** Which time counts: around the clock, or the opening hours and working days of a business. */
@NullMarked
package org.servicerecovery.sla.calendar;

import org.jspecify.annotations.NullMarked;
