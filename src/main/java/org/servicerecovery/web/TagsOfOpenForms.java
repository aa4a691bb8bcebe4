package org.servicerecovery.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.servicerecovery.trend.lesson.TaxonomyOptions;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;

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

    private record OfToday(TaxonomyOptions tags, ObjectMapper json) implements RewrittenAnswers.Rewriting {

        @Override
        public boolean isOf(int status) {
            return status == HttpServletResponse.SC_OK;
        }

        @Override
        public boolean change(ObjectNode variables) throws IOException {
            if (variables.path(CHOICES) instanceof ObjectNode choices
                    && choices.path("value").isTextual()) {
                // As text, the way the engine sends what is JSON.
                choices.put("value", json.writeValueAsString(tags.now()));
                return true;
            }
            return false;
        }
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> tagsOfOpenFormsFilter(TaxonomyOptions tags, ObjectMapper json) {
        return RewrittenAnswers.filter(
                "tagsOfOpenForms", HttpMethod.GET, FORM_VARIABLES, new OfToday(tags, json), json);
    }
}
