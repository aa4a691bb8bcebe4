package org.servicerecovery.sla;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseNumber;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The clocks of a case over HTTP: why it is due when it is, pause, resume, ask for more time. */
@RestController
@RequestMapping("/api/cases/{number}/clock")
class ClockApi {

    record PauseJson(@Nullable String reason) {}

    record ResumeJson(@Nullable String why) {}

    /** @param clock the code of a clock; that of the resolution without */
    record ExtensionJson(
            @Nullable String clock,
            @Nullable Instant newDueAt,
            @Nullable String reason) {}

    /**
     * @param decision approve or refuse
     * @param told how the customer was told: phone, email, letter or in-person
     */
    record DecisionJson(
            @Nullable String decision,
            @Nullable String note,
            @Nullable String told) {}

    private final Clocks clocks;
    private final Extensions extensions;
    private final ClockExplanation explanation;

    ClockApi(Clocks clocks, Extensions extensions, ClockExplanation explanation) {
        this.clocks = clocks;
        this.extensions = extensions;
        this.explanation = explanation;
    }

    /** @param at the moment to explain, in the past; now without */
    @GetMapping
    ClockExplanation.ClocksJson explain(
            @PathVariable String number, @RequestParam(required = false) @Nullable Instant at) {
        return explanation.of(new CaseNumber(number), at);
    }

    @PostMapping("/pause")
    ClockExplanation.ClocksJson pause(@PathVariable String number, @RequestBody PauseJson wanted) {
        CaseNumber of = new CaseNumber(number);
        clocks.pause(of, Coded.parse(PauseReason.class, "reason", wanted.reason()));
        return explanation.of(of, null);
    }

    @PostMapping("/resumption")
    ClockExplanation.ClocksJson resume(@PathVariable String number, @RequestBody ResumeJson wanted) {
        CaseNumber of = new CaseNumber(number);
        if (wanted.why() == null || wanted.why().isBlank()) {
            throw Refused.field("why", "refused.clock.whyOn");
        }
        clocks.resume(
                of, PlainText.upTo(PlainText.LONGEST_REASON, "why", wanted.why().strip()));
        return explanation.of(of, null);
    }

    @PostMapping("/extensions")
    @ResponseStatus(HttpStatus.CREATED)
    Extensions.Extension request(@PathVariable String number, @RequestBody ExtensionJson wanted) {
        return extensions.request(
                new CaseNumber(number),
                wanted.clock() == null ? ClockName.RESOLUTION : Coded.parse(ClockName.class, "clock", wanted.clock()),
                wanted.newDueAt(),
                wanted.reason() == null ? "" : wanted.reason().strip());
    }

    @PostMapping("/extensions/{id}/decision")
    Extensions.Extension decide(
            @PathVariable String number, @PathVariable long id, @RequestBody DecisionJson decision) {
        boolean approved = "approve".equals(decision.decision());
        if (!approved && !"refuse".equals(decision.decision())) {
            throw Refused.field("decision", "refused.oneOf", "approve, refuse");
        }
        return extensions.decide(
                new CaseNumber(number),
                id,
                approved,
                decision.note() == null ? "" : decision.note().strip(),
                decision.told() == null ? "" : decision.told().strip());
    }
}
