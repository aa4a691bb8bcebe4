package org.servicerecovery.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.servicerecovery.trend.TaxonomyOptions;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * A task may be open for weeks, and its form has the causes of the day it was made. Tasklist gets those of today, so that a
 * tag that was merged or retired meanwhile is not offered, and the one to be taken in place of it is.
 */
@Configuration(proxyBeanMethods = false)
class TagsOfOpenForms {

    private static final Pattern FORM_VARIABLES =
            Pattern.compile("/camunda/api/engine/engine/[^/]+/task/[^/]+/form-variables");
    /** The input of the models that holds the choices, see service-recovery.bpmn and recovery-step.bpmn. */
    private static final String CHOICES = "rootCauseTags";

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> tagsOfOpenFormsFilter(TaxonomyOptions tags, ObjectMapper json) {
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(new OfToday(tags, json));
        registration.addUrlPatterns("/camunda/api/engine/*");
        registration.setName("tagsOfOpenForms");
        registration.setOrder(Ordered.LOWEST_PRECEDENCE);
        return registration;
    }

    private static final class OfToday extends OncePerRequestFilter {

        private final TaxonomyOptions tags;
        private final ObjectMapper json;

        OfToday(TaxonomyOptions tags, ObjectMapper json) {
            this.tags = tags;
            this.json = json;
        }

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return !request.getMethod().equals("GET")
                    || !FORM_VARIABLES.matcher(request.getRequestURI()).matches();
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            ContentCachingResponseWrapper kept = new ContentCachingResponseWrapper(response);
            chain.doFilter(request, kept);
            if (kept.getStatus() == HttpServletResponse.SC_OK && kept.getContentSize() > 0) {
                byte[] body = ofToday(kept.getContentAsByteArray());
                kept.resetBuffer();
                kept.getOutputStream().write(body);
            }
            kept.copyBodyToResponse();
        }

        private byte[] ofToday(byte[] body) throws IOException {
            JsonNode variables;
            try {
                variables = json.readTree(body);
            } catch (IOException notJson) {
                return body;
            }
            // As text, the way the engine sends what is JSON.
            if (variables.path(CHOICES) instanceof ObjectNode choices
                    && choices.path("value").isTextual()) {
                choices.put("value", json.writeValueAsString(tags.now()));
                return json.writeValueAsBytes(variables);
            }
            return body;
        }
    }
}
