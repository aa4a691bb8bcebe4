package org.servicerecovery.workorder.leak;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the guard knows of the case whose text it reads. The customer's name is not in it: the operative needs it at the
 * door.
 *
 * @param languages of the product, as in {@code en}: the text may be in any of them
 * @param tags the taxonomy's, labels and codes alike
 * @param operatives who is named in the failure, as far as known: whole names
 * @param caseNumber such as SR-2026-000123, null where there is none
 */
public record LeakContext(
        Set<String> languages,
        Set<String> tags,
        Set<String> operatives,
        @Nullable String caseNumber) {

    public LeakContext {
        languages = Set.copyOf(languages);
        tags = Set.copyOf(tags);
        operatives = Set.copyOf(operatives);
    }
}
