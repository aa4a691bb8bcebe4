package org.servicerecovery.correspondence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.sla.Clocks;
import org.springframework.stereotype.Component;

/** Reads a letter from the fields of a form or of a call, and holds it against what it has to say. */
@Component
class LetterForm {

    /** What the answer to a statutory stage says besides: the names of the fields. */
    static final List<String> PARTS = List.of("decision", "reasons", "remedy", "outstandingActions", "takeItFurther");

    private static final int LONGEST_TEXT = 10_000;
    private static final int LONGEST_TITLE = 200;

    private final Clocks clocks;

    LetterForm(Clocks clocks) {
        this.clocks = clocks;
    }

    /** The stage of a statutory profile that the current epoch of the case answers; empty where there is none. */
    Optional<StatutoryStage> stageOf(RecoveryCase found) {
        return List.of(StatutoryStage.values()).stream()
                .filter(stage -> clocks.has(found.id(), found.epoch(), stage.clock()))
                .findFirst();
    }

    /**
     * A letter that may go out.
     *
     * @param fields the value of a field, such as letter; null when it was not filled in
     * @throws Refused naming every field with which something is wrong
     */
    LetterText complete(RecoveryCase found, Function<String, @Nullable String> fields) {
        return read(found, fields, true);
    }

    /** The same from the form of a task. */
    LetterText complete(RecoveryCase found, Submission submitted) {
        return complete(found, submitted::textOrNull);
    }

    /** The same for a look at it: what is still missing is left empty. */
    LetterText soFar(RecoveryCase found, Function<String, @Nullable String> fields) {
        return read(found, fields, false);
    }

    private LetterText read(RecoveryCase found, Function<String, @Nullable String> fields, boolean complete) {
        Refused.Gathered wrong = new Refused.Gathered();
        String language = text(fields, "letterLanguage", LONGEST_TITLE, wrong);
        if (language.isEmpty()) {
            language = LetterText.LANGUAGES.get(0);
        } else if (!LetterText.LANGUAGES.contains(language)) {
            wrong.add("letterLanguage", "refused.oneOf", String.join(", ", LetterText.LANGUAGES));
        }
        String title = text(fields, "letterTitle", LONGEST_TITLE, wrong).replaceAll("[\\r\\n]+", " ");
        if (title.isEmpty()) {
            title = Messages.text(
                    Messages.asWritten(language), "letter.title", found.number().value());
        }
        String body = text(fields, "letter", LONGEST_TEXT, wrong);
        StatutoryStage stage = stage(found, fields, complete, wrong);
        Map<String, String> parts = stage == null ? Map.of() : parts(stage, fields, complete, wrong);
        if (complete) {
            if (body.isEmpty()) {
                wrong.add("letter", "refused.letter.write");
            }
            requireFilled("letterTitle", title, wrong);
            requireFilled("letter", body, wrong);
            parts.forEach((field, text) -> requireFilled(field, text, wrong));
        }
        wrong.refuseIfAny();
        return new LetterText(stage, language, title, body, parts);
    }

    private @Nullable StatutoryStage stage(
            RecoveryCase found, Function<String, @Nullable String> fields, boolean complete, Refused.Gathered wrong) {
        String purpose = text(fields, "letterPurpose", LONGEST_TITLE, wrong);
        Optional<StatutoryStage> running = stageOf(found);
        switch (purpose) {
            case "apology" -> {}
            case "stage-answer" -> {
                if (running.isPresent()) {
                    return running.get();
                }
                wrong.add("letterPurpose", "refused.letter.noStage");
            }
            case "" -> {
                if (complete && running.isPresent()) {
                    wrong.add(
                            "letterPurpose",
                            "refused.letter.purpose",
                            running.get().shown());
                }
            }
            default -> wrong.add("letterPurpose", "refused.oneOf", "apology, stage-answer");
        }
        return null;
    }

    private static Map<String, String> parts(
            StatutoryStage stage, Function<String, @Nullable String> fields, boolean complete, Refused.Gathered wrong) {
        Map<String, String> parts = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (String part : PARTS) {
            String text = text(fields, part, LONGEST_TEXT, wrong);
            parts.put(part, text);
            if (text.isEmpty()) {
                missing.add(part);
            }
        }
        if (complete) {
            missing.forEach(part -> wrong.add(part, "refused.letter.without." + part, stage.shown()));
        }
        return parts;
    }

    private static void requireFilled(String field, String text, Refused.Gathered wrong) {
        wrong.take(() -> {
            Merge.requireFilled(field, text);
            return field;
        });
    }

    private static String text(
            Function<String, @Nullable String> fields, String field, int longest, Refused.Gathered wrong) {
        String value = fields.apply(field);
        if (value == null) {
            return "";
        }
        if (value.length() > longest) {
            wrong.add(field, "refused.manyCharacters", String.valueOf(value.length()), String.valueOf(longest));
        }
        if (value.indexOf('\0') >= 0) {
            wrong.add(field, "refused.nul");
        }
        return value.strip();
    }
}
