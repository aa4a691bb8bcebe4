package org.servicerecovery.plan;

/** A step is about to be completed, under the case's lock; whoever knows why it cannot be refuses. */
public record StepCompleting(Step step) {}
