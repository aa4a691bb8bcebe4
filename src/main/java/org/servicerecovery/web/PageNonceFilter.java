package org.servicerecovery.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Makes the pages of the web apps carry the nonce of their own Content-Security-Policy header. Camunda 7.24 keeps the
 * nonce of the latest request of all users in one place (ContentSecurityPolicyProvider), so that a page loaded while
 * somebody else's request comes in names another nonce than its header, and stays blank.
 */
@Configuration(proxyBeanMethods = false)
class PageNonceFilter {

    private static final Pattern IN_HEADER = Pattern.compile("'nonce-([^']+)'");
    private static final Pattern IN_PAGE = Pattern.compile("nonce=\"[^\"]*\"");

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> pageNonce() {
        FilterRegistrationBean<OncePerRequestFilter> filter = new FilterRegistrationBean<>(new OncePerRequestFilter() {
            @Override
            protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                    throws ServletException, IOException {
                ContentCachingResponseWrapper page = new ContentCachingResponseWrapper(response);
                chain.doFilter(request, page);
                giveOwnNonce(page);
                page.copyBodyToResponse();
            }

            @Override
            protected boolean shouldNotFilter(HttpServletRequest request) {
                // Pages end with a slash; scripts and styles are left alone.
                return !request.getRequestURI().endsWith("/");
            }
        });
        filter.addUrlPatterns("/camunda/app/*");
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return filter;
    }

    private static void giveOwnNonce(ContentCachingResponseWrapper page) throws IOException {
        @Nullable String policy = page.getHeader("Content-Security-Policy");
        @Nullable String type = page.getContentType();
        if (policy == null || type == null || !type.startsWith("text/html")) {
            return;
        }
        Matcher nonce = IN_HEADER.matcher(policy);
        if (nonce.find()) {
            String html = new String(page.getContentAsByteArray(), StandardCharsets.UTF_8);
            String own = IN_PAGE.matcher(html).replaceAll(Matcher.quoteReplacement("nonce=\"" + nonce.group(1) + "\""));
            page.resetBuffer();
            page.getOutputStream().write(own.getBytes(StandardCharsets.UTF_8));
        }
    }
}
