package org.servicerecovery.plan;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
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
            @Nullable String assignee,
            @Nullable String start,
            @Nullable Integer hours,
            @Nullable String dueAt) {

        NewStep toStep(UnaryOperator<String> fieldName, ZoneId zone) {
            Map<String, String> row = new HashMap<>();
            row.put("type", Objects.requireNonNullElse(type, ""));
            row.put("purpose", Objects.requireNonNullElse(purpose, ""));
            row.put("assignee", Objects.requireNonNullElse(assignee, ""));
            row.put("start", Objects.requireNonNullElse(start, ""));
            row.put("hours", hours == null ? "" : hours.toString());
            row.put("dueAt", Objects.requireNonNullElse(dueAt, ""));
            return PlanListener.step(row, fieldName, zone);
        }
    }

    record PlanJson(@Nullable List<StepJson> steps) {}

    private final Plan plan;
    private final BusinessZone zone;

    PlanApi(Plan plan, BusinessZone zone) {
        this.plan = plan;
        this.zone = zone;
    }

    /** Answers the task "Plan recovery": the steps of the list start together, but for those that wait for the one before them. */
    @PostMapping("/plan")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void finish(@PathVariable String number, @RequestBody PlanJson wanted) {
        List<StepJson> rows = wanted.steps() == null ? List.of() : wanted.steps();
        List<NewStep> steps = new ArrayList<>();
        for (StepJson row : rows) {
            String place = "steps[" + (steps.size() + 1) + "].";
            steps.add(row.toStep(field -> place + field, zone.id()));
        }
        plan.finish(new CaseNumber(number), steps);
    }

    /** Adds one step, at any time before the case is resolved. */
    @PostMapping("/steps")
    @ResponseStatus(HttpStatus.CREATED)
    Step add(@PathVariable String number, @RequestBody StepJson wanted) {
        return plan.add(new CaseNumber(number), wanted.toStep(UnaryOperator.identity(), zone.id()));
    }

    /** Brings a call back that waits for its next try. */
    @PostMapping("/steps/{seq}/next-try")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void tryNow(@PathVariable String number, @PathVariable int seq) {
        plan.tryNow(new CaseNumber(number), seq);
    }

    /** Answers the task of a step: outcome, notes, and what the form of its type asks for. */
    @PostMapping("/steps/{seq}/outcome")
    Step work(@PathVariable String number, @PathVariable int seq, @RequestBody Map<String, Object> submitted) {
        return plan.work(new CaseNumber(number), seq, submitted);
    }
}
