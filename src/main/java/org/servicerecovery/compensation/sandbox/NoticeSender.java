package org.servicerecovery.compensation.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BodySignature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the book go on, and tells the client of it: signed, and again until it is answered with a 2xx. */
final class NoticeSender implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(NoticeSender.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Target(URI url, BodySignature signature) {}

    private final Book book;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    @Nullable
    private volatile Target target;

    NoticeSender(Book book, Clock clock) {
        this.book = book;
        this.clock = clock;
    }

    void sendTo(URI url, String secret) {
        target = new Target(url, new BodySignature(SandboxProcessor.SIGNATURE_HEADER, secret));
    }

    @Override
    public void run() {
        try {
            book.goOn();
            Target to = target;
            if (to != null) {
                for (Optional<Book.Notice> next = book.nextNotice(); next.isPresent(); next = book.nextNotice()) {
                    if (send(next.get(), to)) {
                        book.delivered(next.get());
                    }
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("The sandbox processor cannot look for news now.", e);
        }
    }

    private boolean send(Book.Notice notice, Target to) throws InterruptedException {
        byte[] body = body(notice);
        HttpRequest request = HttpRequest.newBuilder(to.url())
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                // Signed when it is sent: what is sent again is not too old.
                .header(to.signature().header(), to.signature().sign(clock.instant(), body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status >= 200 && status < 300) {
                return true;
            }
            LOG.warn("A notice of the sandbox processor was answered with {}; it is sent again.", status);
        } catch (IOException e) {
            LOG.warn("A notice of the sandbox processor did not arrive; it is sent again: {}", e.toString());
        }
        return false;
    }

    private static byte[] body(Book.Notice notice) {
        Book.Refund refund = notice.refund();
        try {
            return JSON.writeValueAsBytes(Map.of(
                    "id", "sandbox-notice-" + notice.id(),
                    "type", notice.type(),
                    "created", notice.createdAt().toString(),
                    "refund",
                            Map.of(
                                    "reference",
                                    SandboxHttp.reference(refund),
                                    "key",
                                    refund.key(),
                                    "charge",
                                    refund.chargeId())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A notice cannot be written.", e);
        }
    }
}
