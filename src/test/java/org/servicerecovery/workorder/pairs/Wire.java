package org.servicerecovery.workorder.pairs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;

/** An operative who reads each answer as it comes on the wire: a client for HTTP would sort and change its head. */
final class Wire {

    /**
     * @param head with the status, to the empty line
     * @param body as it was sent, in chunks where it was
     */
    record Answer(String head, String body) {}

    private static final String END_OF_HEAD = "\r\n\r\n";

    private final int port;
    private final Visitor browser;

    Wire(int port, String operative) {
        this.port = port;
        this.browser = Visitor.browser(port);
        browser.signIn(operative, TestPeople.PASSWORD);
    }

    Visitor browser() {
        return browser;
    }

    Answer get(String path) {
        String cookies = browser.cookieNames().stream()
                .map(name -> name + "=" + browser.cookie(name).orElseThrow())
                .collect(Collectors.joining("; "));
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: text/html\r\nCookie: "
                + cookies + "\r\nConnection: close" + END_OF_HEAD;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf(END_OF_HEAD) + END_OF_HEAD.length();
            return new Answer(answer.substring(0, end), answer.substring(end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
