package org.servicerecovery.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

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

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> taskFormAnswersFilter(ObjectMapper json) {
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(new PlainAnswers(json));
        registration.addUrlPatterns("/camunda/api/engine/*");
        registration.setName("taskFormAnswers");
        registration.setOrder(Ordered.LOWEST_PRECEDENCE);
        return registration;
    }

    /** Lets a success pass as it is and rewrites the message of an error. */
    private static final class PlainAnswers extends OncePerRequestFilter {

        private final ObjectMapper json;

        PlainAnswers(ObjectMapper json) {
            this.json = json;
        }

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return !request.getMethod().equals("POST")
                    || !SUBMISSIONS.matcher(request.getRequestURI()).matches();
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            ContentCachingResponseWrapper kept = new ContentCachingResponseWrapper(response);
            chain.doFilter(request, kept);
            byte[] body = kept.getContentAsByteArray();
            if (kept.getStatus() >= 400 && body.length > 0) {
                byte[] plain = withoutPrefix(body);
                kept.resetBuffer();
                kept.getOutputStream().write(plain);
            }
            kept.copyBodyToResponse();
        }

        private byte[] withoutPrefix(byte[] body) {
            try {
                JsonNode answer = json.readTree(body);
                if (answer instanceof ObjectNode error && error.path("message").isTextual()) {
                    String message = error.path("message").textValue();
                    error.put("message", PREFIX.matcher(message).replaceFirst(""));
                    return json.writeValueAsString(error).getBytes(StandardCharsets.UTF_8);
                }
                return body;
            } catch (IOException notJson) {
                return body;
            }
        }
    }
}
