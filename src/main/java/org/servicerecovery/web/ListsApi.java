package org.servicerecovery.web;

import io.swagger.v3.oas.annotations.Operation;
import org.servicerecovery.ListLimit;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What finding a case and Tasklist's lists need. */
@RestController
class ListsApi {

    private final CaseSearch search;

    ListsApi(CaseSearch search) {
        this.search = search;
    }

    @Operation(summary = "Cases by number, customer, phone or words; only those that the caller may see")
    @GetMapping("/api/cases/search")
    CaseSearch.HitsJson search(@RequestParam String q, @RequestParam(defaultValue = "10") int limit) {
        return search.find(q, ListLimit.checked(limit));
    }
}
