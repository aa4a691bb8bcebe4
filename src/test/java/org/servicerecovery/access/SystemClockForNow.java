package org.servicerecovery.access;

import java.time.Clock;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

@TestConfiguration(proxyBeanMethods = false)
class SystemClockForNow {

    @Bean
    Clock clockForNow() {
        return Clock.systemUTC();
    }
}
