package org.servicerecovery.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tasklist shows a refusal as the engine words it, behind "Cannot submit task form <id>:". People need what comes after
 * the colon.
 */
@Configuration(proxyBeanMethods = false)
class TaskFormAnswers {

    private static final Pattern SUBMISSIONS = Pattern.compile(
            "/camunda/api/engine/engine/[^/]+/(task|process-definition)/.+/(submit-form|complete|start)");
    private static final Pattern PREFIX = Pattern.compile(
            "^(?:Cannot (?:submit task form|complete task|instantiate process definition) \\S+: )+", Pattern.DOTALL);

    private record PlainRefusal() implements RewrittenAnswers.Rewriting {

        @Override
        public boolean isOf(int status) {
            return status >= 400;
        }

        @Override
        public boolean change(ObjectNode error) {
            if (!error.path("message").isTextual()) {
                return false;
            }
            String message = error.path("message").textValue();
            error.put("message", PREFIX.matcher(message).replaceFirst(""));
            return true;
        }
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> taskFormAnswersFilter(ObjectMapper json) {
        return RewrittenAnswers.filter("taskFormAnswers", HttpMethod.POST, SUBMISSIONS, new PlainRefusal(), json);
    }
}
