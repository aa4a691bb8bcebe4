package org.servicerecovery.engine;

import java.util.Map;

/** Keeps what the form of a task asked for beyond what Java knows: a designer adds a field, and its answer is not lost. */
public interface FurtherAnswers {

    /**
     * @param task the name of the task
     * @param answers what was answered, by the key of the field
     * @return false when the instance belongs to nothing that this keeper knows
     */
    boolean keep(String processInstanceId, String task, Map<String, String> answers);
}
