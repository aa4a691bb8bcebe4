package org.servicerecovery.survey;

import io.swagger.v3.oas.annotations.Operation;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.CaseNumber;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What is done about an unhappy answer, over HTTP. */
@RestController
class SurveyApi {

    /** @param decision reopen or leave */
    record DecisionJson(@Nullable String decision, @Nullable String notes) {}

    private final UnhappyAnswers answers;

    SurveyApi(UnhappyAnswers answers) {
        this.answers = answers;
    }

    @Operation(
            summary = "Open a case again whose customer is not content with how it ended, or say why it stays closed")
    @PostMapping("/api/cases/{number}/survey/decision")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void decide(@PathVariable String number, @RequestBody DecisionJson given) {
        Map<String, Object> submitted = new HashMap<>();
        submitted.put("decision", given.decision());
        submitted.put("notes", given.notes());
        answers.decide(new CaseNumber(number), submitted);
    }
}
