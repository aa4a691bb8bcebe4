package org.servicerecovery.engine;

import org.camunda.bpm.engine.delegate.TaskListener;

/** A rule that holds for the completion of every user task, in whatever model; it runs before the task's own listeners. */
public interface EveryTaskListener extends TaskListener {}
