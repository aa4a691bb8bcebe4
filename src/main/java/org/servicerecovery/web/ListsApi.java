package org.servicerecovery.web;

import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Refused;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What finding a case and Tasklist's lists need. */
@RestController
class ListsApi {

    private static final int MOST_CARDS = 100;

    private final CaseSearch search;
    private final Cards cards;

    ListsApi(CaseSearch search, Cards cards) {
        this.search = search;
        this.cards = cards;
    }

    @Operation(summary = "Cases by number, customer, phone or words; only those that the caller may see")
    @GetMapping("/api/cases/search")
    CaseSearch.HitsJson search(@RequestParam String q, @RequestParam(defaultValue = "10") int limit) {
        return search.find(q, ListLimit.checked(limit));
    }

    @Operation(summary = "Customer and purpose of many tasks at once, for the cards of the lists")
    @GetMapping("/api/cards")
    Cards.CardsJson cards(@RequestParam List<String> tasks) {
        if (tasks.size() > MOST_CARDS) {
            throw Refused.field(
                    "tasks", "refused.cards.tooMany", String.valueOf(tasks.size()), String.valueOf(MOST_CARDS));
        }
        return cards.of(tasks);
    }
}
