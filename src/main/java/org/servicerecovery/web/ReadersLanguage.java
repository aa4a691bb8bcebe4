package org.servicerecovery.web;

import org.springframework.boot.web.servlet.filter.OrderedRequestContextFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The reader's language is known before anybody is refused at the door. Left alone, Jersey has it known only just before
 * itself, behind the security filters.
 */
@Configuration(proxyBeanMethods = false)
class ReadersLanguage {

    @Bean
    OrderedRequestContextFilter requestContextFilter() {
        return new OrderedRequestContextFilter();
    }
}
