package org.servicerecovery.job.outbound;

import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.servicerecovery.JobSystem;
import org.servicerecovery.WebhookSignature;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/**
 * The delivering part of one node, in a process of its own that can be killed: the application's own outbox, workers and
 * webhook on the application's database, with short waits.
 */
final class OutboxNode {

    private OutboxNode() {}

    /** @param args the database, the receiver's address */
    public static void main(String[] args) throws InterruptedException {
        System.setProperty("database", args[0]);
        System.setProperty("receiver", args[1]);
        System.setProperty("service-recovery.jobs.outbox.every", "PT0.1S");
        try (AnnotationConfigApplicationContext node = new AnnotationConfigApplicationContext(Parts.class)) {
            System.out.println(
                    "delivering from " + node.getBean(JobReceiver.class).name());
            Thread.currentThread().join();
        }
    }

    /** No component: the application of the tests would find it. */
    @EnableScheduling
    @EnableTransactionManagement(proxyTargetClass = true)
    static class Parts {

        @Bean
        DataSource dataSource() {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(System.getProperty("database"));
            pool.setMaximumPoolSize(8);
            return pool;
        }

        @Bean
        PlatformTransactionManager transactions(DataSource dataSource) {
            return new JdbcTransactionManager(dataSource);
        }

        @Bean
        JdbcClient db(DataSource dataSource) {
            return JdbcClient.create(dataSource);
        }

        @Bean
        OutboundProperties properties() {
            return new OutboundProperties(
                    "webhook",
                    new OutboundProperties.Outbox(
                            6, Duration.ofMillis(50), Duration.ofMillis(400), 100_000, Duration.ofDays(30)),
                    new OutboundProperties.Webhook(
                            System.getProperty("receiver"),
                            JobSystem.SECRET,
                            "",
                            Duration.ofMillis(200),
                            Duration.ofMillis(200)),
                    new OutboundProperties.Reports("", ""),
                    new OutboundProperties.Odoo(
                            "",
                            "",
                            "",
                            "",
                            1,
                            Map.of(),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(1)));
        }

        @Bean
        JobReceiver receiver(OutboundProperties properties) {
            OutboundProperties.Webhook webhook = properties.webhook();
            return new WebhookReceiver(
                    URI.create(webhook.url()),
                    WebhookSignature.of("secret", webhook.secret(), ""),
                    new BoundedHttp(webhook.connectTimeout(), webhook.readTimeout()),
                    Clock.systemUTC());
        }

        /** It hears of no change of a job: the application writes those. */
        @Bean
        Outbox outbox(JdbcClient db, JobReceiver receiver, OutboundProperties properties) {
            return new Outbox(
                    db,
                    Clock.systemUTC(),
                    null,
                    receiver,
                    new UndeliveredOrders(db, Clock.systemUTC(), null),
                    properties);
        }

        @Bean
        Deliveries deliveries(Outbox outbox, JobReceiver receiver, OutboundProperties properties) {
            return new Deliveries(outbox, receiver, properties);
        }
    }
}
