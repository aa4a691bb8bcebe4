package org.servicerecovery.plan;

import org.jspecify.annotations.Nullable;

/**
 * A step to be planned.
 *
 * @param type code of a step type, such as call-customer
 * @param purpose what the step shall achieve
 * @param assignee user id of who does it; null for the owner of the case
 */
public record NewStep(String type, String purpose, @Nullable String assignee) {}
