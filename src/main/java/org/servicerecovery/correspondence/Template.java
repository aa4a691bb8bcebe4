package org.servicerecovery.correspondence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;

/**
 * A mail or letter to start from, read from a file {@code <code>.<language>.txt}: lines {@code key: value}, an empty
 * line, then the text; a letter may go on with parts, each under a line such as {@code == decision ==}.
 *
 * @param stage the statutory stage that a letter ends; null for any other
 * @param parts the texts by the form field that they are for, merge fields and all
 * @param problem what is wrong with the file, and why it cannot be used; null when nothing is
 */
record Template(
        Kind kind,
        String code,
        String language,
        String name,
        @Nullable String stage,
        Map<String, String> parts,
        @Nullable String problem) {

    /** What a template is for, with the fields of the form that it fills: the headline, the text, further parts. */
    enum Kind {
        MAIL("mail", "subject", "message", List.of()),
        SURVEY("survey", "subject", "message", List.of()),
        LETTER("letter", "letterTitle", "letter", LetterForm.PARTS);

        private final String folder;
        private final String headline;
        private final String text;
        private final List<String> further;

        Kind(String folder, String headline, String text, List<String> further) {
            this.folder = folder;
            this.headline = headline;
            this.text = text;
            this.further = further;
        }

        String folder() {
            return folder;
        }
    }

    static final Pattern FILE = Pattern.compile("([a-z0-9][a-z0-9-]*)\\.([a-z]{2})\\.txt");
    private static final Pattern HEAD = Pattern.compile("([a-z]+):\\s*(.*)");
    private static final Pattern PART = Pattern.compile("==\\s*(\\w+)\\s*==");

    /** @param file a name that matches {@link #FILE} */
    static Template read(Kind kind, String file, String content) {
        Matcher named = FILE.matcher(file);
        if (!named.matches()) {
            throw new IllegalArgumentException(file);
        }
        List<String> wrong = new ArrayList<>();
        Map<String, String> heads = new LinkedHashMap<>();
        Map<String, StringBuilder> texts = new LinkedHashMap<>();
        boolean inHead = true;
        StringBuilder text = new StringBuilder();
        texts.put(kind.text, text);
        for (String line : content.replace("\uFEFF", "").lines().toList()) {
            Matcher head = HEAD.matcher(line.strip());
            Matcher part = PART.matcher(line.strip());
            if (inHead && line.isBlank()) {
                inHead = false;
            } else if (inHead && head.matches()) {
                heads.put(head.group(1), head.group(2).strip());
            } else if (inHead) {
                wrong.add(Messages.text("template.line", line));
            } else if (part.matches()) {
                if (!kind.further.contains(part.group(1))) {
                    wrong.add(Messages.text("template.part", part.group(1)));
                }
                text = new StringBuilder();
                texts.put(part.group(1), text);
            } else {
                text.append(line).append('\n');
            }
        }
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put(kind.headline, heads.getOrDefault("subject", ""));
        texts.forEach((field, written) -> parts.put(field, written.toString().strip()));
        if (!heads.containsKey("name")) {
            wrong.add(Messages.text("template.noName"));
        }
        if (parts.getOrDefault(kind.headline, "").isEmpty()) {
            wrong.add(Messages.text("template.noSubject"));
        }
        String stage = heads.get("stage");
        if (stage != null && StatutoryStage.withCode(stage).isEmpty()) {
            wrong.add(Messages.text("template.stage", stage));
        }
        boolean isSurvey = kind == Kind.SURVEY;
        List<String> fields = Merge.fieldsIn(parts.values());
        if (isSurvey && !Merge.fieldsIn(List.of(text.toString())).contains(PrivateLinks.FIELD)) {
            wrong.add(Messages.text("template.noLink", "{{" + PrivateLinks.FIELD + "}}"));
        }
        for (String field : fields) {
            if (MergeField.named(field).isEmpty() && !(isSurvey && field.equals(PrivateLinks.FIELD))) {
                wrong.add(Messages.text("template.field", "{{" + field + "}}", MergeField.all()));
            }
        }
        String code = named.group(1);
        return new Template(
                kind,
                code,
                named.group(2),
                heads.getOrDefault("name", code),
                stage,
                Map.copyOf(parts),
                wrong.isEmpty() ? null : Messages.text("template.problem", file, String.join("; ", wrong)));
    }
}
