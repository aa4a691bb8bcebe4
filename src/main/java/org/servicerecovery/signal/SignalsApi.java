package org.servicerecovery.signal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Refused;
import org.servicerecovery.installation.RecoverySwitch;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Signals over HTTP: take one in, list those without a customer, open the case of one. */
@RestController
@RequestMapping("/api/signals")
class SignalsApi {

    /** The {@code code} of a 409 that holds for every signal: a sender stops instead of trying the next. */
    static final String SWITCH = "recovery-switch";

    /** A signal as sent; {@code importRun} and {@code importLine} only from an import. */
    record SignalJson(
            @Nullable String sourceSystem,
            @Nullable String externalId,
            Signal.@Nullable Account customer,
            @Nullable String unknownCustomer,
            @Nullable String severity,
            @Nullable String failureSource,
            @Nullable String summary,
            @Nullable String verbatim,
            Signal.@Nullable OriginDraft origin,
            @Nullable Instant reportedAt,
            @Nullable UUID importRun,
            @Nullable Long importLine) {

        static SignalJson of(Signal.Draft draft, Signals.ImportLine from) {
            return new SignalJson(
                    draft.sourceSystem(),
                    draft.externalId(),
                    draft.customer(),
                    draft.unknownCustomer(),
                    draft.severity(),
                    draft.failureSource(),
                    draft.summary(),
                    draft.verbatim(),
                    draft.origin(),
                    draft.reportedAt(),
                    from.run(),
                    from.line());
        }

        Signal.Draft draft() {
            return new Signal.Draft(
                    sourceSystem,
                    externalId,
                    customer,
                    unknownCustomer,
                    severity,
                    failureSource,
                    summary,
                    verbatim,
                    origin,
                    reportedAt);
        }

        Signals.@Nullable ImportLine from() {
            if ((importRun == null) != (importLine == null)) {
                throw Refused.field("importLine", "refused.signal.importLine");
            }
            return importRun == null || importLine == null ? null : new Signals.ImportLine(importRun, importLine);
        }
    }

    record TakenJson(long id, String outcome, @Nullable String caseNumber) {}

    record HeldJson(
            long id,
            String sourceSystem,
            String externalId,
            Signal.Account customer,
            String severity,
            String failureSource,
            String summary,
            @Nullable String verbatim,
            @Nullable Instant reportedAt,
            Instant receivedAt,
            String reason) {

        static HeldJson of(Signals.Held held) {
            Signal signal = held.signal();
            return new HeldJson(
                    held.id(),
                    signal.sourceSystem(),
                    signal.externalId(),
                    signal.customer(),
                    signal.severity().code(),
                    signal.failureSource().code(),
                    signal.summary(),
                    signal.verbatim(),
                    signal.reportedAt(),
                    held.receivedAt(),
                    held.reason());
        }
    }

    record CustomerJson(@Nullable String customerNumber) {}

    record OpenedJson(String caseNumber) {}

    private final Signals signals;

    SignalsApi(Signals signals) {
        this.signals = signals;
    }

    @PostMapping
    ResponseEntity<?> take(@RequestBody SignalJson sent) {
        Signal signal = sent.draft().check(signals.latestReport());
        UnknownCustomer policy = sent.draft().policy();
        Optional<RecoverySwitch.Status> closed = signals.closed(policy);
        if (closed.isPresent()) {
            return ResponseEntity.status(HttpStatus.CONFLICT).body(problem(closed.get()));
        }
        Signals.Taken taken;
        try {
            taken = signals.take(signal, policy, sent.from());
        } catch (Refused refused) {
            // Turned off since the question above: that is not this signal's fault.
            Optional<RecoverySwitch.Status> closedNow =
                    refused.reason() == Refused.Reason.CONFLICT ? signals.closed(policy) : Optional.empty();
            if (closedNow.isEmpty()) {
                throw refused;
            }
            return ResponseEntity.status(HttpStatus.CONFLICT).body(problem(closedNow.get()));
        }
        return ResponseEntity.status(taken.outcome() == Signals.Outcome.OPENED ? HttpStatus.CREATED : HttpStatus.OK)
                .body(new TakenJson(
                        taken.id(),
                        taken.outcome().code(),
                        taken.caseNumber() == null ? null : taken.caseNumber().value()));
    }

    private static ProblemDetail problem(RecoverySwitch.Status status) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, status.sentence());
        problem.setProperty("code", SWITCH);
        problem.setProperty("state", status.state().code());
        return problem;
    }

    @GetMapping
    List<HeldJson> list(@RequestParam String state, @RequestParam(defaultValue = "100") int limit) {
        if (!state.equals(Signals.Outcome.HELD.code())) {
            throw Refused.field("state", "refused.signal.state");
        }
        return signals.held(ListLimit.checked(limit)).stream().map(HeldJson::of).toList();
    }

    @PostMapping("/{id}/case")
    @ResponseStatus(HttpStatus.CREATED)
    OpenedJson open(@PathVariable long id, @RequestBody CustomerJson found) {
        if (found.customerNumber() == null || found.customerNumber().isBlank()) {
            throw Refused.field("customerNumber", "refused.signal.customerNumber");
        }
        return new OpenedJson(signals.openHeld(id, found.customerNumber()).value());
    }
}
