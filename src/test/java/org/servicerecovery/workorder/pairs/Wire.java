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
     * @param body all its bytes; how they were cut into chunks is the server's business alone
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
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = answer.indexOf(END_OF_HEAD) + END_OF_HEAD.length();
            String head = answer.substring(0, end);
            String body = answer.substring(end);
            String whole = head.contains("Transfer-Encoding: chunked") ? joined(body) : body;
            return new Answer(head, new String(whole.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String joined(String chunks) {
        StringBuilder whole = new StringBuilder();
        int at = 0;
        while (true) {
            int line = chunks.indexOf("\r\n", at);
            int length = Integer.parseInt(chunks.substring(at, line), 16);
            if (length == 0) {
                return whole.toString();
            }
            whole.append(chunks, line + 2, line + 2 + length);
            at = line + 2 + length + 2;
        }
    }
}
