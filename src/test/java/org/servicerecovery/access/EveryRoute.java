package org.servicerecovery.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.admin.Admin;
import org.camunda.bpm.admin.impl.web.AdminApplication;
import org.camunda.bpm.cockpit.Cockpit;
import org.camunda.bpm.cockpit.impl.web.CockpitApplication;
import org.camunda.bpm.engine.rest.impl.CamundaRestResources;
import org.camunda.bpm.tasklist.Tasklist;
import org.camunda.bpm.tasklist.impl.web.TasklistApplication;
import org.camunda.bpm.webapp.AppRuntimeDelegate;
import org.camunda.bpm.webapp.plugin.spi.AppPlugin;
import org.camunda.bpm.welcome.Welcome;
import org.camunda.bpm.welcome.impl.web.WelcomeApplication;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.web.servlet.handler.AbstractHandlerMethodMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;

/** Where the routes of this application are written down, each place read for itself. */
final class EveryRoute {

    record Route(String method, String path) implements Comparable<Route> {

        @Override
        public int compareTo(Route other) {
            return (path + " " + method).compareTo(other.path + " " + other.method);
        }

        /** With something put in for its variables. */
        Route with(Map<String, String> values) {
            Matcher variable = VARIABLE.matcher(path);
            return new Route(
                    method,
                    variable.replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), "x"))));
        }
    }

    private static final Pattern VARIABLE = Pattern.compile("\\{\\*?\\s*(\\w+)[^{}]*(?:\\{[^{}]*}[^{}]*)*}");
    /** Resources lead to resources, of processes to those of their instances; none of them to itself. */
    private static final int DEEPEST = 8;

    private EveryRoute() {}

    /** Every pattern that any of Spring's handler mappings knows, with something put in for its variables. */
    static Set<String> ofSpring(ApplicationContext application) {
        Set<String> patterns = new TreeSet<>();
        for (Object mapping :
                application.getBeansOfType(AbstractHandlerMethodMapping.class).values()) {
            for (Object info : ((AbstractHandlerMethodMapping<?>) mapping)
                    .getHandlerMethods()
                    .keySet()) {
                patterns.addAll(((RequestMappingInfo) info).getPatternValues());
            }
        }
        Collection<AbstractUrlHandlerMapping> byUrl =
                application.getBeansOfType(AbstractUrlHandlerMapping.class).values();
        byUrl.forEach(mapping -> patterns.addAll(mapping.getHandlerMap().keySet()));
        Set<String> routes = new TreeSet<>();
        patterns.forEach(pattern -> routes.add(
                pattern.replaceAll("\\{[^}]*}", "x").replace("**", "x").replace("*", "x")));
        return routes;
    }

    /** What the description of our own API names. */
    static Set<Route> ofDescription(String openApi) throws IOException {
        Set<Route> routes = new TreeSet<>();
        JsonNode paths = new JsonMapper().readTree(openApi).path("paths");
        paths.fields()
                .forEachRemaining(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> routes.add(new Route(method.toUpperCase(Locale.ROOT), path.getKey()))));
        return routes;
    }

    /** The engine's REST at each of its addresses, and what the web apps and their plugins ask. */
    static Set<Route> ofCamunda() {
        Set<Route> routes = new TreeSet<>();
        for (Class<?> root : CamundaRestResources.getResourceClasses()) {
            walk("/engine-rest", root, routes);
            walk("/camunda/api/engine", root, routes);
        }
        new AdminApplication().getClasses().forEach(root -> walk("/camunda/api/admin", root, routes));
        new CockpitApplication().getClasses().forEach(root -> walk("/camunda/api/cockpit", root, routes));
        new TasklistApplication().getClasses().forEach(root -> walk("/camunda/api/tasklist", root, routes));
        new WelcomeApplication().getClasses().forEach(root -> walk("/camunda/api/welcome", root, routes));
        return routes;
    }

    /** The files of the web apps, of their plugins and of our pages. */
    static Set<String> ofAssets() throws IOException {
        Set<String> assets = new TreeSet<>();
        PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver();
        for (String root : List.of("META-INF/resources", "static", "public", "resources")) {
            for (var file : resources.getResources("classpath*:/" + root + "/**/*.*")) {
                String url = file.getURL().toString();
                String path = url.substring(url.lastIndexOf("/" + root + "/") + root.length() + 1);
                assets.add(path.replace(" ", "%20"));
                if (path.startsWith("/webjars/camunda/")) {
                    assets.add(path.substring("/webjars".length()).replace(" ", "%20"));
                }
            }
        }
        for (Map.Entry<String, AppRuntimeDelegate<? extends AppPlugin>> app : Map.of(
                        "admin", Admin.getRuntimeDelegate(),
                        "cockpit", Cockpit.getRuntimeDelegate(),
                        "tasklist", Tasklist.getRuntimeDelegate(),
                        "welcome", Welcome.getRuntimeDelegate())
                .entrySet()) {
            for (AppPlugin plugin : app.getValue().getAppPluginRegistry().getPlugins()) {
                assets.add("/camunda/api/" + app.getKey() + "/plugin/" + plugin.getId() + "/static/app/plugin.js");
                assets.add("/camunda/api/" + app.getKey() + "/plugin/" + plugin.getId() + "/static/app/plugin.css");
            }
        }
        return assets;
    }

    private static void walk(String base, Class<?> type, Set<Route> routes) {
        Resource resource = Resource.from(type);
        if (resource != null) {
            walk(joined(base, resource.getPath()), resource, routes, 0);
        }
    }

    private static void walk(String here, Resource resource, Set<Route> routes, int depth) {
        resource.getResourceMethods().forEach(method -> routes.add(new Route(method.getHttpMethod(), here)));
        resource.getChildResources().forEach(child -> walk(joined(here, child.getPath()), child, routes, depth + 1));
        ResourceMethod locator = resource.getResourceLocator();
        if (locator != null && depth < DEEPEST) {
            Resource further = Resource.from(locator.getInvocable().getRawRoutingResponseType());
            if (further != null) {
                walk(here, further, routes, depth + 1);
            }
        }
    }

    private static String joined(String base, @Nullable String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return base;
        }
        return base + (path.startsWith("/") ? path : "/" + path);
    }
}
