package org.servicerecovery.web;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.servicerecovery.Messages;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Forms, tasks, processes and lists come to Tasklist in the language of the browser. Only here, on the way to the web
 * applications: the engine, its REST interface and all that is kept have what the models say.
 */
@Configuration(proxyBeanMethods = false)
class TasklistLanguage {

    private static final String ENGINE = "/camunda/api/engine/engine/[^/]+/";
    private static final Pattern SHOWN = Pattern.compile(ENGINE
            + "(filter(/[^/]+(/(list|singleResult))?)?|task(/[^/]+)?|process-definition(/(key/)?[^/]+)?"
            + "|(task|process-definition)/.+/deployed-(start-)?form)");
    private static final Pattern KEPT = Pattern.compile(ENGINE + "(filter/[^/]+|task/[^/]+)");

    /** Bytes. Longer than any form or page of a list; what is longer passes as it is. */
    private static final int LONGEST = 4_000_000;

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> tasklistLanguageFilter(ModelWords words, ObjectMapper json) {
        var registration = new FilterRegistrationBean<OncePerRequestFilter>(new InReadersLanguage(words, json));
        registration.addUrlPatterns("/camunda/api/engine/*");
        registration.setName("tasklistLanguage");
        registration.setOrder(Ordered.LOWEST_PRECEDENCE);
        return registration;
    }

    private static final class InReadersLanguage extends OncePerRequestFilter {

        private final ModelWords words;
        private final ObjectMapper json;
        private final ObjectReader tree;

        InReadersLanguage(ModelWords words, ObjectMapper json) {
            this.words = words;
            this.json = json;
            // What is not translated keeps its digits.
            this.tree = json.reader(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        }

        @Override
        protected boolean shouldNotFilter(HttpServletRequest request) {
            return reader(request).equals(Locale.ENGLISH)
                    || !SHOWN.matcher(request.getRequestURI()).matches();
        }

        private static Locale reader(HttpServletRequest request) {
            return request.getHeader(HttpHeaders.ACCEPT_LANGUAGE) == null
                    ? Locale.ENGLISH
                    : Messages.language(request.getLocale());
        }

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            Locale reader = reader(request);
            ContentCachingResponseWrapper kept = new ContentCachingResponseWrapper(response);
            chain.doFilter(isKept(request) ? withoutTranslation(request, reader) : request, kept);
            // After the engine's own, which replaces what was there.
            kept.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE);
            if (kept.getStatus() == HttpServletResponse.SC_OK
                    && kept.getContentSize() > 0
                    && kept.getContentSize() <= LONGEST) {
                byte[] translated = translated(kept.getContentAsByteArray(), reader);
                kept.resetBuffer();
                kept.getOutputStream().write(translated);
            }
            kept.copyBodyToResponse();
        }

        /** Whether the body holds a name that goes into the engine. */
        private static boolean isKept(HttpServletRequest request) {
            return (request.getMethod().equals("PUT") || request.getRequestURI().endsWith("/create"))
                    && KEPT.matcher(request.getRequestURI()).matches()
                    && request.getContentLengthLong() <= LONGEST;
        }

        private byte[] translated(byte[] body, Locale reader) throws IOException {
            JsonNode answer;
            try {
                answer = tree.readTree(body);
            } catch (IOException notJson) {
                return body;
            }
            words.translate(answer, reader);
            return json.writeValueAsBytes(answer);
        }

        private HttpServletRequest withoutTranslation(HttpServletRequest request, Locale reader) throws IOException {
            byte[] body = request.getInputStream().readAllBytes();
            try {
                JsonNode sent = tree.readTree(body);
                words.takeBack(sent, reader);
                return new Rewritten(request, json.writeValueAsBytes(sent));
            } catch (IOException notJson) {
                return new Rewritten(request, body);
            }
        }
    }

    /** A request with another body. */
    private static final class Rewritten extends HttpServletRequestWrapper {

        private final byte[] body;

        Rewritten(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public int getContentLength() {
            return body.length;
        }

        @Override
        public long getContentLengthLong() {
            return body.length;
        }

        @Override
        public ServletInputStream getInputStream() {
            ByteArrayInputStream bytes = new ByteArrayInputStream(body);
            return new ServletInputStream() {
                @Override
                public int read() {
                    return bytes.read();
                }

                @Override
                public boolean isFinished() {
                    return bytes.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new IllegalStateException("The engine reads its requests at once.");
                }
            };
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
    }
}
