/** What a browser or another system sees across features: plugins, the case view, problem details. */
@NullMarked
package org.servicerecovery.web;

import org.jspecify.annotations.NullMarked;
