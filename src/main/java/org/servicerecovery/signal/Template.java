package org.servicerecovery.signal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A text with columns in it, such as {@code CFPB {Complaint ID}}. A part in square brackets is left out when a column in
 * it is blank; a blank column outside brackets makes the whole text blank, because the rest alone would say something
 * wrong. A doubled brace or bracket stands for itself.
 */
final class Template {

    private sealed interface Part permits Literal, Column, Optional {}

    private record Literal(String text) implements Part {}

    private record Column(String name) implements Part {}

    private record Optional(List<Part> parts) implements Part {}

    private final List<Part> parts;
    private final Set<String> columns = new LinkedHashSet<>();

    private Template(List<Part> parts) {
        this.parts = parts;
    }

    /** @throws IllegalArgumentException with a sentence when braces or brackets do not match */
    static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        List<Part> target = parts;
        Template template = new Template(parts);
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("{}[]".indexOf(c) < 0) {
                literal.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == c) {
                literal.append(c);
                i++;
            } else {
                flush(literal, target);
                if (c == '{') {
                    int end = text.indexOf('}', i);
                    if (end < 0) {
                        throw new IllegalArgumentException("has a { without its }");
                    }
                    String name = text.substring(i + 1, end).strip();
                    target.add(new Column(name));
                    template.columns.add(name);
                    i = end;
                } else if (c == '[' && target == parts) {
                    List<Part> optional = new ArrayList<>();
                    parts.add(new Optional(optional));
                    target = optional;
                } else if (c == ']' && target != parts) {
                    target = parts;
                } else {
                    throw new IllegalArgumentException("has a " + c + " that does not fit");
                }
            }
        }
        if (target != parts) {
            throw new IllegalArgumentException("has a [ without its ]");
        }
        flush(literal, target);
        return template;
    }

    private static void flush(StringBuilder literal, List<Part> target) {
        if (literal.length() > 0) {
            target.add(new Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    Set<String> columns() {
        return columns;
    }

    /** @param cells the value of a column by its name */
    String fill(UnaryOperator<String> cells) {
        return fill(parts, cells);
    }

    private static String fill(List<Part> parts, UnaryOperator<String> cells) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Literal literal) {
                text.append(literal.text());
            } else if (part instanceof Optional optional) {
                text.append(fill(optional.parts(), cells));
            } else if (part instanceof Column column) {
                String value = cells.apply(column.name());
                if (value.isBlank()) {
                    return "";
                }
                text.append(value);
            }
        }
        return text.toString();
    }
}
