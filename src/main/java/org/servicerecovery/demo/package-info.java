/** What the demo profile brings: customers, payments, and a handful of cases. Uses the features as their users do. */
@NullMarked
package org.servicerecovery.demo;

import org.jspecify.annotations.NullMarked;
