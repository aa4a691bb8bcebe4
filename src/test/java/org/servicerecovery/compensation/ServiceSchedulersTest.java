package org.servicerecovery.compensation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ServiceSchedulersTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withUserConfiguration(ServiceSchedulers.class)
            .withBean(Clock.class, Clock::systemUTC);

    @Test
    void whatNoSystemIsSetUpForStandsInTheBuiltInList() {
        application
                .withPropertyValues(
                        "service-recovery.comped-services.quote.url=http://127.0.0.1:1/quotes",
                        "service-recovery.comped-services.quote.secret=only-for-tests")
                .run(context -> {
                    assertThat(context.getBean("quoteScheduler")).isInstanceOf(ServiceWebhook.class);
                    assertThat(context.getBean("membershipVisitScheduler")).isInstanceOf(OwnServiceList.class);
                });
    }

    @Test
    void aSystemWithoutASecretSaysWhatToSet() {
        application
                .withPropertyValues("service-recovery.comped-services.membership-visit.url=http://127.0.0.1:1/visits")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("set service-recovery.comped-services.membership-visit.secret"));
    }

    @Test
    void timeOutsThatComeNearTheLockOfTheJobAreRefused() {
        application
                .withPropertyValues(
                        "service-recovery.comped-services.quote.url=http://127.0.0.1:1/quotes",
                        "service-recovery.comped-services.quote.secret=only-for-tests",
                        "service-recovery.comped-services.read-timeout=29s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("service-recovery.comped-services")
                        .hasMessageContaining("must not exceed 30s"));
    }
}
