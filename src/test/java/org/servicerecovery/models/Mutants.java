package org.servicerecovery.models;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Small damages of many kinds, made by program in the real files, each at several places of every file it fits. */
final class Mutants {

    /** One damaged copy of the release. */
    record Mutant(String what, ModelFiles files) {}

    private static final String BPMN = ".bpmn";
    private static final String DMN = ".dmn";
    private static final String FORM = ".form";

    private final ModelFiles release;
    private final int placesPerFile;
    private final List<Mutant> all = new ArrayList<>();

    private Mutants(ModelFiles release, int placesPerFile) {
        this.release = release;
        this.placesPerFile = placesPerFile;
    }

    /** @param placesPerFile at how many places of a file each kind of damage is done, spread evenly */
    static List<Mutant> of(ModelFiles release, int placesPerFile) {
        Mutants mutants = new Mutants(release, placesPerFile);
        mutants.damageJavaBehindModels();
        mutants.damageData();
        mutants.damageTasks();
        mutants.damageFlows();
        mutants.damageDecisions();
        mutants.damageForms();
        return mutants.all;
    }

    private void damageJavaBehindModels() {
        replace("rename a bean", BPMN, "delegateExpression=\"\\$\\{(\\w+)}\"", "$1Renamed");
        replace(
                "take a bean of another kind",
                BPMN,
                "taskListener delegateExpression=\"\\$\\{(\\w+)}\"",
                "feedTrendDelegate");
        replace("rename a bean in an expression", BPMN, "\\$\\{(planSteps|taxonomyOptions)\\.", "renamed");
        replace("rename a method", BPMN, "\\$\\{\\w+\\.(\\w+)\\(", "renamed");
        replace("drop an argument", BPMN, "\\$\\{\\w+\\.\\w+\\(([\\w.]+)\\)", "");
        replace("reach for the engine", BPMN, "\\$\\{execution\\.(businessKey)}", "processEngineServices");
        replace("bring a class", BPMN, "(camunda:delegateExpression=\"[^\"]*\")", "camunda:class=\"org.example.Any\"");
        replace(
                "make a task a script",
                BPMN,
                "<bpmn:(serviceTask) [^>]*>(?=[\\s\\S]*?</bpmn:(serviceTask)>)",
                "scriptTask");
    }

    private void damageData() {
        replace("misspell a variable", BPMN, "\\$\\{(\\w+)(?: [=!]=|} *[<\"])", "$1s");
        replace("wait for an unknown answer", BPMN, "== '([a-z-]+)'", "$1s");
        replace("pass on an unknown variable", BPMN, "<camunda:in source=\"(\\w+)\"", "$1s");
        replace("hand over an unknown variable", BPMN, "<camunda:in source=\"\\w+\" target=\"(\\w+)\"", "$1s");
        replace("take back an unknown variable", BPMN, "<camunda:out source=\"(\\w+)\"", "$1s");
        replace("forget to pass the step", BPMN, "(<camunda:in source=\"stepId\" target=\"stepId\" />)", "");
        replace(
                "forget to pass the compensation",
                BPMN,
                "(<camunda:in source=\"compensationId\" target=\"compensationId\" />)",
                "");
        replace("forget to pass the due time", BPMN, "(<camunda:in source=\"stepDueAt\" target=\"stepDueAt\" />)", "");
        replace("rename a message", BPMN, "<bpmn:message id=\"\\w+\" name=\"(\\w+)\"", "$1Renamed");
        replace(
                "forget what a message means",
                BPMN,
                "(<bpmn:messageEventDefinition messageRef=\"\\w+\" />)",
                "<bpmn:messageEventDefinition />");
        replace(
                "catch an error that nobody throws",
                BPMN,
                "(<bpmn:timerEventDefinition>.*</bpmn:timerEventDefinition>)",
                "<bpmn:errorEventDefinition errorRef=\"Error_Unknown\" />",
                Mutants::withError);
        replace("call an unknown process", BPMN, "calledElement=\"([\\w-]+)\"", "$1-renamed");
    }

    private void damageTasks() {
        dropFiles("lose a form", FORM);
        replace("name an unknown form", BPMN, "camunda:formRef=\"([\\w-]+)\"", "$1-renamed");
        replace(
                "leave a task without a form",
                BPMN,
                "<bpmn:userTask [^>]*(camunda:formRef=\"[^\"]*\" camunda:formRefBinding=\"deployment\")",
                "");
        replace("bind a form to the latest", BPMN, "formRefBinding=\"(deployment)\"", "latest");
        replace("leave a task without candidates", BPMN, "( camunda:candidateGroups=\"[^\"]*\")", "");
        replace("name an unknown group", BPMN, "camunda:candidate(?:Starter)?Groups=\"([\\w-]+)", "$1s");
        replace("leave a task without a due date", BPMN, "( camunda:dueDate=\"[^\"]*\")", "");
        replace("leave a completion unheard", BPMN, "<camunda:taskListener [^>]*event=\"(complete)\"", "create");
        replace("forget the time to live", BPMN, "( camunda:historyTimeToLive=\"[^\"]*\")", "");
        replace("rename a process", BPMN, "<bpmn:process id=\"([\\w-]+)\"", "$1-renamed");
        replace("lose the input of a form", BPMN, "inputParameter name=\"(\\w+)\"", "$1s");
        everywhere(
                "call an element as Modeler does",
                BPMN,
                "<bpmn:(?:userTask|serviceTask|exclusiveGateway|endEvent) id=\"(\\w+)\"",
                "Activity_0a1b2c3");
    }

