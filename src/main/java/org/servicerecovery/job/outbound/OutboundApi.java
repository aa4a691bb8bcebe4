package org.servicerecovery.job.outbound;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Refused;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the system that works our jobs was not told yet, for those who see to it. */
@RestController
@RequestMapping("/api/jobs/outbound")
class OutboundApi {

    /**
     * @param receiver {@code built-in}, {@code webhook} or {@code odoo}
     * @param waiting messages that are still to be delivered
     * @param oldestAt when the longest waiting one was written
     * @param dead messages that were given up
     */
    record StandingJson(
            String receiver, int waiting, @Nullable Instant oldestAt, int dead) {}

    record ResentJson(int resent) {}

    private final Outbox outbox;
    private final JobReceiver receiver;

    OutboundApi(Outbox outbox, JobReceiver receiver) {
        this.outbox = outbox;
        this.receiver = receiver;
    }

    @Operation(summary = "Where released jobs go, and what has not arrived there")
    @GetMapping
    StandingJson standing() {
        Outbox.Standing now = outbox.standing();
        return new StandingJson(receiver.name(), now.waiting(), now.oldestAt(), now.dead());
    }

    @Operation(
            summary = "Messages about jobs that were given up, the longest dead first",
            description = "Each says why, and how many later messages of the same job wait for it.")
    @GetMapping("/dead")
    List<Outbox.Dead> dead(@RequestParam(defaultValue = "100") int limit) {
        return outbox.dead(ListLimit.checked(limit));
    }

    @Operation(summary = "Send a message again that was given up", description = "Under the id that it has.")
    @PostMapping("/dead/{messageId}/resend")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void resend(@PathVariable String messageId) {
        outbox.resend(uuid(messageId));
    }

    @Operation(summary = "Send all messages again that were given up")
    @PostMapping("/dead/resend")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ResentJson resendAll() {
        return new ResentJson(outbox.resendAll());
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Refused.notFound("jobs.outbound.refused.notDead", text.length() > 60 ? text.substring(0, 60) : text);
        }
    }
}
