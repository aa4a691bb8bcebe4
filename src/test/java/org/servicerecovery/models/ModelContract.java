package org.servicerecovery.models;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;
import org.camunda.bpm.model.bpmn.instance.BaseElement;
import org.camunda.bpm.model.bpmn.instance.BoundaryEvent;
import org.camunda.bpm.model.bpmn.instance.BusinessRuleTask;
import org.camunda.bpm.model.bpmn.instance.CallActivity;
import org.camunda.bpm.model.bpmn.instance.ErrorEventDefinition;
import org.camunda.bpm.model.bpmn.instance.ExclusiveGateway;
import org.camunda.bpm.model.bpmn.instance.FlowNode;
import org.camunda.bpm.model.bpmn.instance.MessageEventDefinition;
import org.camunda.bpm.model.bpmn.instance.MultiInstanceLoopCharacteristics;
import org.camunda.bpm.model.bpmn.instance.Process;
import org.camunda.bpm.model.bpmn.instance.ReceiveTask;
import org.camunda.bpm.model.bpmn.instance.SequenceFlow;
import org.camunda.bpm.model.bpmn.instance.ServiceTask;
import org.camunda.bpm.model.bpmn.instance.StartEvent;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnEdge;
import org.camunda.bpm.model.bpmn.instance.bpmndi.BpmnShape;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaIn;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputParameter;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaOut;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;
import org.camunda.bpm.model.bpmn.instance.dc.Bounds;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.compensation.Kind;
import org.servicerecovery.engine.Message;
import org.servicerecovery.engine.Tasks;
import org.servicerecovery.engine.Variable;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * What has to hold between the models, the forms and the Java behind them: whatever a model names exists, and whatever
 * a person needs to work a task is there. The engine finds most of it only when a token gets there.
 */
final class ModelContract {

    /** A process with everything that the rules ask of it again and again. */
    private static final class Model {

        private final String file;
        private final Process process;
        private final BpmnModelInstance instance;
        private final List<Element> elements;
        private final List<Named> expressions;
        private final Map<Class<?>, Collection<? extends ModelElementInstance>> found = new HashMap<>();
        private @Nullable Violations own;

        Model(String file, Process process, BpmnModelInstance instance, List<Element> elements) {
            this.file = file;
            this.process = process;
            this.instance = instance;
            this.elements = elements;
            this.expressions = expressionsIn(elements);
        }

        String file() {
            return file;
        }

        Process process() {
            return process;
        }

        String id() {
            return process.getId();
        }

        List<Element> elements() {
            return elements;
        }

        List<Named> expressions() {
            return expressions;
        }

        <E extends ModelElementInstance> Collection<E> all(Class<E> type) {
            return found.computeIfAbsent(type, unused -> instance.getModelElementsByType(type)).stream()
                    .map(type::cast)
                    .toList();
        }

