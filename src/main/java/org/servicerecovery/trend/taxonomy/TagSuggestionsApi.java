package org.servicerecovery.trend.taxonomy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Suggested causes over HTTP, for those who may see the case. */
@RestController
class TagSuggestionsApi {

    record WordsJson(@Nullable String words) {}

    private final TagSuggestions suggestions;
    private final Cases cases;
    private final CaseAccess access;

    TagSuggestionsApi(TagSuggestions suggestions, Cases cases, CaseAccess access) {
        this.suggestions = suggestions;
        this.cases = cases;
        this.access = access;
    }

    /** The causes that a case may have, by its own words and, where given, those of its analysis. */
    @PostMapping("/api/cases/{number}/tag-suggestions")
    List<TagSuggestions.Suggestion> suggest(@PathVariable String number, @RequestBody WordsJson given) {
        RecoveryCase found = cases.get(new CaseNumber(number));
        access.requireMaySee(found);
        return suggestions.of(found, given.words() == null ? "" : given.words());
    }
}
