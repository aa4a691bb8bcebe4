package org.servicerecovery.installation;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Ours before Spring Boot's: the sentence is written for whoever runs this installation. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CannotStartAnalyzer extends AbstractFailureAnalyzer<CannotStart> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, CannotStart cause) {
        String sentence = cause.getMessage();
        return sentence == null ? null : new FailureAnalysis(sentence, null, cause);
    }
}
