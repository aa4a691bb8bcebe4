package org.servicerecovery.plan;

import java.util.List;
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

/** The plan of a case over HTTP. */
@RestController
@RequestMapping("/api/cases/{number}")
class PlanApi {

    record StepJson(
            @Nullable String type,
            @Nullable String purpose,
            @Nullable String assignee) {

        NewStep toStep() {
            return new NewStep(
                    type == null ? "" : type,
                    purpose == null ? "" : purpose,
                    assignee == null || assignee.isBlank() ? null : assignee);
        }
    }

    record PlanJson(@Nullable List<StepJson> steps) {}

    private final Plan plan;

    PlanApi(Plan plan) {
        this.plan = plan;
    }

    /** Answers the task "Plan recovery": the steps of the list start together. */
    @PostMapping("/plan")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void finish(@PathVariable String number, @RequestBody PlanJson wanted) {
        List<StepJson> steps = wanted.steps() == null ? List.of() : wanted.steps();
        plan.finish(new CaseNumber(number), steps.stream().map(StepJson::toStep).toList());
    }

    /** Adds one step, at any time before the case is resolved. */
    @PostMapping("/steps")
    @ResponseStatus(HttpStatus.CREATED)
    Step add(@PathVariable String number, @RequestBody StepJson wanted) {
        return plan.add(new CaseNumber(number), wanted.toStep());
    }

    /** Answers the task of a step: outcome, notes, and what the form of its type asks for. */
    @PostMapping("/steps/{seq}/outcome")
    Step work(@PathVariable String number, @PathVariable int seq, @RequestBody Map<String, Object> submitted) {
        return plan.work(new CaseNumber(number), seq, submitted);
    }
}
