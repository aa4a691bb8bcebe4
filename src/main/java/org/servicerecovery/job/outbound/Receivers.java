package org.servicerecovery.job.outbound;

import java.net.URI;
import java.time.Clock;
import org.servicerecovery.WebhookSignature;
import org.servicerecovery.job.Jobs;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

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
            case OdooReceiver.NAME -> odoo(properties.odoo());
            default ->
                throw new IllegalStateException(PREFIX + "outbound is \"" + properties.outbound()
                        + "\", and has to be one of built-in, webhook, odoo.");
        };
    }

    @Bean
    @ConditionalOnProperty(name = PREFIX + "outbound", havingValue = OdooReceiver.NAME)
    OdooPoll odooPoll(
            JdbcClient db,
            Jobs jobs,
            JobReceiver receiver,
            OutboundProperties properties,
            PlatformTransactionManager transactions) {
        return new OdooPoll(
                db,
                jobs,
                (OdooReceiver) receiver,
                new OdooStages(properties.odoo().stages()),
                transactions);
    }

    private static JobReceiver webhook(OutboundProperties.Webhook webhook, Clock clock) {
        return new WebhookReceiver(
                OutboundProperties.safe(PREFIX + "webhook.url", webhook.url()),
                WebhookSignature.of(PREFIX + "webhook.secret", webhook.secret(), webhook.previousSecret()),
                new BoundedHttp(webhook.connectTimeout(), webhook.readTimeout()),
                clock);
    }

    private static JobReceiver odoo(OutboundProperties.Odoo odoo) {
        URI url = OutboundProperties.safe(PREFIX + "odoo.url", odoo.url());
        if (odoo.database().isBlank() || odoo.login().isBlank() || odoo.apiKey().isBlank()) {
            throw new IllegalStateException(
                    "Jobs go to Odoo: set " + PREFIX + "odoo.database, odoo.login and odoo.api-key.");
        }
        OdooClient client = new OdooClient(
                url,
                odoo.database(),
                odoo.login(),
                odoo.apiKey(),
                new BoundedHttp(odoo.connectTimeout(), odoo.readTimeout()));
        return new OdooReceiver(client, odoo.locationOwner(), new OdooStages(odoo.stages()), odoo.requestLimit());
    }
}
