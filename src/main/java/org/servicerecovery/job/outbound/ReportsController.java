package org.servicerecovery.job.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.WebhookSignature;
import org.servicerecovery.engine.EngineTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where the system that works our jobs tells what became of them:
 *
 * <pre>{"type": "job.done", "timestamp": "2026-11-20T10:00:00Z", "data": {"number": "WO-1001", "notes": "…"}}</pre>
 *
 * with the types {@code job.done}, {@code job.partly}, {@code job.no_access} (these two with {@code notes}), {@code
 * job.cancelled} and {@code job.rescheduled} (with {@code windowFrom} and {@code windowTo}). Open to everybody; what is
 * not signed by Standard Webhooks is refused.
 */
@RestController
class ReportsController {

    /** Something was in the way that passes: the same message will be taken then. */
    private static final class Later extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Duration wait;

        Later(Duration wait, RuntimeException cause) {
            super(cause);
            this.wait = wait;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ReportsController.class);
    private static final Duration A_MOMENT = Duration.ofSeconds(5);
    private static final Duration UNTIL_SOMEBODY_ACTS = Duration.ofMinutes(5);

    static final String PATH = "/webhooks/jobs";

    private static final int LARGEST = 64 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private final Reports reports;
    private final Clock clock;
    private final @Nullable WebhookSignature signature;

    ReportsController(Reports reports, Clock clock, OutboundProperties properties) {
        this.reports = reports;
        this.clock = clock;
        OutboundProperties.Reports set = properties.reports();
        this.signature = set.secret().isBlank()
                ? null
                : WebhookSignature.of("service-recovery.jobs.reports.secret", set.secret(), set.previousSecret());
    }

    /**
     * @throws Refused with 404 when no secret is set or there is no such job, with 400 naming the header or field that
     *     is wrong, with 409 when the job has ended in another way or the id stood for another message; what is in the
     *     way for a moment is a 503
     */
    @PostMapping(PATH)
    Map<String, String> receive(
            @RequestHeader(name = WebhookSignature.ID, required = false) @Nullable String id,
            @RequestHeader(name = WebhookSignature.TIMESTAMP, required = false) @Nullable String timestamp,
            @RequestHeader(name = WebhookSignature.SIGNATURE, required = false) @Nullable String signed,
            HttpServletRequest request)
            throws IOException {
        if (signature == null) {
            throw Refused.notFound("jobs.outbound.refused.noSecret");
        }
        byte[] body = request.getInputStream().readNBytes(LARGEST + 1);
        if (body.length > LARGEST) {
            throw Refused.field("body", "refused.notice.larger", String.valueOf(LARGEST));
        }
        signature.verify(id, timestamp, signed, body, clock.instant());
        Reports.Report report = read(body);
        try {
            return Map.of(
                    "effect", reports.take(String.valueOf(id), body, report).code());
        } catch (RuntimeException e) {
            throw laterOr(e);
        }
    }

    /** Somebody was faster, or an administrator has suspended the process: neither is about what was told. */
    private static RuntimeException laterOr(RuntimeException thrown) {
        if (thrown instanceof ConcurrencyFailureException || EngineTrouble.isConflict(thrown)) {
            return new Later(A_MOMENT, thrown);
        }
        boolean isSuspended = EngineTrouble.isSuspended(thrown)
                || thrown instanceof Refused refused
                        && refused.problems().stream()
                                .anyMatch(problem -> problem.key().equals("jobs.refused.notNow"));
        return isSuspended ? new Later(UNTIL_SOMEBODY_ACTS, thrown) : thrown;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> later(Later later) {
        LOG.info("A report is to be sent again: {}", String.valueOf(later.getCause()));
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, String.valueOf(later.wait.toSeconds()))
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE, Messages.text("jobs.outbound.refused.later")));
    }

    private static Reports.Report read(byte[] body) {
        JsonNode message;
        try {
            message = JSON.readTree(body);
        } catch (IOException e) {
            throw Refused.field("body", "jobs.outbound.refused.json");
        }
        Refused.Gathered wrong = new Refused.Gathered();
        JsonNode data = message.path("data");
        Reports.Kind kind = wrong.take(() -> kind(text(message, "type")));
        Instant at = wrong.take(() -> moment("timestamp", text(message, "timestamp")));
        String number = text(data, "number");
        if (number.isEmpty()) {
            wrong.add("data.number", "jobs.refused.missing");
        }
        boolean moves = kind == Reports.Kind.RESCHEDULED;
        Instant from = moves ? wrong.take(() -> moment("data.windowFrom", text(data, "windowFrom"))) : null;
        Instant to = moves ? wrong.take(() -> moment("data.windowTo", text(data, "windowTo"))) : null;
        wrong.refuseIfAny();
        if (kind == null || at == null) {
            throw new IllegalStateException("What is missing was refused.");
        }
        return new Reports.Report(kind, at, number, text(data, "notes"), from, to);
    }

    private static Reports.Kind kind(String code) {
        return Arrays.stream(Reports.Kind.values())
                .filter(kind -> kind.code().equals(code))
                .findFirst()
                .orElseThrow(() -> Refused.field(
                        "type",
                        "jobs.refused.notOneOf",
                        Arrays.stream(Reports.Kind.values())
                                .map(Reports.Kind::code)
                                .collect(Collectors.joining(", "))));
    }

    private static Instant moment(String field, String text) {
        if (text.isEmpty()) {
            throw Refused.field(field, "jobs.refused.missing");
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Refused.field(field, "jobs.outbound.refused.moment");
        }
    }

    private static String text(JsonNode from, String field) {
        JsonNode value = from.path(field);
        return value.isTextual() ? value.textValue().strip() : "";
    }
}
