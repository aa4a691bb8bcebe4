package org.servicerecovery.compensation;

import io.github.bucket4j.Bucket;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.servicerecovery.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where payment processors send their notices. Open to everybody; what is not signed by the processor is refused. A
 * notice is answered once it is kept: what it means is found out afterwards.
 */
@RestController
class NoticesController {

    static final String PATH = "/webhooks/payments";

    private static final Logger LOG = LoggerFactory.getLogger(NoticesController.class);
    private static final int LINES_A_MINUTE = 10;
    private static final int LARGEST = 256 * 1024;

    private final Bucket told = Bucket.builder()
            .addLimit(limit -> limit.capacity(LINES_A_MINUTE).refillGreedy(LINES_A_MINUTE, Duration.ofMinutes(1)))
            .build();
    private final PaymentProcessor processor;
    private final RefundNews news;

    NoticesController(PaymentProcessor processor, RefundNews news) {
        this.processor = processor;
        this.news = news;
    }

    /** @throws Refused with 404 for another processor than the one in use, with 400 when it is not to be believed */
    @PostMapping(PATH + "/{name}")
    Map<String, Boolean> receive(
            @PathVariable String name, @RequestHeader HttpHeaders headers, HttpServletRequest request)
            throws IOException {
        if (!name.equals(processor.name())) {
            throw Refused.notFound("refused.notice.otherProcessor");
        }
        byte[] body = request.getInputStream().readNBytes(LARGEST + 1);
        if (body.length > LARGEST) {
            throw Refused.field("notice", "refused.notice.larger", String.valueOf(LARGEST));
        }
        Optional<RefundNotice> notice;
        try {
            notice = processor.read(body, headers);
        } catch (NoticeRefused e) {
            // Anybody may send anything, and must not fill the log with it.
            if (told.tryConsume(1)) {
                LOG.warn("A notice to {}/{} was refused: {}", PATH, name, e.getMessage());
            }
            throw Refused.field("notice", "refused.notice.refused", String.valueOf(e.getMessage()));
        }
        return Map.of("received", notice.map(news::receive).orElse(false));
    }
}
