package org.servicerecovery.access;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.withDefaults;

import io.github.bucket4j.TimeMeter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.rest.security.auth.ProcessEngineAuthenticationFilter;
import org.camunda.bpm.webapp.impl.security.auth.ContainerBasedAuthenticationFilter;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.access.PasswordSignIn.TooManyTries;
import org.springframework.boot.autoconfigure.security.SecurityProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.ExceptionTranslationFilter;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.writers.CacheControlHeadersWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * One sign-in for Tasklist, Cockpit, Admin, {@code /api} and {@code /engine-rest}. Two chains: machines send their
 * name and password or a token with each request and leave no session behind; people sign in on our page and keep a
 * session.
 */
@Configuration(proxyBeanMethods = false)
class FrontDoor {

    private static final String SIGN_OUT = "/sign-out";
    private static final RequestMatcher CAMUNDA_SIGN_OUT =
            withDefaults().matcher(HttpMethod.POST, "/camunda/api/admin/auth/user/*/logout");
    private static final String POLICY = "Content-Security-Policy";
    private static final String POLICY_FOR_PAGES =
            "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";
    /** Whatever a designer uploads or a customer writes is never run as a page of ours. */
    private static final String POLICY_FOR_DATA = "default-src 'none'; frame-ancestors 'none'; sandbox";

    private final NotAdmitted notAdmitted = new NotAdmitted();

    @Bean
    ProviderManager passwordSignIn(Members members) {
        return new ProviderManager(new PasswordSignIn(members, new SignInThrottle(TimeMeter.SYSTEM_NANOTIME)));
    }

