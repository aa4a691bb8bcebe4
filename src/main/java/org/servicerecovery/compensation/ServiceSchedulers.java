package org.servicerecovery.compensation;

import java.time.Clock;
import java.time.Duration;
import org.servicerecovery.TimeOuts;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who schedules comped services: a system of the business's own where one is set up, else the built-in list. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CompedServicesProperties.class)
class ServiceSchedulers {

    private final CompedServicesProperties properties;
    private final Clock clock;
    private final Duration lockOfJob;

    ServiceSchedulers(
            CompedServicesProperties properties,
            Clock clock,
            @Value("${camunda.bpm.job-execution.lock-time-in-millis:60000}") long lockOfJobMillis) {
        this.properties = properties;
        this.clock = clock;
        this.lockOfJob = Duration.ofMillis(lockOfJobMillis);
    }

    @Bean
    ServiceScheduler quoteScheduler() {
        return scheduler(CompedService.QUOTE, properties.quote());
    }

    @Bean
    ServiceScheduler membershipVisitScheduler() {
        return scheduler(CompedService.MEMBERSHIP_VISIT, properties.membershipVisit());
    }

    private ServiceScheduler scheduler(CompedService service, CompedServicesProperties.Target target) {
        if (target.isBuiltIn()) {
            return new OwnServiceList(service);
        }
        if (target.secret().isBlank()) {
            throw new IllegalStateException("Orders to " + target.url() + " have to be signed: set"
                    + " service-recovery.comped-services." + service.code() + ".secret.");
        }
        TimeOuts timeOuts = properties.timeOuts().within(lockOfJob, 1);
        return new ServiceWebhook(service, timeOuts.client(target.url()), target.secret(), clock);
    }
}