    private void damageFlows() {
        replace("drop a condition", BPMN, "(<bpmn:conditionExpression[^\\n]*</bpmn:conditionExpression>)", "");
        replace("drop a default", BPMN, "( default=\"\\w+\")", "");
        replace("ask no question", BPMN, "<bpmn:exclusiveGateway [^>]*name=\"[^\"]*(\\?)\"", "");
        replace(
                "drop a shape",
                BPMN,
                "(<bpmndi:BPMNShape [^>]*(?:Task|Event|Gateway|Activity)_[\\s\\S]*?</bpmndi:BPMNShape>)",
                "");
        replace("drop an edge", BPMN, "(<bpmndi:BPMNEdge [\\s\\S]*?</bpmndi:BPMNEdge>)", "");
        replace("move the end to the left", BPMN, "bpmnElement=\"EndEvent_[^>]*>\\s*<dc:Bounds x=\"(\\d+)\"", "1");
    }

    private void damageDecisions() {
        dropFiles("lose a table", DMN);
        replace("rename a decision", DMN, "<decision id=\"([\\w-]+)\"", "$1-renamed");
        replace("rename an output", DMN, "<output [^>]*name=\"(\\w+)\"", "$1s");
        replace("rename an input", DMN, "<inputExpression [^>]*><text>(\\w+)</text>", "$1s");
        replace("forget a table's time to live", DMN, "( camunda:historyTimeToLive=\"[^\"]*\")", "");
        replace("drop a table's shape", DMN, "dmnElementRef=\"([\\w-]+)\"", "$1-renamed");
    }

    private void damageForms() {
        replace("submit what nobody reads", FORM, "\"(?:key|path)\": \"(\\w+)\"", "$1Renamed");
        replace("offer what nobody knows", FORM, "\"value\": \"([\\w-]+)\"", "$1-renamed");
        replace("target another platform", FORM, "\"executionPlatformVersion\": \"([\\d.]+)\"", "7.20.0");
        replace("drop rows of a long list", FORM, "\"disableCollapse\": (true)", "false");
        replace("use a field that breaks forms", FORM, "\"type\": \"(textarea)\"", "filepicker");
        replace("depend on an unknown field", FORM, "\"hide\": \"=(\\w+)", "$1s");
        replace("rename a step type for people", FORM, "\"label\": \"(Call customer|Root cause analysis)\"", "$1!");
        replace("give a form another id", FORM, "\"id\": \"([a-z-]+)\",\\s*\"executionPlatform\"", "$1-renamed");
    }

    private void dropFiles(String what, String suffix) {
        release.ending(suffix).keySet().forEach(file -> all.add(new Mutant(what + ": " + file, release.without(file))));
    }

    /** Replaces the group of every match, one match a mutant. */
    private void replace(String what, String suffix, String pattern, String replacement) {
        replace(what, suffix, pattern, replacement, Function.identity());
    }

    private void replace(
            String what, String suffix, String pattern, String replacement, Function<String, String> rest) {
        damage(
                what,
                suffix,
                pattern,
                (text, found) -> rest.apply(text.substring(0, found.start(1))
                        + replacement.replace("$1", found.group(1))
                        + closing(found, replacement, text.substring(found.end(1)))));
    }

    /** Replaces the word in the group wherever it stands in the file, one word a mutant. */
    private void everywhere(String what, String suffix, String pattern, String replacement) {
        damage(
                what,
                suffix,
                pattern,
                (text, found) -> text.replaceAll("\\b" + Pattern.quote(found.group(1)) + "\\b", replacement));
    }

    private void damage(String what, String suffix, String pattern, BiFunction<String, MatchResult, String> change) {
        int before = all.size();
        release.ending(suffix).forEach((file, text) -> {
            for (MatchResult found :
                    spread(Pattern.compile(pattern).matcher(text).results().toList())) {
                int line = (int) text.substring(0, found.start(1)).lines().count();
                all.add(new Mutant(
                        what + ": " + file + " line " + line + ", "
                                + found.group(1).lines().findFirst().orElse(""),
                        release.with(file, change.apply(text, found))));
            }
        });
        if (all.size() == before) {
            throw new IllegalStateException("\"" + what + "\" finds nothing to damage: is its pattern still right?");
        }
    }

    private List<MatchResult> spread(List<MatchResult> places) {
        int step = Math.max(1, (places.size() + placesPerFile - 1) / placesPerFile);
        return IntStream.range(0, places.size())
                .filter(i -> i % step == 0)
                .mapToObj(places::get)
                .toList();
    }

    /** An element that gets another name needs it at its end as well. */
    private static String closing(MatchResult found, String replacement, String rest) {
        return found.groupCount() < 2
                ? rest
                : rest.replaceFirst("</bpmn:" + found.group(2) + ">", "</bpmn:" + replacement + ">");
    }

    private static String withError(String text) {
        return text.replace(
                "<bpmndi:BPMNDiagram", "<bpmn:error id=\"Error_Unknown\" errorCode=\"unknown\" /><bpmndi:BPMNDiagram");
    }
}
