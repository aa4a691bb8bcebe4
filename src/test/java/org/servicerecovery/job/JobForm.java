package org.servicerecovery.job;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.servicerecovery.Visitor;

/** The form on the page of a job that an operative has, as a browser without scripts sends it. */
public final class JobForm {

    private static final String BOUNDARY = "-----------------------------90519140415448433";
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private JobForm() {}

    /** Opens the page and presses one of its buttons. */
    public static HttpResponse<String> send(
            Visitor by, String number, String action, String notes, byte @org.jspecify.annotations.Nullable [] photo) {
        Matcher token = TOKEN.matcher(by.open("/jobs/" + number).body().replaceAll("(?s)^.*id=\"work\"", ""));
        if (!token.find()) {
            throw new IllegalStateException("No form on the page of " + number);
        }
        return send(by, number, Map.of("action", action, "notes", notes, "_csrf", token.group(1)), photo);
    }

    static HttpResponse<String> send(
            Visitor by, String number, Map<String, String> fields, byte @org.jspecify.annotations.Nullable [] photo) {
        List<BodyPublisher> parts = new ArrayList<>();
        fields.forEach((name, value) -> parts.add(BodyPublishers.ofString("--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")));
        parts.add(BodyPublishers.ofString(
                "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\""
                        + (photo == null ? "" : "valve.jpg") + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
        if (photo != null) {
            parts.add(BodyPublishers.ofByteArray(photo));
        }
        parts.add(BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"));
        return by.send(by.request("/jobs/" + number)
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .header("Accept", "text/html")
                .POST(BodyPublishers.concat(parts.toArray(BodyPublisher[]::new))));
    }
}
