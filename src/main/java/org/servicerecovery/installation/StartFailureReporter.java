package org.servicerecovery.installation;

import java.util.Objects;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/**
 * Says why the start failed in one line on standard error. Spring Boot's own framed report is off (application.yml), so
 * that the sentence is the last thing on the console and the only thing to read.
 */
final class StartFailureReporter implements FailureAnalysisReporter {

    @Override
    public void report(FailureAnalysis analysis) {
        String action = Objects.requireNonNullElse(analysis.getAction(), "");
        System.err.println(
                ("Service Recovery did not start. " + analysis.getDescription().strip() + " " + action).strip());
    }
}
