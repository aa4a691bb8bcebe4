package org.servicerecovery.job.outbound;

import java.time.Clock;
import org.servicerecovery.WebhookSignature;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who gets released jobs: as {@code service-recovery.jobs.outbound} says. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OutboundProperties.class)
class Receivers {

    private static final String PREFIX = "service-recovery.jobs.";

    @Bean
    JobReceiver jobReceiver(OutboundProperties properties, Clock clock) {
        return switch (properties.outbound()) {
            case BuiltInQueue.NAME -> new BuiltInQueue();
            case WebhookReceiver.NAME -> webhook(properties.webhook(), clock);
            default ->
                throw new IllegalStateException(PREFIX + "outbound is \"" + properties.outbound()
                        + "\", and has to be one of built-in, webhook, odoo.");
        };
    }

    private static JobReceiver webhook(OutboundProperties.Webhook webhook, Clock clock) {
        return new WebhookReceiver(
                OutboundProperties.safe(PREFIX + "webhook.url", webhook.url()),
                WebhookSignature.of(PREFIX + "webhook.secret", webhook.secret(), webhook.previousSecret()),
                webhook.connectTimeout(),
                webhook.readTimeout(),
                clock);
    }
}