        /** The beans that the model names anywhere. */
        Set<String> beans(JavaBehindModels java) {
            return expressions.stream()
                    .flatMap(named -> named.expression().roots.stream())
                    .filter(java.beans()::containsKey)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** An expression and where it stands. */
    private record Named(String element, String tag, String attribute, String text, Expression expression) {}

    private static final String CAMUNDA = "http://camunda.org/schema/1.0/bpmn";
    private static final Pattern EXPRESSION = Pattern.compile("[$#]\\{[^}]*}");
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("startEvent", "StartEvent"),
            Map.entry("endEvent", "EndEvent"),
            Map.entry("boundaryEvent", "BoundaryEvent"),
            Map.entry("intermediateCatchEvent", "IntermediateEvent"),
            Map.entry("intermediateThrowEvent", "IntermediateEvent"),
            Map.entry("userTask", "UserTask"),
            Map.entry("serviceTask", "ServiceTask"),
            Map.entry("sendTask", "SendTask"),
            Map.entry("businessRuleTask", "BusinessRuleTask"),
            Map.entry("callActivity", "CallActivity"),
            Map.entry("subProcess", "SubProcess"),
            Map.entry("exclusiveGateway", "Gateway"),
            Map.entry("parallelGateway", "Gateway"),
            Map.entry("inclusiveGateway", "Gateway"),
            Map.entry("eventBasedGateway", "Gateway"),
            Map.entry("sequenceFlow", "Flow"),
            Map.entry("message", "Message"),
            Map.entry("error", "Error"));
    private static final Map<String, Class<?>> PLACES = Map.of(
            "serviceTask", JavaDelegate.class,
            "sendTask", JavaDelegate.class,
            "businessRuleTask", JavaDelegate.class,
            "executionListener", ExecutionListener.class,
            "taskListener", TaskListener.class);
    private static final Set<String> CODE = Set.of("scriptTask", "script", "connector");
    private static final Set<String> READABLE_OF_ENGINE =
            Set.of("id", "processInstanceId", "businessKey", "processBusinessKey", "currentActivityId");
    private static final Set<String> ENGINE_OBJECTS = Set.of("execution", "task");
    private static final Set<String> OF_MULTI_INSTANCE =
            Set.of("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "loopCounter");

    private final JavaBehindModels java = new JavaBehindModels();
    private final Map<String, String> stepTypes;
    private final DecisionContract decisions = new DecisionContract(java);
    private final FormContract forms;
    private final Map<String, Model> parsed = new HashMap<>();

    /** @param stepTypes labels of the step types by code, in the order of the table step_type */
    ModelContract(Map<String, String> stepTypes) {
        this.stepTypes = stepTypes;
        this.forms = new FormContract(java, stepTypes);
    }

    /** The broken rules as sentences; none when the contract holds. */
    List<String> violations(ModelFiles files) {
        Violations violations = new Violations();
        Map<String, Model> models = new TreeMap<>();
        files.ending(".bpmn").forEach((file, text) -> {
            try {
                Model model = parse(file, text);
                models.put(model.id(), model);
            } catch (RuntimeException e) {
                violations.add(file, "", "is no valid model: " + e.getMessage());
            }
        });
        if (!violations.sentences().isEmpty()) {
            return violations.sentences();
        }
        Set<String> answers = decisions.answers(files);
        for (Model model : models.values()) {
            violations.addAll(ownViolations(model));
            checkVariables(model, models, violations);
            checkComparisons(model, answers, violations);
            checkTasks(model, files, violations);
            model.all(CallActivity.class).forEach(call -> checkCall(model, call, models, violations));
        }
        checkWholeLoop(models, violations);
        decisions.check(files, decisionsAskedBy(models), violations);
        forms.check(files, usesByForm(models), violations);
        return violations.sentences();
    }

    /** What the model breaks on its own, whatever the other files hold. */
    private Violations ownViolations(Model model) {
        Violations own = model.own;
        if (own == null) {
            own = new Violations();
            checkProcess(model, own);
            checkCode(model, own);
            checkBeans(model, own);
            checkMessagesAndErrors(model, own);
            checkFlows(model, own);
            checkDiagram(model, own);
            model.own = own;
        }
        return own;
    }

    private static void checkProcess(Model model, Violations violations) {
        String file = model.file();
        violations.unless(
                file.equals("processes/" + model.id() + ".bpmn"),
                file,
                model.id(),
                "has another id than its file has a name.");
        violations.unless(
                model.process().getCamundaHistoryTimeToLiveString() != null,
                file,
                model.id(),
                "has no history time to live.");
        violations.unless(model.process().isExecutable(), file, model.id(), "is not executable.");
        violations.unless(model.process().getName() != null, file, model.id(), "has no name.");
        for (BaseElement element : model.all(BaseElement.class)) {
            String kind = KINDS.get(element.getElementType().getTypeName());
            violations.unless(
                    kind == null || element.getId().matches(kind + "_[A-Z][A-Za-z0-9_]*"),
                    file,
                    String.valueOf(element.getId()),
                    "is not called " + kind + "_ and what it means to the business.");
        }
        knownGroups(file, model.id(), model.process().getCamundaCandidateStarterGroupsList(), violations);
    }

    private static void checkCode(Model model, Violations violations) {
        for (Element element : model.elements()) {
            String tag = element.getLocalName();
            violations.unless(!CODE.contains(tag), model.file(), idOf(element), "brings code in a " + tag + ".");
            if (PLACES.containsKey(tag)) {
                boolean byRule = tag.equals("businessRuleTask") && element.hasAttributeNS(CAMUNDA, "decisionRef");
                violations.unless(
                        byRule
                                || element.hasAttribute("delegateExpression")
                                || element.hasAttributeNS(CAMUNDA, "delegateExpression"),
                        model.file(),
                        idOf(element),
                        "has a " + tag + " without a delegate expression.");
            }
        }
    }

    private void checkBeans(Model model, Violations violations) {
        for (Named named : model.expressions()) {
            String where = "in " + named.text();
            if (named.attribute().equals("delegateExpression")) {
                String bean = named.text().substring(2, named.text().length() - 1);
                Class<?> type = java.beans().get(bean);
                Class<?> place = PLACES.getOrDefault(named.tag(), Object.class);
                violations.unless(
                        type != null,
                        model.file(),
                        named.element(),
                        "names the bean " + bean + ", which does not exist.");
                violations.unless(
                        type == null || place.isAssignableFrom(type),
                        model.file(),
                        named.element(),
                        "names the bean " + bean + ", which is no " + place.getSimpleName() + ".");
                continue;
            }
            for (Expression.Call call : named.expression().calls) {
                Class<?> type = java.beans().get(call.root());
                boolean exists =
                        type != null && Arrays.stream(type.getMethods()).anyMatch(method -> fits(method, call));
                violations.unless(
                        exists,
                        model.file(),
                        named.element(),
                        "calls " + call.root() + "." + call.method() + " with " + call.arguments() + " arguments "
                                + where + ", which does not exist.");
            }
            for (Expression.Property property : named.expression().properties) {
                violations.unless(
                        ENGINE_OBJECTS.contains(property.root()) && READABLE_OF_ENGINE.contains(property.name()),
                        model.file(),
                        named.element(),
                        "reads " + property.root() + "." + property.name() + " " + where + ", which models may not.");
            }
        }
    }

    private void checkVariables(Model model, Map<String, Model> models, Violations violations) {
        Set<String> written = writtenIn(model, models);
        for (Named named : model.expressions()) {
            for (String root : named.expression().roots) {
                if (!java.beans().containsKey(root)
                        && !ENGINE_OBJECTS.contains(root)
                        && !named.attribute().equals("delegateExpression")) {
                    read(model, named.element(), root, written, violations);
                }
            }
        }
        for (CamundaIn in : model.all(CamundaIn.class)) {
            if (in.getCamundaSource() != null) {
                read(model, idOf(in), in.getCamundaSource(), written, violations);
                listed(model, idOf(in), in.getCamundaTarget(), violations);
            }
        }
        for (CamundaOut out : model.all(CamundaOut.class)) {
            Model called = models.get(calledBy(out));
            if (called != null) {
                read(
                        called,
                        model.id() + " " + idOf(out),
                        out.getCamundaSource(),
                        writtenIn(called, models),
                        violations);
            }
            listed(model, idOf(out), out.getCamundaTarget(), violations);
        }
        for (MultiInstanceLoopCharacteristics many : model.all(MultiInstanceLoopCharacteristics.class)) {
            listed(model, idOf(many), many.getCamundaElementVariable(), violations);
        }
        for (String bean : model.beans(java)) {
            for (String variable : java.readBy(bean)) {
                violations.unless(
                        written.contains(variable) || isGivenToEach(model, bean, variable),
                        model.file(),
                        bean,
                        "reads the variable " + variable + ", which nothing in this process writes.");
            }
        }
    }

    /** Whether each service task of the bean has an input of this name. */
    private static boolean isGivenToEach(Model model, String bean, String variable) {
        List<ServiceTask> tasks = model.all(ServiceTask.class).stream()
                .filter(task -> ("${" + bean + "}").equals(task.getCamundaDelegateExpression()))
                .toList();
        return !tasks.isEmpty()
                && tasks.stream()
                        .allMatch(task -> model.all(CamundaInputParameter.class).stream()
                                .anyMatch(input -> input.getCamundaName().equals(variable)
                                        && idOf(input).equals(task.getId())));
    }

    /** The variables that a process can have: from its beans, from its callers and its calls, from the application. */
    private Set<String> writtenIn(Model model, Map<String, Model> models) {
        Set<String> written = new HashSet<>(java.givenByTheApplication());
        model.beans(java).forEach(bean -> written.addAll(java.writtenBy(bean)));
        model.all(CamundaOut.class).forEach(out -> written.add(out.getCamundaTarget()));
        model.all(MultiInstanceLoopCharacteristics.class).forEach(many -> {
            written.add(many.getCamundaElementVariable());
            written.addAll(OF_MULTI_INSTANCE);
        });
        for (Model caller : models.values()) {
            for (CamundaIn in : caller.all(CamundaIn.class)) {
                if (model.id().equals(calledBy(in)) && in.getCamundaTarget() != null) {
                    written.add(in.getCamundaTarget());
                }
            }
        }
        return written;
    }

    private static void read(Model model, String element, String variable, Set<String> written, Violations violations) {
        listed(model, element, variable, violations);
        violations.unless(
                written.contains(variable),
                model.file(),
                element,
                "reads the variable " + variable + ", which nothing in this process writes.");
    }

    private static void listed(Model model, String element, String variable, Violations violations) {
        violations.unless(
                Variable.isListed(variable),
                model.file(),
                element,
                "names " + variable + ", which is no variable that may stay in the engine.");
    }

    private void checkCall(Model model, CallActivity call, Map<String, Model> models, Violations violations) {
        Model called = models.get(String.valueOf(call.getCalledElement()));
        if (called == null) {
            violations.add(
                    model.file(), call.getId(), "calls " + call.getCalledElement() + ", which is no process of ours.");
            return;
        }
        Set<String> passed = model.all(CamundaIn.class).stream()
                .filter(in -> idOf(in).equals(call.getId()) && in.getCamundaTarget() != null)
                .map(CamundaIn::getCamundaTarget)
                .collect(Collectors.toSet());
        called.all(StartEvent.class).stream()
                .filter(start -> start.getEventDefinitions().isEmpty())
                .flatMap(start -> startListenersOf(called, start).stream())
                .flatMap(bean -> java.readBy(bean).stream())
                .filter(variable -> !passed.contains(variable))
                .forEach(variable -> violations.add(
                        model.file(),
                        call.getId(),
                        "does not pass " + variable + ", which " + called.id() + " reads at its start."));
    }

    private void checkComparisons(Model model, Set<String> answers, Violations violations) {
        for (Named named : model.expressions()) {
            for (Expression.Comparison comparison : named.expression().comparisons) {
                String text = comparison.text();
                boolean known;
                if (comparison.with().equals(Variable.STEP_TYPE.name())) {
                    known = stepTypes.containsKey(text);
                } else if (comparison.with().equals(Variable.COMPENSATION_KIND.name())) {
                    known = Arrays.stream(Kind.values())
                            .anyMatch(kind -> kind.family().equals(text));
                } else {
                    known = answers.contains(text) || java.codes().contains(text) || java.knows(text);
                }
                violations.unless(
                        known,
                        model.file(),
                        named.element(),
                        "waits for " + comparison.with() + " to be \"" + text + "\", which it never is.");
            }
        }
    }

    private void checkMessagesAndErrors(Model model, Violations violations) {
        Set<String> codes = Arrays.stream(Message.values()).map(Message::code).collect(Collectors.toSet());
        for (MessageEventDefinition event : model.all(MessageEventDefinition.class)) {
            String name = event.getMessage() == null ? null : event.getMessage().getName();
            violations.unless(
                    name != null && codes.contains(name),
                    model.file(),
                    idOf(event),
                    "waits for the message " + name + ", which nobody sends.");
        }
        for (ErrorEventDefinition event : model.all(ErrorEventDefinition.class)) {
            String code = event.getError() == null ? null : event.getError().getErrorCode();
            violations.unless(
                    code != null && java.errorCodes().contains(code),
                    model.file(),
                    idOf(event),
                    "catches the error " + code + ", which nobody throws.");
        }
    }

    private void checkTasks(Model model, ModelFiles files, Violations violations) {
        String file = model.file();
        for (UserTask task : model.all(UserTask.class)) {
            String id = task.getId();
            checkForm(file, id, task.getCamundaFormRef(), task.getCamundaFormRefBinding(), files, violations);
            violations.unless(!task.getCamundaCandidateGroupsList().isEmpty(), file, id, "has no candidate groups.");
            knownGroups(file, id, task.getCamundaCandidateGroupsList(), violations);
            violations.unless(task.getCamundaDueDate() != null, file, id, "has no due date.");
            violations.unless(!listenersOf(task).isEmpty(), file, id, "has no listener for its completion.");
            violations.unless(task.getName() != null, file, id, "has no name.");
            List<String> inputs = inputsOf(model, task);
            violations.unless(
                    Set.copyOf(inputs).size() == inputs.size(),
                    file,
                    id,
                    "has two inputs of one name: " + inputs + ".");
        }
        for (StartEvent start : model.all(StartEvent.class)) {
            if (start.getCamundaFormRef() != null) {
                checkForm(
                        file,
                        start.getId(),
                        start.getCamundaFormRef(),
                        start.getCamundaFormRefBinding(),
                        files,
                        violations);
            }
        }
    }

    private static List<String> inputsOf(Model model, UserTask task) {
        return model.all(CamundaInputParameter.class).stream()
                .filter(input -> idOf(input).equals(task.getId()))
                .map(CamundaInputParameter::getCamundaName)
                .toList();
    }

    private static void checkForm(
            String file, String id, String form, String binding, ModelFiles files, Violations violations) {
        violations.unless(form != null, file, id, "has no form.");
        violations.unless(
                form == null || files.texts().containsKey("forms/" + form + ".form"),
                file,
                id,
                "names the form " + form + ", which does not exist.");
        violations.unless(
                form == null || "deployment".equals(binding),
                file,
                id,
                "binds its form to \"" + binding + "\" instead of the deployment.");
    }

    private static void knownGroups(String file, String id, List<String> groups, Violations violations) {
        groups.stream()
                // Roles that come from a table are looked at there.
                .filter(group -> !EXPRESSION.matcher(group).matches())
                .forEach(group -> violations.unless(
                        DecisionContract.ROLES.contains(group),
                        file,
                        id,
                        "names the group " + group + ", which is no role."));
    }

    private static void checkFlows(Model model, Violations violations) {
        for (ExclusiveGateway gateway : model.all(ExclusiveGateway.class)) {
            if (gateway.getOutgoing().size() < 2) {
                continue;
            }
            violations.unless(
                    gateway.getName() != null && gateway.getName().endsWith("?"),
                    model.file(),
                    gateway.getId(),
                    "asks no question.");
            for (SequenceFlow flow : gateway.getOutgoing()) {
                violations.unless(
                        flow.getConditionExpression() != null || flow.equals(gateway.getDefault()),
                        model.file(),
                        flow.getId(),
                        "has no condition and is not the default.");
            }
        }
    }

    private static void checkDiagram(Model model, Violations violations) {
        Map<String, Double> middles = new HashMap<>();
        for (BpmnShape shape : model.all(BpmnShape.class)) {
            Bounds bounds = shape.getBounds();
            if (bounds != null) {
                middles.put(shape.getAttributeValue("bpmnElement"), bounds.getX() + bounds.getWidth() / 2);
            }
        }
        Map<String, Integer> waypoints = new HashMap<>();
        for (BpmnEdge edge : model.all(BpmnEdge.class)) {
            waypoints.put(
                    edge.getAttributeValue("bpmnElement"), edge.getWaypoints().size());
        }
        for (FlowNode node : model.all(FlowNode.class)) {
            violations.unless(
                    middles.containsKey(node.getId()), model.file(), node.getId(), "has no shape in the diagram.");
        }
        Map<String, Set<String>> next = new HashMap<>();
        for (SequenceFlow flow : model.all(SequenceFlow.class)) {
            next.computeIfAbsent(flow.getAttributeValue("sourceRef"), unused -> new HashSet<>())
                    .add(flow.getAttributeValue("targetRef"));
        }
        // A token in an activity can leave it through the events on its border.
        for (BoundaryEvent event : model.all(BoundaryEvent.class)) {
            next.computeIfAbsent(event.getAttributeValue("attachedToRef"), unused -> new HashSet<>())
                    .add(event.getId());
        }
        for (SequenceFlow flow : model.all(SequenceFlow.class)) {
            violations.unless(
                    waypoints.getOrDefault(flow.getId(), 0) > 1,
                    model.file(),
                    flow.getId(),
                    "has no edge in the diagram.");
            String source = flow.getAttributeValue("sourceRef");
            String target = flow.getAttributeValue("targetRef");
            Double from = middles.get(source);
            Double to = middles.get(target);
            if (from != null && to != null) {
                violations.unless(
                        to >= from || leadsBack(source, target, next),
                        model.file(),
                        flow.getId(),
                        "leads from right to left.");
            }
        }
    }

    /** Whether the flow closes a loop: from its target a token can come back to its source. */
    private static boolean leadsBack(String source, String target, Map<String, Set<String>> next) {
        Set<String> seen = new HashSet<>();
        List<String> open = new ArrayList<>(List.of(target));
        while (!open.isEmpty()) {
            String node = open.remove(open.size() - 1);
            if (node.equals(source)) {
                return true;
            }
            if (seen.add(node)) {
                open.addAll(next.getOrDefault(node, Set.of()));
            }
        }
        return false;
    }

    /** What holds for all models together: nothing in Java waits in vain for a model. */
    private void checkWholeLoop(Map<String, Model> models, Violations violations) {
        Set<String> received = models.values().stream()
                .flatMap(model -> Stream.concat(
                        model.all(MessageEventDefinition.class).stream().map(MessageEventDefinition::getMessage),
                        model.all(ReceiveTask.class).stream().map(ReceiveTask::getMessage)))
                .filter(Objects::nonNull)
                .map(org.camunda.bpm.model.bpmn.instance.Message::getName)
                .collect(Collectors.toSet());
        for (Message message : Message.values()) {
            violations.unless(
                    received.contains(message.code()),
                    "processes",
                    message.code(),
                    "is sent, but no model receives it.");
        }
        Set<String> tasks = models.values().stream()
                .flatMap(model -> model.all(UserTask.class).stream())
                .map(UserTask::getId)
                .collect(Collectors.toSet());
        for (String task : List.of(
                Tasks.ASSIGN_OWNER,
                Tasks.PLAN_RECOVERY,
                Tasks.DECIDE_HOW_TO_GO_ON,
                Tasks.RESOLVE_CASE,
                Tasks.CLOSE_LOOP)) {
            violations.unless(tasks.contains(task), "processes", task, "is answered by the API, but is in no model.");
        }
        Set<String> served = models.values().stream()
                .flatMap(model -> model.expressions().stream())
                .flatMap(named -> named.expression().comparisons.stream())
                .filter(comparison -> comparison.with().equals(Variable.STEP_TYPE.name()))
                .map(Expression.Comparison::text)
                .collect(Collectors.toSet());
        for (String type : stepTypes.keySet()) {
            violations.unless(served.contains(type), "processes", type, "is a step type without a way in the models.");
        }
        Set<String> named = new TreeSet<>();
        models.values().forEach(model -> named.addAll(model.beans(java)));
        java.beans().keySet().stream()
                .filter(bean -> !named.contains(bean) && !NAMED_BY_LISTS.contains(bean))
                .forEach(bean -> violations.add("processes", bean, "is a bean for models that no model names."));
    }

    /** Beans that the stored lists of Tasklist name: engine/TasklistFilters. */
    private static final Set<String> NAMED_BY_LISTS = Set.of("businessDay");

    private static Set<String> decisionsAskedBy(Map<String, Model> models) {
        return models.values().stream()
                .flatMap(model -> model.all(BusinessRuleTask.class).stream())
                .map(BusinessRuleTask::getCamundaDecisionRef)
                .filter(decision -> decision != null)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, List<FormContract.Use>> usesByForm(Map<String, Model> models) {
        Map<String, List<FormContract.Use>> uses = new HashMap<>();
        for (Model model : models.values()) {
            for (UserTask task : model.all(UserTask.class)) {
                use(uses, model, task.getCamundaFormRef(), task.getId(), listenersOf(task));
            }
            for (StartEvent start : model.all(StartEvent.class)) {
                use(uses, model, start.getCamundaFormRef(), start.getId(), startListenersOf(model, start));
            }
        }
        return uses;
    }

    private static void use(
            Map<String, List<FormContract.Use>> uses, Model model, String form, String element, Set<String> readers) {
        if (form != null) {
            Set<String> inputs = model.all(CamundaInputParameter.class).stream()
                    .filter(input -> idOf(input).equals(element))
                    .map(CamundaInputParameter::getCamundaName)
                    .collect(Collectors.toSet());
            uses.computeIfAbsent(form, unused -> new ArrayList<>())
                    .add(new FormContract.Use(model.id(), element, readers, inputs));
        }
    }

    private static Set<String> startListenersOf(Model model, StartEvent start) {
        return model.expressions().stream()
                .filter(named ->
                        named.element().equals(start.getId()) && named.tag().equals("executionListener"))
                .flatMap(named -> named.expression().roots.stream())
                .collect(Collectors.toSet());
    }

    /** The beans that are told when the task is completed. */
    private static Set<String> listenersOf(UserTask task) {
        if (task.getExtensionElements() == null) {
            return Set.of();
        }
        return task.getExtensionElements().getElementsQuery().filterByType(CamundaTaskListener.class).list().stream()
                .filter(listener -> TaskListener.EVENTNAME_COMPLETE.equals(listener.getCamundaEvent()))
                .map(CamundaTaskListener::getCamundaDelegateExpression)
                .filter(expression -> expression != null)
                .map(expression -> expression.substring(2, expression.length() - 1))
                .collect(Collectors.toSet());
    }

    private static boolean fits(Method method, Expression.Call call) {
        return method.getName().equals(call.method()) && method.getParameterCount() == call.arguments();
    }

    private static String calledBy(ModelElementInstance mapping) {
        ModelElementInstance parent = mapping.getParentElement();
        while (parent != null && !(parent instanceof CallActivity)) {
            parent = parent.getParentElement();
        }
        return parent instanceof CallActivity call ? String.valueOf(call.getCalledElement()) : "";
    }

    /** The id of the element that a part without an id of its own belongs to. */
    private static String idOf(ModelElementInstance element) {
        ModelElementInstance owner = element;
        while (!(owner instanceof FlowNode) && owner.getParentElement() != null) {
            owner = owner.getParentElement();
        }
        return owner instanceof BaseElement named ? named.getId() : "";
    }

    private static String idOf(Element element) {
        Node owner = element;
        while (owner instanceof Element named
                && (named.getAttribute("id").isEmpty()
                        || !KINDS.containsKey(named.getLocalName())
                                && !named.getLocalName().equals("process"))) {
            owner = owner.getParentNode();
        }
        return owner instanceof Element named ? named.getAttribute("id") : "";
    }

    private Model parse(String file, String text) {
        Model known = parsed.get(file + text);
        if (known == null) {
            BpmnModelInstance instance =
                    Bpmn.readModelFromStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
            Collection<Process> processes = instance.getModelElementsByType(Process.class);
            if (processes.size() != 1) {
                throw new IllegalArgumentException("a file holds one process");
            }
            List<Element> elements = elements(xml(text).getDocumentElement());
            known = new Model(file, processes.iterator().next(), instance, elements);
            parsed.put(file + text, known);
        }
        return known;
    }

    private static List<Named> expressionsIn(List<Element> elements) {
        List<Named> expressions = new ArrayList<>();
        elements.forEach(element -> collect(element, expressions));
        return List.copyOf(expressions);
    }

    private static void collect(Element element, List<Named> expressions) {
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Attr attribute = (Attr) element.getAttributes().item(i);
            collect(
                    element,
                    attribute.getLocalName() == null ? attribute.getName() : attribute.getLocalName(),
                    attribute.getValue(),
                    expressions);
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child.getNodeType() == Node.TEXT_NODE || child.getNodeType() == Node.CDATA_SECTION_NODE) {
                collect(element, "", child.getNodeValue(), expressions);
            }
        }
    }

    private static void collect(Element element, String attribute, String text, List<Named> expressions) {
        EXPRESSION
                .matcher(text)
                .results()
                .forEach(found -> expressions.add(new Named(
                        idOf(element),
                        element.getLocalName(),
                        attribute,
                        found.group(),
                        new Expression(found.group()))));
    }

    private static Document xml(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Element> elements(Element root) {
        List<Element> found = new ArrayList<>(List.of(root));
        for (Node child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                found.addAll(elements(element));
            }
        }
        return found;
    }
}
