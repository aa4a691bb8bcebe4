package org.servicerecovery.web;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.util.unit.DataSize;

/** How large what is sent as JSON may be: what is longer than any field may be is not read to its end. */
@Configuration(proxyBeanMethods = false)
class BodyLimit {

    /** The longest that is wanted are a customer's words, 100,000 characters of up to six bytes. */
    static final DataSize MOST = DataSize.ofMegabytes(1);

    @Bean
    Jackson2ObjectMapperBuilderCustomizer longestJson() {
        return builder -> builder.postConfigurer(json -> json.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(MOST.toBytes())
                        .build()));
    }

    static boolean isBehind(HttpMessageNotReadableException thrown) {
        return NestedExceptionUtils.getMostSpecificCause(thrown) instanceof StreamConstraintsException;
    }
}