    @Bean
    @Order(1)
    SecurityFilterChain forMachines(HttpSecurity http, ProviderManager passwords, ApiTokens tokens) throws Exception {
        commonTo(http)
                .securityMatcher(FrontDoor::isMachine)
                .authenticationManager(passwords)
                // No cookie is read here, so there is none that another site could make a browser send.
                .csrf(csrf -> csrf.disable())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .requestCache(cache -> cache.disable())
                .logout(logout -> logout.disable())
                .httpBasic(basic -> basic.authenticationEntryPoint(notAdmitted))
                .addFilterBefore(new BearerTokenFilter(tokens, notAdmitted), BasicAuthenticationFilter.class);
        return http.build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain forPeople(HttpSecurity http, ProviderManager passwords, Members members) throws Exception {
        commonTo(http)
                .authenticationManager(passwords)
                .formLogin(form -> form.loginPage(PublicRoutes.SIGN_IN)
                        .usernameParameter("name")
                        .passwordParameter("password")
                        .defaultSuccessUrl("/")
                        .failureHandler(FrontDoor::signInFailed))
                .logout(logout -> logout.logoutRequestMatcher(new OrRequestMatcher(
                                withDefaults().matcher(HttpMethod.POST, SIGN_OUT), CAMUNDA_SIGN_OUT))
                        .deleteCookies("JSESSIONID")
                        .logoutSuccessHandler(FrontDoor::signedOut))
                .csrf(csrf -> csrf.csrfTokenRepository(csrfCookie())
                        .csrfTokenRequestHandler(new CsrfFromPageOrScript())
                        // Camunda has its own token there, checked by its own filter.
                        .ignoringRequestMatchers(
                                withDefaults().matcher("/camunda/api/**"),
                                withDefaults().matcher("/camunda/app/**")))
                .requestCache(cache -> cache.requestCache(wantedPages()))
                .addFilterBefore(
                        new CurrentRolesFilter(members, new HttpSessionSecurityContextRepository()),
                        ExceptionTranslationFilter.class);
        return http.build();
    }

    /** Puts the person who signed in at our door in front of Camunda's web apps. */
    @Bean
    FilterRegistrationBean<ContainerBasedAuthenticationFilter> webAppIdentity() {
        FilterRegistrationBean<ContainerBasedAuthenticationFilter> filter =
                new FilterRegistrationBean<>(new ContainerBasedAuthenticationFilter());
        filter.setInitParameters(Map.of(
                ProcessEngineAuthenticationFilter.AUTHENTICATION_PROVIDER_PARAM, WebAppIdentity.class.getName()));
        filter.addUrlPatterns("/camunda/app/*", "/camunda/api/*");
        rightAfterSpringSecurity(filter);
        return filter;
    }

    @Bean
    FilterRegistrationBean<EngineIdentityFilter> engineIdentity(IdentityService identities) {
        FilterRegistrationBean<EngineIdentityFilter> filter =
                new FilterRegistrationBean<>(new EngineIdentityFilter(identities));
        filter.addUrlPatterns("/engine-rest/*", "/api/*");
        rightAfterSpringSecurity(filter);
        return filter;
    }

    /** No address of ours has a path parameter, and before Jersey's servlet path Spring trips over one. */
    @Bean
    FilterRegistrationBean<Filter> noPathParameters() {
        FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
            if (((HttpServletRequest) request).getRequestURI().indexOf(';') >= 0) {
                ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_BAD_REQUEST);
            } else {
                chain.doFilter(request, response);
            }
        });
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    private HttpSecurity commonTo(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(this::rules)
                .exceptionHandling(
                        refused -> refused.authenticationEntryPoint(notAdmitted).accessDeniedHandler(notAdmitted))
                .headers(this::headers);
    }

    private void rules(
            AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry requests) {
        // The error page of a request that was itself judged already.
        requests.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll();
        PublicRoutes.ALL.forEach(path -> requests.requestMatchers(path).permitAll());
        requests.requestMatchers(HttpMethod.GET, "/").authenticated();
        for (List<AccessRules.Rule> rules : List.of(AccessRules.API, AccessRules.ENGINE, AccessRules.APPS)) {
            for (AccessRules.Rule rule : rules) {
                // Camunda's APIs answer at an address with a slash at its end as well.
                String[] paths = rule.path().endsWith("/") || rule.path().endsWith("**")
                        ? new String[] {rule.path()}
                        : new String[] {rule.path(), rule.path() + "/"};
                var route = rule.method() == null
                        ? requests.requestMatchers(paths)
                        : requests.requestMatchers(rule.method(), paths);
                String[] groups = rule.roles().stream().map(Role::groupId).toArray(String[]::new);
                if (groups.length == 0) {
                    route.denyAll();
                } else {
                    route.hasAnyAuthority(groups);
                }
            }
        }
        requests.anyRequest().denyAll();
    }

    private void headers(HeadersConfigurer<HttpSecurity> headers) {
        // HSTS, nosniff and no framing are Spring Security's defaults.
        headers.cacheControl(cache -> cache.disable())
                .addHeaderWriter(caching())
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                .permissionsPolicyHeader(permissions -> permissions.policy("geolocation=(), microphone=(), payment=()"))
                .addHeaderWriter(contentSecurityPolicy());
    }

    /** Camunda's pages carry their own, with a nonce for each page; everything else gets ours. */
    private static HeaderWriter contentSecurityPolicy() {
        return (request, response) -> {
            if (!response.containsHeader(POLICY)) {
                response.setHeader(POLICY, NotAdmitted.isData(request) ? POLICY_FOR_DATA : POLICY_FOR_PAGES);
            }
        };
    }

    /** Nothing is stored but the web apps' libraries: megabytes that a browser need only ask about again. */
    private static HeaderWriter caching() {
        HeaderWriter nothingStored = new CacheControlHeadersWriter();
        RequestMatcher libraries = new OrRequestMatcher(
                withDefaults().matcher("/camunda/lib/**"),
                withDefaults().matcher("/front-door/**"),
                withDefaults().matcher("/jobs/assets/*"));
        return (request, response) -> {
            if (libraries.matches(request)) {
                response.setHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache");
            } else {
                nothingStored.writeHeaders(request, response);
            }
        };
    }

    private static boolean isMachine(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        // A survey's link is the right to answer it: neither it nor its style needs a session or leaves a cookie.
        if (path.startsWith("/webhooks/") || path.startsWith("/survey/") || path.startsWith("/front-door/")) {
            return true;
        }
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null
                && (path.startsWith("/api/") || path.startsWith("/engine-rest/") || path.startsWith("/v3/api-docs"))
                // A browser that remembers a Basic password would add it to another site's form as well.
                && !isFromAnotherSite(request.getHeader("Sec-Fetch-Site"));
    }

    private static boolean isFromAnotherSite(@Nullable String fetchSite) {
        return fetchSite != null && !List.of("same-origin", "none").contains(fetchSite.toLowerCase(Locale.ROOT));
    }

    private static CookieCsrfTokenRepository csrfCookie() {
        CookieCsrfTokenRepository repository = CookieCsrfTokenRepository.withHttpOnlyFalse();
        // XSRF-TOKEN is Camunda's.
        repository.setCookieName("SR-CSRF");
        repository.setHeaderName("X-SR-CSRF");
        repository.setCookieCustomizer(cookie -> cookie.sameSite("Lax"));
        return repository;
    }

    /** Where one wanted to go is worth remembering for pages only, not for a poll that a page left behind. */
    private static RequestCache wantedPages() {
        HttpSessionRequestCache cache = new HttpSessionRequestCache();
        RequestMatcher pages = new OrRequestMatcher(
                withDefaults().matcher(HttpMethod.GET, "/camunda/app/**"),
                withDefaults().matcher(HttpMethod.GET, "/accounting"),
                withDefaults().matcher(HttpMethod.GET, "/time-rules"),
                withDefaults().matcher(HttpMethod.GET, "/cases/*"),
                withDefaults().matcher(HttpMethod.GET, "/jobs"),
                withDefaults().matcher(HttpMethod.GET, "/jobs/*"));
        cache.setRequestMatcher(request -> pages.matches(request) && NotAdmitted.opensAPage(request));
        cache.setMatchingRequestParameterName(null);
        return cache;
    }

    private static void signInFailed(
            HttpServletRequest request, HttpServletResponse response, AuthenticationException why) throws IOException {
        String reason = why instanceof TooManyTries tries ? "wait=" + tries.seconds() : "wrong";
        response.sendRedirect(request.getContextPath() + PublicRoutes.SIGN_IN + "?" + reason);
    }

    private static void signedOut(
            HttpServletRequest request, HttpServletResponse response, @Nullable Authentication person)
            throws IOException {
        if (CAMUNDA_SIGN_OUT.matches(request)) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            response.sendRedirect(request.getContextPath() + PublicRoutes.SIGN_IN + "?signed-out");
        }
    }

    private static void rightAfterSpringSecurity(FilterRegistrationBean<?> filter) {
        filter.setOrder(SecurityProperties.DEFAULT_FILTER_ORDER + 1);
        filter.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
    }
}
