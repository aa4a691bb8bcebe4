package org.servicerecovery.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.bpmn.behavior.UserTaskActivityBehavior;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.core.variable.mapping.InputParameter;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.persistence.entity.TaskEntity;
import org.camunda.bpm.engine.impl.pvm.process.ActivityImpl;
import org.camunda.bpm.engine.impl.pvm.process.ScopeImpl;
import org.camunda.bpm.engine.impl.task.TaskDefinition;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.servicerecovery.Refused;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Looks at every model when it is parsed. Models may say what happens and call the beans named for them; they may not
 * bring code of their own. And it adds what has to hold in every model: the rules for completing a task, the keeping
 * of answers that no listener reads, and word that an instance has ended, however it ended.
 */
final class ModelGuardListener extends AbstractBpmnParseListener {

    private static final Set<String> CODE_ELEMENTS = Set.of("scriptTask", "script", "connector");
    private static final Set<String> CODE_ATTRIBUTES = Set.of("class", "type", "resource");
    private static final Set<String> CODE_CARRIERS = Set.of(
            "serviceTask",
            "businessRuleTask",
            "sendTask",
            "executionListener",
            "taskListener",
            "messageEventDefinition");
    private static final Pattern EXPRESSION = Pattern.compile("[$#]\\{([^}]*)}");
    private static final Pattern BEAN = Pattern.compile("\\s*[$#]\\{\\s*(\\w+)\\s*}\\s*");
    private static final Pattern CALL = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)\\s*\\.\\s*[A-Za-z_]");
    private static final Pattern REFLECTION = Pattern.compile("\\b(getClass|class|forName|processEngineServices)\\b");

    private final AllowedBeans allowed;
    private final Supplier<List<EveryTaskListener>> everyTask;
    private final Supplier<List<FurtherAnswers>> keepers;
    private final ApplicationEventPublisher events;

    ModelGuardListener(
            AllowedBeans allowed,
            Supplier<List<EveryTaskListener>> everyTask,
            Supplier<List<FurtherAnswers>> keepers,
            ApplicationEventPublisher events) {
        this.allowed = allowed;
        this.everyTask = everyTask;
        this.keepers = keepers;
        this.events = events;
    }

    @Override
    public void parseProcess(Element process, ProcessDefinitionEntity definition) {
        refuseCode(process, definition.getKey());
        // Built in, so that a deletion with "skip custom listeners" is told as well.
        definition.addBuiltInListener(ExecutionListener.EVENTNAME_END, (ExecutionListener) this::publishEnd);
    }

    @Override
    public void parseUserTask(Element userTask, ScopeImpl scope, ActivityImpl activity) {
        TaskListener rules = task -> {
            for (EveryTaskListener rule : everyTask.get()) {
                rule.notify(task);
            }
        };
        TaskDefinition definition = ((UserTaskActivityBehavior) activity.getActivityBehavior()).getTaskDefinition();
        // The first to be told of a completion, before the model's own listeners, and the last, after them.
        definition.addBuiltInTaskListener(TaskListener.EVENTNAME_COMPLETE, rules);
        definition.addTaskListener(
                TaskListener.EVENTNAME_COMPLETE, task -> keepFurtherAnswers(task, inputsOf(activity)));
        definition.addBuiltInTaskListener(TaskListener.EVENTNAME_CREATE, ModelGuardListener::showOnCard);
        definition.addBuiltInTaskListener(TaskListener.EVENTNAME_UPDATE, ModelGuardListener::refuseDelegation);
    }

    /** Asked when the task is completed: the model's mappings are parsed after its listeners. */
    private static Set<String> inputsOf(ActivityImpl activity) {
        return activity.getIoMapping() == null
                ? Set.of()
                : activity.getIoMapping().getInputParameters().stream()
                        .map(InputParameter::getName)
                        .collect(Collectors.toUnmodifiableSet());
    }

    private void keepFurtherAnswers(DelegateTask task, Set<String> inputs) {
        Map<String, String> answers = Submission.rest(task, inputs);
        if (!answers.isEmpty()
                && keepers.get().stream()
                        .noneMatch(keeper -> keeper.keep(task.getProcessInstanceId(), task.getName(), answers))) {
            throw Refused.field(answers.keySet().iterator().next(), "is kept nowhere: nothing reads this field.");
        }
    }

    /**
     * A delegated task is resolved before it is completed, and what is submitted with that passes by every listener and
     * stays in the engine.
     */
    private static void refuseDelegation(DelegateTask task) {
        if (((TaskEntity) task).getDelegationState() != null) {
            throw Refused.conflict("\"" + task.getName()
                    + "\" cannot be delegated or handed back. Assign it to a colleague, or complete it.");
        }
    }

    /** Who may work a task may read the task's own variables, but not those of its process: the lists show these. */
    private static void showOnCard(DelegateTask task) {
        for (Variable<?> variable : Variable.ON_THE_CARD) {
            Object value = task.getVariable(variable.name());
            if (value != null) {
                task.setVariableLocal(variable.name(), value);
            }
        }
    }

    private void publishEnd(DelegateExecution execution) {
        ExecutionEntity ended = (ExecutionEntity) execution;
        events.publishEvent(new InstanceEnded(
                ended.getProcessInstanceId(),
                ended.getProcessDefinition().getKey(),
                ended.getBusinessKey(),
                ended.isCanceled() || ended.isDeleteRoot(),
                ended.getDeleteReason()));
    }

    private void refuseCode(Element element, String process) {
        if (CODE_ELEMENTS.contains(element.getTagName())) {
            throw refused(
                    process, "holds a script or connector. Models may not bring code: ask for a delegate instead.");
        }
        for (String name : element.attributes()) {
            String local = name.substring(name.lastIndexOf(':') + 1);
            String value = element.attribute(name) == null ? "" : element.attribute(name);
            boolean code = CODE_ATTRIBUTES.contains(local) && CODE_CARRIERS.contains(element.getTagName());
            boolean names = local.endsWith("Class")
                    || (local.equals("config") && element.getTagName().equals("constraint"));
            boolean script = local.equals("language") && element.getTagName().equals("conditionExpression");
            if (code || names || script) {
                throw refused(
                        process,
                        "names code by camunda:" + local + "=\"" + value
                                + "\". Use camunda:delegateExpression with one of: " + allowed.names() + ".");
            }
            if (local.equals("delegateExpression")) {
                refuseUnlessBean(value, process);
            }
            refuseExpression(value, process);
        }
        refuseExpression(element.getText() == null ? "" : element.getText(), process);
        for (Element child : element.elements()) {
            refuseCode(child, process);
        }
    }

    private void refuseUnlessBean(String value, String process) {
        Matcher bean = BEAN.matcher(value);
        if (!bean.matches() || !allowed.containsKey(bean.group(1))) {
            throw refused(
                    process,
                    "names the delegate " + value + ", which does not exist. Beans for models: " + allowed.names()
                            + ".");
        }
    }

    private void refuseExpression(String text, String process) {
        Matcher expressions = EXPRESSION.matcher(text);
        while (expressions.find()) {
            String expression = expressions.group(1);
            if (REFLECTION.matcher(expression).find()) {
                throw refused(process, "reaches for classes or engine services in ${" + expression + "}.");
            }
            Matcher calls = CALL.matcher(expression);
            while (calls.find()) {
                String root = calls.group(1);
                boolean known = allowed.containsKey(root)
                        || root.equals("execution")
                        || root.equals("task")
                        || Variable.isListed(root);
                if (!known && calls.start() == firstIdentifier(expression, calls.start())) {
                    throw refused(
                            process,
                            "names \"" + root + "\" in ${" + expression + "}, which does not exist. Beans for models: "
                                    + allowed.names() + ".");
                }
            }
        }
    }

    private static Refused refused(String process, String what) {
        return Refused.field(process, what);
    }

    /** Where the dotted path around a position starts: only its first part names a bean or variable. */
    private static int firstIdentifier(String expression, int position) {
        int start = position;
        while (start > 0
                && (Character.isJavaIdentifierPart(expression.charAt(start - 1))
                        || expression.charAt(start - 1) == '.')) {
            start--;
        }
        return start;
    }
}
