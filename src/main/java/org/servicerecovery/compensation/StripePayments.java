package org.servicerecovery.compensation;

import java.time.Clock;
import java.time.Duration;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.installation.CannotStart;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/** Refunds by Stripe, when chosen. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PaymentsProperties.class)
@ConditionalOnProperty(name = "service-recovery.payments.processor", havingValue = "stripe")
class StripePayments {

    @Bean
    StripeCustomerBalance stripeCustomerBalance(PaymentsProperties payments) {
        return new StripeCustomerBalance(payments);
    }

    /** @throws CannotStart without an API key */
    @Bean
    StripePaymentProcessor stripePaymentProcessor(
            PaymentsProperties payments,
            Customers customers,
            Clock clock,
            @Value("${camunda.bpm.job-execution.lock-time-in-millis:60000}") long lockOfJobMillis) {
        payments.timeOuts().within(Duration.ofMillis(lockOfJobMillis), StripePaymentProcessor.REQUESTS);
        if (!StringUtils.hasText(payments.stripe().apiKey())) {
            throw new CannotStart("Refunds are to be paid by Stripe, and its API key is missing:"
                    + " set service-recovery.payments.stripe.api-key.");
        }
        return new StripePaymentProcessor(
                payments, charge -> customers.paymentByCharge(charge).isPresent(), clock);
    }
}
