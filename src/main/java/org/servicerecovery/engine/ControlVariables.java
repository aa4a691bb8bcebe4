package org.servicerecovery.engine;

import java.lang.reflect.Field;
import java.util.Map;
import org.camunda.bpm.engine.impl.cmd.CompleteTaskCmd;
import org.camunda.bpm.engine.impl.cmd.SubmitStartFormCmd;
import org.camunda.bpm.engine.impl.cmd.SubmitTaskFormCmd;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.util.ReflectionUtils;

/**
 * The variables that the models decide by are the application's. The engine lets whoever completes a task set any
 * variable along with it: a refund would be routed as a credit, a timer put off. What is submitted is looked at before
 * the engine has it.
 */
final class ControlVariables {

    private static final Field COMPLETED = field(CompleteTaskCmd.class, "variables");
    private static final Field SUBMITTED = field(SubmitTaskFormCmd.class, "properties");
    private static final Field STARTED = field(SubmitStartFormCmd.class, "variables");

    private ControlVariables() {}

    /** @throws Refused naming the variable when the command submits one that is not the submitter's to set */
    static void refuseIn(Command<?> command) {
        if (command instanceof CompleteTaskCmd) {
            refuse(COMPLETED, command, "");
        } else if (command instanceof SubmitTaskFormCmd) {
            refuse(SUBMITTED, command, "");
        } else if (command instanceof SubmitStartFormCmd) {
            // The one that the form of a new case asks for; its listener checks it.
            refuse(STARTED, command, Variable.SEVERITY.name());
        }
    }

    private static void refuse(Field of, Command<?> command, String except) {
        @Nullable Object submitted = ReflectionUtils.getField(of, command);
        if (submitted instanceof Map<?, ?> variables) {
            for (Object name : variables.keySet()) {
                if (Variable.isListed(String.valueOf(name)) && !name.equals(except)) {
                    throw Refused.field(String.valueOf(name), "refused.task.ofTheProcess");
                }
            }
        }
    }

    private static Field field(Class<?> command, String name) {
        Field field = ReflectionUtils.findField(command, name);
        if (field == null || !Map.class.isAssignableFrom(field.getType())) {
            throw new IllegalStateException(command.getSimpleName() + " keeps what was submitted elsewhere now.");
        }
        ReflectionUtils.makeAccessible(field);
        return field;
    }
}
