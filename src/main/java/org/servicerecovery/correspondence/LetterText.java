package org.servicerecovery.correspondence;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a letter, between the letterhead and the signature.
 *
 * @param stage the statutory stage that it ends; null for any other letter
 * @param parts what the answer to a stage says besides, by the names of {@link LetterForm#PARTS}; empty for any other letter
 */
record LetterText(
        @Nullable StatutoryStage stage, String language, String title, String body, Map<String, String> parts) {

    /** The languages in which the fixed words of a letter are written. */
    static final List<String> LANGUAGES = List.of("en", "de");

    @Nullable
    String part(String name) {
        return parts.get(name);
    }
}
