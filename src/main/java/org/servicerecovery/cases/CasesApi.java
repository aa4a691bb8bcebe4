package org.servicerecovery.cases;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Once;
import org.servicerecovery.Refused;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Cases over HTTP: open, list, assign, end without a cause, reopen. */
@RestController
@RequestMapping("/api/cases")
class CasesApi {

    /** The failure's own record, as sent by another system. */
    record OriginJson(
            @Nullable String kind,
            @Nullable String externalId,
            @Nullable String team,
            @Nullable String area,
            @Nullable String product,
            @Nullable String operative,
            @Nullable Long paymentId) {

        Origin toOrigin() {
            if (kind == null) {
                throw Refused.field("origin.kind", "refused.missing");
            }
            return new Origin(kind, externalId, team, area, product, operative, paymentId);
        }
    }

    record OpenJson(
            @Nullable String customerNumber,
            @Nullable String severity,
            @Nullable String source,
            @Nullable String summary,
            @Nullable String verbatim,
            @Nullable Instant reportedAt,
            @Nullable String owner,
            @Nullable OriginJson origin) {}

    record OwnerJson(@Nullable String owner) {}

    record SeverityJson(@Nullable String severity, @Nullable String reason) {}

    /** What the customer answered. */
    record ReplyJson(@Nullable String channel, @Nullable String text) {}

    record NoteJson(@Nullable String text) {}

    record ReasonJson(@Nullable String reason) {}

    /**
     * @param duplicateOf the number of the case that goes on
     * @param steps the open steps, by number, that go on in the plan of that case
     */
    record DuplicateJson(
            @Nullable String reason,
            @Nullable String duplicateOf,
            @Nullable Set<Integer> steps) {}

    /** @param owner who reviews; somebody who had no part in the first answer */
    record ReviewJson(@Nullable String reason, @Nullable String owner) {}

    /** What every change of a case answers with. */
    record CaseJson(
            String number,
            String state,
            String severity,
            String source,
            @Nullable String owner,
            Instant openedAt) {

        static CaseJson of(RecoveryCase found) {
            return new CaseJson(
                    found.number().value(),
                    found.state().code(),
                    found.severity().code(),
                    found.source().code(),
                    found.owner(),
                    found.openedAt());
        }
    }

    private final Cases cases;
    private final Once once;

    CasesApi(Cases cases, Once once) {
        this.cases = cases;
        this.once = once;
    }

    /** @param key the caller's own: the same sent again with it opens no second case */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    CaseJson open(
            @RequestHeader(name = Once.HEADER, required = false) @Nullable String key, @RequestBody OpenJson wanted) {
        String number = once.run(key, Actor.current().id(), List.of("case", wanted), () -> open(wanted));
        return CaseJson.of(cases.get(new CaseNumber(number)));
    }

    private String open(OpenJson wanted) {
        return cases.open(NewCase.read(
                        wanted.customerNumber(),
                        wanted.severity(),
                        wanted.source(),
                        wanted.summary(),
                        wanted.verbatim(),
                        wanted.reportedAt(),
                        wanted.owner(),
                        wanted.origin() == null ? null : wanted.origin().toOrigin()))
                .number()
                .value();
    }

    @GetMapping
    List<Cases.Line> list(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String owner,
            @RequestParam(defaultValue = "false") boolean unowned,
            @RequestParam(defaultValue = "100") int limit) {
        return cases.list(
                state == null ? null : Coded.parse(CaseState.class, "state", state),
                owner,
                unowned,
                ListLimit.checked(limit));
    }

    @PostMapping("/{number}/owner")
    CaseJson assign(@PathVariable String number, @RequestBody OwnerJson wanted) {
        String owner = orEmpty(wanted.owner());
        return CaseJson.of(cases.assign(
                new CaseNumber(number), owner.isBlank() ? Actor.current().id() : owner));
    }

    @PostMapping("/{number}/severity")
    CaseJson changeSeverity(@PathVariable String number, @RequestBody SeverityJson wanted) {
        return CaseJson.of(cases.changeSeverity(
                new CaseNumber(number),
                Coded.parse(Severity.class, "severity", wanted.severity()),
                orEmpty(wanted.reason())));
    }

    @PostMapping("/{number}/replies")
    @ResponseStatus(HttpStatus.CREATED)
    void replied(@PathVariable String number, @RequestBody ReplyJson reply) {
        cases.customerReplied(new CaseNumber(number), orEmpty(reply.channel()), orEmpty(reply.text()));
    }

    @PostMapping("/{number}/notes")
    @ResponseStatus(HttpStatus.CREATED)
    void note(@PathVariable String number, @RequestBody NoteJson note) {
        cases.note(new CaseNumber(number), orEmpty(note.text()));
    }

    @PostMapping("/{number}/withdrawal")
    CaseJson withdraw(@PathVariable String number, @RequestBody ReasonJson given) {
        return CaseJson.of(
                cases.closeWithoutCause(new CaseNumber(number), CaseState.WITHDRAWN, orEmpty(given.reason()), null));
    }

    @PostMapping("/{number}/opened-in-error")
    CaseJson openedInError(@PathVariable String number, @RequestBody ReasonJson given) {
        return CaseJson.of(cases.closeWithoutCause(
                new CaseNumber(number), CaseState.OPENED_IN_ERROR, orEmpty(given.reason()), null));
    }

    @PostMapping("/{number}/duplicate")
    CaseJson duplicate(@PathVariable String number, @RequestBody DuplicateJson given) {
        return CaseJson.of(cases.merge(
                new CaseNumber(number),
                given.duplicateOf() == null ? null : new CaseNumber(given.duplicateOf()),
                orEmpty(given.reason()),
                given.steps() == null ? Set.of() : given.steps()));
    }

    @PostMapping("/{number}/reopening")
    CaseJson reopen(@PathVariable String number, @RequestBody ReasonJson given) {
        return CaseJson.of(cases.reopen(new CaseNumber(number), orEmpty(given.reason())));
    }

    /** Stage 2 of a statutory profile. */
    @PostMapping("/{number}/review")
    CaseJson review(@PathVariable String number, @RequestBody ReviewJson given) {
        if (given.owner() == null || given.owner().isBlank()) {
            throw Refused.field("owner", "refused.case.whoReviews");
        }
        return CaseJson.of(cases.review(new CaseNumber(number), orEmpty(given.reason()), given.owner()));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
