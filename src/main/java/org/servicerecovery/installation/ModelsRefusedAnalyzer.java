package org.servicerecovery.installation;

import org.servicerecovery.Refused;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** What is refused while the application starts are the models of its release, or a change that a demo makes. */
final class ModelsRefusedAnalyzer extends AbstractFailureAnalyzer<Refused> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, Refused cause) {
        return new FailureAnalysis("What this release brings is refused: " + cause.getMessage(), null, cause);
    }
}
