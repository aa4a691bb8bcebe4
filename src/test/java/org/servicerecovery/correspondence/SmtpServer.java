package org.servicerecovery.correspondence;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** A mail server that takes no recipient, and says why. */
final class SmtpServer implements AutoCloseable {

    private final ServerSocket socket;
    private final String answer;

    /** @param answer such as {@code 550 5.1.1 No such user} */
    SmtpServer(String answer) {
        this.answer = answer;
        try {
            socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread server = new Thread(this::serve, "smtp-that-refuses");
        server.setDaemon(true);
        server.start();
    }

    JavaMailSenderImpl sender() {
        JavaMailSenderImpl sender = new JavaMailSenderImpl();
        sender.setHost("127.0.0.1");
        sender.setPort(socket.getLocalPort());
        return sender;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                talk(client);
            } catch (IOException e) {
                // The client went, or the test is over.
                continue;
            }
        }
    }

    private void talk(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        say(client, "220 refusing");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String command = line.toUpperCase(Locale.ROOT);
            if (command.startsWith("RCPT")) {
                say(client, answer);
            } else if (command.startsWith("QUIT")) {
                say(client, "221 bye");
                return;
            } else {
                say(client, "250 ok");
            }
        }
    }

    private static void say(Socket client, String words) throws IOException {
        client.getOutputStream().write((words + "\r\n").getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
