package org.servicerecovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.standardwebhooks.Webhook;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Somebody else's system for jobs, on loopback: it keeps the bytes of all that it is told, and believes what is signed, as
 * the library of Standard Webhooks sees it. As an extension, one for all tests of a JVM.
 */
public final class JobSystem implements BeforeAllCallback, AutoCloseable {

    /** What it does with what it is told. */
    public enum Mood {
        WELL,
        /** Nobody listens. */
        DOWN,
        /** Answers 500. */
        BROKEN,
        /** Takes it, and answers later than anybody waits. */
        SLOW,
        GONE,
        /** One of the others each time, or takes it and hangs up. */
        MIXED
    }

    /**
     * A message as it came.
     *
     * @param head with the request line and the headers, as they were sent
     */
    public record Told(String head, String body, boolean believed) {

        public String header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }

        public String id() {
            return header("webhook-id");
        }

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public String number() {
            return json().at("/data/number").asText();
        }

        public String type() {
            return json().path("type").asText();
        }
    }

    static final String URL_PROPERTY = "service-recovery.test.job-system";
    public static final String SECRET = "whsec_b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtbG9uZy0hISE=";
    /** What it signs its own messages with. */
    public static final String REPORTS_SECRET = "whsec_b25seS1mb3ItcmVwb3J0cy0zMi1ieXRlcy1sb25nISE=";

    private static final int MOST_BINDINGS = 400;
    private static final JsonMapper JSON = new JsonMapper();

    private static final class Shared {

        static final JobSystem RUNNING = start(0);
    }

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "job-system");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Told> accepted = new ArrayList<>();
    private final AtomicInteger tries = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final long slow;
    private volatile List<String> secrets = List.of(SECRET);
    private volatile Mood mood = Mood.WELL;
    private volatile ServerSocket listening;
    private int port;

    /** For JUnit, which makes one of its own. */
    public JobSystem() {
        this.slow = 0;
    }

    private JobSystem(long slowMillis) {
        this.slow = slowMillis;
    }

    /** @param slowMillis after which it answers when it is slow */
    public static JobSystem start(long slowMillis) {
        JobSystem system = new JobSystem(slowMillis);
        system.listen();
        return system;
    }

    /** The one of all tests of the running application. */
    public static JobSystem shared() {
        return Shared.RUNNING;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        announce();
    }

    /** Makes its address known, for whoever starts the application without this extension. */
    public static void announce() {
        System.setProperty(URL_PROPERTY, shared().url());
    }

    public String url() {
        return "http://127.0.0.1:" + port + "/jobs";
    }

    public synchronized void is(Mood next) {
        mood = next;
        if (next == Mood.DOWN) {
            stop();
        } else if (listening.isClosed()) {
            listen();
        }
    }

    /** Believes what is signed with one of these. */
    public void knows(String... known) {
        secrets = List.of(known);
    }

    /** All that it took, repeats too, in the order it came. */
    public List<Told> accepted() {
        synchronized (accepted) {
            return List.copyOf(accepted);
        }
    }

    /** How many messages it took, repeats too. */
    public int count() {
        synchronized (accepted) {
            return accepted.size();
        }
    }

    private void accept(Told told) {
        synchronized (accepted) {
            accepted.add(told);
        }
    }

    /** What it took about one job. */
    public List<Told> accepted(String number) {
        return accepted().stream().filter(told -> told.number().equals(number)).toList();
    }

    /** How often somebody tried to tell it something, as far as it was up. */
    public int tries() {
        return tries.get();
    }

    @Override
    public void close() {
        stop();
        threads.shutdownNow();
    }

    private void listen() {
        try {
            ServerSocket socket = bound();
            port = socket.getLocalPort();
            listening = socket;
            threads.execute(() -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** While nobody listens, somebody who calls may have been given this very port for their end: not for long. */
    private ServerSocket bound() throws IOException {
        for (int tried = 1; ; tried++) {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return socket;
            } catch (BindException e) {
                socket.close();
                if (tried == MOST_BINDINGS) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    private void stop() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                open.add(connection);
                threads.execute(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                int length = head.lines()
                        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                        .findFirst()
                        .orElse(0);
                String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                if (!answer(connection, head, body)) {
                    return;
                }
            }
        } catch (IOException | InterruptedException gone) {
            // Whoever called has hung up, or it is down.
        } finally {
            open.remove(connection);
        }
    }

    /** Whether the connection stays open. */
    private boolean answer(Socket connection, String head, String body) throws IOException, InterruptedException {
        tries.incrementAndGet();
        Told told = new Told(head, body, isSigned(new Told(head, body, false)));
        Mood now = mood;
        int drawn = ThreadLocalRandom.current().nextInt(10);
        if (now == Mood.MIXED && drawn == 0) {
            accept(told);
            return false;
        }
        if (now == Mood.MIXED) {
            now = drawn == 1 ? Mood.SLOW : drawn < 4 ? Mood.BROKEN : Mood.WELL;
        }
        if (!told.believed()) {
            send(connection, "401 Unauthorized");
            return true;
        }
        switch (now) {
            case WELL, MIXED -> {
                accept(told);
                send(connection, "204 No Content");
            }
            case SLOW -> {
                accept(told);
                Thread.sleep(slow);
                send(connection, "204 No Content");
            }
            case BROKEN -> send(connection, "500 Internal Server Error");
            case GONE -> send(connection, "410 Gone");
            case DOWN -> {
                return false;
            }
        }
        return true;
    }

    private boolean isSigned(Told told) {
        List<String> signatures = Arrays.asList(told.header("webhook-signature").split(" "));
        return secrets.stream().anyMatch(secret -> {
            try {
                return signatures.contains(new Webhook(secret)
                        .sign(told.id(), Long.parseLong(told.header("webhook-timestamp")), told.body()));
            } catch (Exception e) {
                return false;
            }
        });
    }

    private static void send(Socket connection, String status) throws IOException {
        connection
                .getOutputStream()
                .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The lines to the empty one; empty at the end of the connection. */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            bytes.write(next);
            String text = bytes.size() > 3 && next == '\n' ? bytes.toString(StandardCharsets.US_ASCII) : "";
            if (text.endsWith("\r\n\r\n")) {
                return text;
            }
        }
        return "";
    }
}
