package org.servicerecovery.engine;

import org.jspecify.annotations.Nullable;

/**
 * Somebody operated the engine itself (moved a token, edited a variable, deleted an instance, changed a job), instead of
 * working the process. Published within the engine's transaction.
 *
 * @param operation the engine's name for it, such as ModifyProcessInstance
 * @param property what was changed
 */
public record EngineOperated(
        @Nullable String processInstanceId,
        String operation,
        String entity,
        @Nullable String property,
        String user) {}
