package org.servicerecovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody at the other end of HTTP: a browser with cookies that signs in on the page, or a machine that sends an
 * Authorization header. Redirects are answers here, not followed.
 */
public final class Visitor {

    private static final Pattern CSRF_FIELD = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();
    private final String base;
    private final Optional<String> authorization;

    private Visitor(int port, Optional<String> authorization) {
        this.base = "http://127.0.0.1:" + port;
        this.authorization = authorization;
    }

    public static Visitor browser(int port) {
        return new Visitor(port, Optional.empty());
    }

    public static Visitor withBasic(int port, String name, String password) {
        String pair = name + ":" + password;
        return new Visitor(
                port,
                Optional.of("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
    }

    public static Visitor withToken(int port, String token) {
        return new Visitor(port, Optional.of("Bearer " + token));
    }

    /** Fills in the sign-in page; the answer is where it leads. */
    public HttpResponse<String> signIn(String name, String password) {
        return submit("/sign-in", "/sign-in", "name", name, "password", password);
    }

    /** Opens a page, and posts its form with the hidden token in it. */
    public HttpResponse<String> submit(String page, String action, String... namesAndValues) {
        Matcher field = CSRF_FIELD.matcher(open(page).body());
        if (!field.find()) {
            throw new IllegalStateException("No form on " + page);
        }
        StringBuilder form = new StringBuilder("_csrf=").append(encode(field.group(1)));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append('&').append(namesAndValues[i]).append('=').append(encode(namesAndValues[i + 1]));
        }
        return send(request(action)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "text/html")
                .POST(BodyPublishers.ofString(form.toString())));
    }

    /** As the address bar does. */
    public HttpResponse<String> open(String path) {
        return send(request(path).header("Accept", "text/html").GET());
    }

    /** As a script or a machine does. */
    public HttpResponse<String> get(String path) {
        return send(request(path).header("Accept", "application/json").GET());
    }

    public HttpResponse<String> post(String path, String json) {
        return call("POST", path, json);
    }

    /** A browser's call carries the token of its cookie, ours and Camunda's, as the pages' scripts send it. */
    public HttpResponse<String> call(String method, String path, String json) {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        cookie("SR-CSRF").ifPresent(token -> request.header("X-SR-CSRF", token));
        cookie("XSRF-TOKEN").ifPresent(token -> request.header("X-XSRF-TOKEN", token));
        return send(request);
    }

    /** Something that is no text. */
    public HttpResponse<byte[]> bytes(String path) {
        return send(request(path).GET(), BodyHandlers.ofByteArray());
    }

    /** The same for somebody who reads a language. */
    public HttpResponse<byte[]> bytes(String path, String language) {
        return send(request(path).header("Accept-Language", language).GET(), BodyHandlers.ofByteArray());
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    public Optional<String> cookie(String name) {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .findFirst();
    }

    public List<String> cookieNames() {
        return cookies.getCookieStore().getCookies().stream()
                .map(HttpCookie::getName)
                .toList();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
