package org.servicerecovery;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A term of the domain: a stable code for forms, API and tables, and a label for people. */
public interface Coded {

    String label();

    /** The label in lower case with hyphens, such as {@code low-nps}. */
    default String code() {
        return label().toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /** The label within a sentence. */
    default String inText() {
        return label().toLowerCase(Locale.ROOT);
    }

    /** The label in the language of whoever asks. */
    default String shown() {
        return Messages.text(key());
    }

    /** The same within a sentence. */
    default String shownInText() {
        return Messages.language(Messages.reader()).equals(Locale.ENGLISH) ? inText() : shown();
    }

    /** Of the label in the messages file, such as {@code failureSource.low-nps}. */
    default String key() {
        String name = ((Enum<?>) this).getDeclaringClass().getSimpleName();
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1) + "." + code();
    }

    static <E extends Enum<E> & Coded> Optional<E> find(Class<E> terms, String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT).replaceAll("[ _]+", "-");
        return Arrays.stream(terms.getEnumConstants())
                .filter(term -> term.code().equals(wanted))
                .findFirst();
    }

    /** @throws Refused naming the field and the allowed codes when the text is none of them */
    static <E extends Enum<E> & Coded> E parse(Class<E> terms, String field, @Nullable String text) {
        if (text == null || text.isBlank()) {
            throw Refused.field(field, "refused.missingChoose", codes(terms));
        }
        return find(terms, text)
                .orElseThrow(() -> Refused.field(field, "refused.notKnownChoose", abbreviate(text), codes(terms)));
    }

    /** The codes of all terms, in their order. */
    static <E extends Enum<E> & Coded> List<String> all(Class<E> terms) {
        return Arrays.stream(terms.getEnumConstants()).map(Coded::code).toList();
    }

    private static <E extends Enum<E> & Coded> String codes(Class<E> terms) {
        return String.join(", ", all(terms));
    }

    private static String abbreviate(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
