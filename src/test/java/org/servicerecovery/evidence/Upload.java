package org.servicerecovery.evidence;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.servicerecovery.Visitor;

/** A form with files, as a browser sends it. */
final class Upload {

    private static final String BOUNDARY = "---------------------------9051914041544843365972754266";

    private String language = "en";
    private final List<BodyPublisher> parts = new ArrayList<>();

    static Upload of(String name, byte[] bytes) {
        return new Upload().and(name, bytes);
    }

    Upload toStep(int seq) {
        parts.add(BodyPublishers.ofString(
                "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"step\"\r\n\r\n" + seq + "\r\n"));
        return this;
    }

    /** Whatever it is, it says that it is a JPEG. */
    Upload and(String name, byte[] bytes) {
        return and(name, BodyPublishers.ofByteArray(bytes));
    }

    Upload and(String name, Path file) throws FileNotFoundException {
        return and(name, BodyPublishers.ofFile(file));
    }

    private Upload and(String name, BodyPublisher content) {
        parts.add(BodyPublishers.ofString(
                "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"" + name
                        + "\"\r\nContent-Type: image/jpeg\r\n\r\n"));
        parts.add(content);
        parts.add(BodyPublishers.ofString("\r\n"));
        return this;
    }

    Upload inGerman() {
        language = "de";
        return this;
    }

    HttpResponse<String> by(Visitor visitor, String number) {
        List<BodyPublisher> whole = new ArrayList<>(parts);
        whole.add(BodyPublishers.ofString("--" + BOUNDARY + "--\r\n"));
        return visitor.send(visitor.request("/api/cases/" + number + "/photos")
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .header("Accept", "application/json")
                .header("Accept-Language", language)
                .POST(BodyPublishers.concat(whole.toArray(BodyPublisher[]::new))));
    }
}
