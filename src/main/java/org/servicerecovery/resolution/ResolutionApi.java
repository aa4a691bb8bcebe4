package org.servicerecovery.resolution;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseNumber;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Resolving, closing and reviewing a case over HTTP. */
@RestController
@RequestMapping("/api/cases/{number}")
class ResolutionApi {

    record ClosingJson(@Nullable String told, @Nullable String notes) {}

    record FindingJson(@Nullable String finding) {}

    record FindingAnswer(String number, String finding, String foundBy) {}

    private final Resolutions resolutions;

    ResolutionApi(Resolutions resolutions) {
        this.resolutions = resolutions;
    }

    @PostMapping("/resolution")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resolve(@PathVariable String number, @RequestBody Resolutions.Draft draft) {
        resolutions.resolve(new CaseNumber(number), draft);
    }

    @PostMapping("/closing")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void closeLoop(@PathVariable String number, @RequestBody ClosingJson given) {
        Map<String, Object> submitted = new HashMap<>();
        submitted.put("told", given.told());
        submitted.put("notes", given.notes());
        resolutions.closeLoop(new CaseNumber(number), submitted);
    }

    @PostMapping("/finding")
    FindingAnswer find(@PathVariable String number, @RequestBody FindingJson given) {
        Resolution found = resolutions.find(new CaseNumber(number), given.finding());
        return new FindingAnswer(number, String.valueOf(given.finding()), String.valueOf(found.foundBy()));
    }
}
