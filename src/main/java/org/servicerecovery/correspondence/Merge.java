package org.servicerecovery.correspondence;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerecovery.Refused;

/**
 * Puts values in the place of merge fields, in one pass: a value is never read for fields itself, so that nothing a
 * customer or a colleague wrote is evaluated. A field without a value stays, for a person to fill in.
 */
final class Merge {

    private static final Pattern FIELD = Pattern.compile("\\{\\{([^{}]*)}}");

    private Merge() {}

    static String fill(String template, Map<MergeField, String> values) {
        return FIELD.matcher(template)
                .replaceAll(found ->
                        Matcher.quoteReplacement(MergeField.named(found.group(1).strip())
                                .flatMap(field -> Optional.ofNullable(values.get(field)))
                                .map(Merge::asWords)
                                .orElse(found.group())));
    }

    /** So that what somebody wrote does not look like a field that was left open. */
    private static String asWords(String value) {
        return value.replace("{{", "{ {").replace("}}", "} }");
    }

    /** The fields that are named in a text, each once. */
    static List<String> fieldsIn(Collection<String> texts) {
        TreeSet<String> names = new TreeSet<>();
        for (String text : texts) {
            FIELD.matcher(text).results().map(found -> found.group(1).strip()).forEach(names::add);
        }
        return List.copyOf(names);
    }

    /** @throws Refused naming the field of the form and the merge fields in it that nobody filled in */
    static void requireFilled(String formField, String text) {
        List<String> open = fieldsIn(List.of(text));
        if (!open.isEmpty()) {
            throw Refused.field(formField, "refused.merge.open", "{{" + String.join("}}, {{", open) + "}}");
        }
    }
}
