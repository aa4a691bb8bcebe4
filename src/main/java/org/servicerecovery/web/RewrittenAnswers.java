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
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/** Keeps an answer that the engine gives to Tasklist until it is whole, and lets it be rewritten where it is JSON. */
final class RewrittenAnswers extends OncePerRequestFilter {

    /** What is to be said in place of what the engine says. */
    interface Rewriting {

        /** Whether answers with this status are looked into. */
        boolean isOf(int status);

        /** Changes the answer; whether there was anything to be changed. */
        boolean change(ObjectNode answer) throws IOException;
    }

    private final HttpMethod method;
    private final Pattern addresses;
    private final Rewriting rewriting;
    private final ObjectMapper json;

    private RewrittenAnswers(HttpMethod method, Pattern addresses, Rewriting rewriting, ObjectMapper json) {
        this.method = method;
        this.addresses = addresses;
        this.rewriting = rewriting;
        this.json = json;
    }

    /** @param addresses of the engine's API for the web apps */
    static FilterRegistrationBean<OncePerRequestFilter> filter(
            String name, HttpMethod method, Pattern addresses, Rewriting rewriting, ObjectMapper json) {
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(
                new RewrittenAnswers(method, addresses, rewriting, json));
        registration.addUrlPatterns("/camunda/api/engine/*");
        registration.setName(name);
        registration.setOrder(Ordered.LOWEST_PRECEDENCE);
        return registration;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !method.matches(request.getMethod())
                || !addresses.matcher(request.getRequestURI()).matches();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        ContentCachingResponseWrapper kept = new ContentCachingResponseWrapper(response);
        chain.doFilter(request, kept);
        if (rewriting.isOf(kept.getStatus()) && kept.getContentSize() > 0) {
            byte[] body = rewritten(kept.getContentAsByteArray());
            kept.resetBuffer();
            kept.getOutputStream().write(body);
        }
        kept.copyBodyToResponse();
    }

    private byte[] rewritten(byte[] body) throws IOException {
        JsonNode answer;
        try {
            answer = json.readTree(body);
        } catch (IOException notJson) {
            return body;
        }
        return answer instanceof ObjectNode object && rewriting.change(object) ? json.writeValueAsBytes(object) : body;
    }
}
