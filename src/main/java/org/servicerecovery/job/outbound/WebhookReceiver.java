package org.servicerecovery.job.outbound;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.servicerecovery.WebhookSignature;

/**
 * Posts each change to one address, signed by Standard Webhooks ({@link WebhookSignature}): 2xx is taken, 410 refused for
 * good, everything else and no answer in time is tried again. The headers are the same for every job.
 */
final class WebhookReceiver implements JobReceiver {

    static final String NAME = "webhook";

    /** A receiver that asks for more is tried again all the same. */
    private static final Duration LONGEST_ASKED = Duration.ofDays(1);

    private static final int GONE = 410;

    private final URI url;
    private final WebhookSignature signature;
    private final Clock clock;
    private final BoundedHttp http;

    WebhookReceiver(URI url, WebhookSignature signature, BoundedHttp http, Clock clock) {
        this.url = url;
        this.signature = signature;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration longest() {
        return http.longest();
    }

    @Override
    public Answer deliver(OutboundMessage message) {
        byte[] body = message.body().getBytes(StandardCharsets.UTF_8);
        String id = message.messageId().toString();
        // Signed when it is sent: what is sent again is not too old.
        Instant now = clock.instant();
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .header("User-Agent", "job-queue")
                .header(WebhookSignature.ID, id)
                .header(WebhookSignature.TIMESTAMP, String.valueOf(now.getEpochSecond()))
                .header(WebhookSignature.SIGNATURE, signature.sign(id, now, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return read(http.send(request, HttpResponse.BodyHandlers.discarding()));
        } catch (BoundedHttp.NoAnswer e) {
            return new Answer.NotTaken(e.why());
        }
    }

    private static Answer read(HttpResponse<Void> answer) {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer.Taken();
        }
        String why = "Answered with " + status + ".";
        return status == GONE
                ? new Answer.Refused(why, null)
                : new Answer.NotTaken(
                        why,
                        null,
                        retryAfter(answer.headers().firstValue("Retry-After")).orElse(null));
    }

    private static Optional<Duration> retryAfter(Optional<String> header) {
        return header.map(String::strip)
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .map(asked -> asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked);
    }
}
