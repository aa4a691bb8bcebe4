package org.servicerecovery.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.camunda.bpm.impl.juel.AstBinary;
import org.camunda.bpm.impl.juel.AstDot;
import org.camunda.bpm.impl.juel.AstIdentifier;
import org.camunda.bpm.impl.juel.AstMethod;
import org.camunda.bpm.impl.juel.AstString;
import org.camunda.bpm.impl.juel.Builder;
import org.camunda.bpm.impl.juel.Node;
import org.camunda.bpm.impl.juel.Tree;
import org.camunda.bpm.impl.juel.TreeBuilderException;

/** What an expression such as {@code ${planSteps.number(stepId)}} names, read with the engine's own parser. */
final class Expression {

    record Call(String root, String method, int arguments) {}

    record Property(String root, String name) {}

    record Comparison(String with, String text) {}

    final Set<String> roots = new TreeSet<>();
    final List<Call> calls = new ArrayList<>();
    final List<Property> properties = new ArrayList<>();
    final List<Comparison> comparisons = new ArrayList<>();

    /** @throws IllegalArgumentException when the engine could not parse it either */
    Expression(String text) {
        try {
            Tree tree = new Builder(Builder.Feature.METHOD_INVOCATIONS).build(text);
            visit(tree.getRoot());
        } catch (TreeBuilderException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void visit(Node node) {
        if (node instanceof AstIdentifier identifier) {
            roots.add(identifier.getName());
        }
        if (node instanceof AstMethod call && call.getChild(0) instanceof AstDot method) {
            calls.add(new Call(
                    nameOf(method.getChild(0)), nameOf(method), call.getChild(1).getCardinality()));
            visit(method.getChild(0));
            visit(call.getChild(1));
            return;
        }
        if (node instanceof AstDot property) {
            properties.add(new Property(nameOf(property.getChild(0)), nameOf(property)));
        }
        if (node instanceof AstBinary binary
                && (binary.getOperator() == AstBinary.EQ || binary.getOperator() == AstBinary.NE)) {
            compare(binary.getChild(0), binary.getChild(1));
            compare(binary.getChild(1), binary.getChild(0));
        }
        for (int i = 0; i < node.getCardinality(); i++) {
            visit(node.getChild(i));
        }
    }

    private void compare(Node value, Node text) {
        if (text instanceof AstString literal) {
            String quoted = literal.toString();
            comparisons.add(new Comparison(nameOf(value), quoted.substring(1, quoted.length() - 1)));
        }
    }

    private static String nameOf(Node node) {
        if (node instanceof AstIdentifier identifier) {
            return identifier.getName();
        }
        // The parser keeps the name to itself, but shows it as ". name".
        return node.toString().replaceFirst("^\\.\\s*", "");
    }
}
