package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParser;
import org.camunda.bpm.engine.impl.persistence.deploy.Deployer;
import org.camunda.bpm.engine.impl.persistence.entity.DeploymentEntity;
import org.camunda.bpm.engine.impl.persistence.entity.ResourceEntity;
import org.camunda.bpm.engine.impl.util.ReflectUtil;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.camunda.bpm.engine.impl.util.xml.Parse;
import org.camunda.bpm.engine.impl.util.xml.Parser;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/**
 * Models may say what happens and call the beans named for them; they may not bring code of their own. Looked at before
 * the engine parses a model: it makes objects of some of the classes named in it while it reads.
 */
final class ModelsBringNoCode implements Deployer {

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

    ModelsBringNoCode(AllowedBeans allowed) {
        this.allowed = allowed;
    }

    @Override
    public void deploy(DeploymentEntity deployment) {
        if (!deployment.isNew()) {
            return;
        }
        for (ResourceEntity resource : deployment.getResources().values()) {
            if (FormsComeAlong.isModel(resource)) {
                Element model = read(resource);
                if (model != null) {
                    refuseCode(model, resource.getName());
                }
            }
        }
    }

    /** Null when it is no XML: the engine's own parser says what is wrong, with line and column. */
    private static @Nullable Element read(ResourceEntity resource) {
        Reading reading = new Reading(new Parser() {
            @Override
            public Parse createParse() {
                return new Reading(this);
            }
        });
        try {
            reading.sourceInputStream(new ByteArrayInputStream(resource.getBytes()))
                    .execute();
        } catch (ProcessEngineException noXml) {
            return null;
        }
        return reading.root();
    }

    /** The engine's way of reading XML, so that both see the same. */
    private static final class Reading extends Parse {

        Reading(Parser parser) {
            super(parser);
            // With a schema the reader knows namespaces; what the schema finds is for the engine to say.
            setSchemaResource(ReflectUtil.getResourceUrlAsString(BpmnParser.BPMN_20_SCHEMA_LOCATION));
        }

        @Nullable
        Element root() {
            return rootElement;
        }
    }

    private void refuseCode(Element element, String process) {
        if (CODE_ELEMENTS.contains(element.getTagName())) {
            throw refused(process, "refused.model.script");
        }
        for (String name : element.attributes()) {
            String local = name.substring(name.lastIndexOf(':') + 1);
            String value = element.attribute(name) == null ? "" : element.attribute(name);
            boolean code = CODE_ATTRIBUTES.contains(local) && CODE_CARRIERS.contains(element.getTagName());
            boolean names = local.endsWith("Class")
                    || (local.equals("config") && element.getTagName().equals("constraint"));
            boolean script = local.equals("language") && element.getTagName().equals("conditionExpression");
            if (code || names || script) {
                throw refused(process, "refused.model.code", local, value, allowed.names());
            }
            if (local.equals("delegateExpression")) {
                refuseUnlessBean(value, process);
            }
            refuseExpression(value, process);
        }
        refuseExpression(element.getText() == null ? "" : element.getText(), process);
        for (Element child : element.elements()) {
            String id = child.attribute("id");
            refuseCode(child, child.getTagName().equals("process") && id != null ? id : process);
        }
    }

    private void refuseUnlessBean(String value, String process) {
        Matcher bean = BEAN.matcher(value);
        if (!bean.matches() || !allowed.containsKey(bean.group(1))) {
            throw refused(process, "refused.model.noDelegate", value, allowed.names());
        }
    }

    private void refuseExpression(String text, String process) {
        Matcher expressions = EXPRESSION.matcher(text);
        while (expressions.find()) {
            String expression = expressions.group(1);
            if (REFLECTION.matcher(expression).find()) {
                throw refused(process, "refused.model.reaches", "${" + expression + "}");
            }
            Matcher calls = CALL.matcher(expression);
            while (calls.find()) {
                String root = calls.group(1);
                boolean known = allowed.containsKey(root)
                        || root.equals("execution")
                        || root.equals("task")
                        || Variable.isListed(root);
                if (!known && calls.start() == firstIdentifier(expression, calls.start())) {
                    throw refused(process, "refused.model.noBean", root, "${" + expression + "}", allowed.names());
                }
            }
        }
    }

    private static Refused refused(String process, String key, Object... arguments) {
        return Refused.field(process, key, arguments);
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
