package org.servicerecovery.compensation.sandbox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.servicerecovery.BodySignature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;

/**
 * A payment processor to try refunds on. It listens on loopback, speaks JSON over HTTP, and keeps a book in a PostgreSQL
 * database of its own; every answer about money is given after the entry is on disk. Amounts are minor units of the
 * currency (EUR 12.34 is 1234, JPY 500 is 500, KWD 1.234 is 1234), read as text or whole number and answered as text.
 *
 * <table>
 * <caption>Requests</caption>
 * <tr><td>{@code PUT /charges/{id}} {@code {amount, currency}}</td><td>Registers a charge. 201; 200 when it is registered
 * alike; 409 {@code charge_exists} when otherwise.</td></tr>
 * <tr><td>{@code GET /charges/{id}}</td><td>{@code {id, amount, currency, refunded, pending}}, or 404
 * {@code charge_unknown}.</td></tr>
 * <tr><td>{@code POST /refunds} {@code {charge, amount, currency}}, header {@code Idempotency-Key}</td><td>201 with the
 * refund, status {@code settled}; 202 with status {@code pending}. 402 with status {@code declined} and the code {@code amount_too_large},
 * {@code charge_already_refunded} or {@code declined}. The same key with the same content is answered as it was the first
 * time, 402 included; with other content it is refused with 422 {@code key_reused}. 404 {@code charge_unknown} and 400
 * (malformed, amount not above zero, currency not the charge's) are not booked and do not use the key up.</td></tr>
 * <tr><td>{@code GET /refunds?key=}</td><td>The refund with that key as it stands now; 404 {@code refund_unknown} as
 * long as none is booked. It is {@code settled}, {@code declined}, {@code pending} or {@code failed}: the money came
 * back.</td></tr>
 * <tr><td>{@code POST /refunds/{id}/settle}, {@code /fail}</td><td>What a bank would do: a pending refund arrives; the
 * money of a pending or settled one comes back. 200 with the refund, or 409 {@code not_possible}.</td></tr>
 * <tr><td>{@code GET /refunds?since=&charge=&after=&limit=}</td><td>{@code {refunds, next}} by id, those booked at {@code since}
 * or later and of that charge, 100 at a time or {@code limit} up to 500; {@code next} is absent on the last page. Complete only while nothing is being booked: ids are given out before
 * they are committed.</td></tr>
 * <tr><td>{@code PUT /customers/{id}}</td><td>Registers a customer: 201, or 200 when it is there already.</td></tr>
 * <tr><td>{@code POST /customers/{id}/balance} {@code {credit, amount, currency}}, header {@code Idempotency-Key}</td>
 * <td>Puts an amount on the customer's balance, or takes it off with a minus before it; the credit is the client's number
 * of it. 201 with the entry {@code {id, reference, key, type, credit, invoice, amount, currency, after, at}}; the same key
 * is answered as with refunds. 404 {@code customer_unknown}; 402 {@code declined}, which uses no key up.</td></tr>
 * <tr><td>{@code GET /customers/{id}/balance?after=&limit=}</td><td>{@code {entries, next}}, oldest first. The types are
 * {@code adjustment}, {@code applied_to_invoice} and {@code unapplied_from_invoice}; {@code after} is what stood there
 * then, in that currency.</td></tr>
 * <tr><td>{@code POST /customers/{id}/invoices} {@code {invoice, amount, currency}}, {@code …/invoices/{invoice}/void}
 * </td><td>What the processor's own invoicing does: takes what stands on the balance, at most the amount, and gives it
 * back. 201 with the entry, or 409 {@code not_possible}.</td></tr>
 * </table>
 *
 * <p>A refusal is {@code {code, reason}}. 503 means that the book cannot be used; nothing is known then.
 *
 * <p>Marks in the id of a charge, the first three also in that of a customer, make its refunds misbehave: {@code -declined-} declines; {@code -slow-} books and answers
 * late (15 s unless configured); {@code -timeout-} books and drops the connection. The last two do so once a key:
 * repeating the request is answered properly. {@code -pending-} leaves a refund pending and settles it after a while;
 * {@code -fails-later-} sends the money back after a while, with {@code -pending-} as well before it arrived.
 *
 * <p>Whatever becomes of a refund after its answer is told by a notice, where somebody wants them: {@code POST}
 * {@code {id, type, created, refund: {reference, key, charge}}} with the types {@code refund.settled} and
 * {@code refund.failed}, signed as {@link BodySignature} says, and sent again, later and later, until it is answered
 * with a 2xx.
 */
public final class SandboxProcessor implements AutoCloseable {

    /** Where the signature of a notice stands. */
    public static final String SIGNATURE_HEADER = "Sandbox-Signature";

    private static final Logger LOG = LoggerFactory.getLogger(SandboxProcessor.class);

    /** Twice the connections to the book: whoever waits for one is answered 503 after a while. */
    private static final int THREADS = 2 * Book.CONNECTIONS;

    private static final Delays DELAYS = new Delays(Duration.ofSeconds(15), Duration.ofSeconds(30));
    private static final Duration LOOK_FOR_NEWS = Duration.ofMillis(500);
    private static final String NOTICES_TO = "SANDBOX_NOTICES_TO";
    private static final String NOTICE_SECRET = "SANDBOX_NOTICE_SECRET";
    private static final int SECONDS_TO_FINISH = 5;

    /**
     * How late things happen.
     *
     * @param slow how late a new refund on a {@code -slow-} charge is answered
     * @param news how long a pending refund is pending, and how late one fails that fails later
     */
    public record Delays(Duration slow, Duration news) {}

    private final HttpServer server;
    private final ExecutorService workers;
    private final ScheduledExecutorService late;
    private final ScheduledExecutorService news;
    private final NoticeSender notices;
    private final Book book;

    private SandboxProcessor(
            HttpServer server,
            ExecutorService workers,
            ScheduledExecutorService late,
            ScheduledExecutorService news,
            NoticeSender notices,
            Book book) {
        this.server = server;
        this.workers = workers;
        this.late = late;
        this.news = news;
        this.notices = notices;
        this.book = book;
    }

    /**
     * Opens the book, makes its tables where there are none, and listens.
     *
     * @param jdbcUrl a PostgreSQL database with user and password in the URL; the password may come from
     *     {@code ~/.pgpass} or {@code PGPASSFILE} instead
     * @param port on loopback; 0 takes a free one
     * @param clock says when a refund is booked, and when it is time for its news
     * @throws UncheckedIOException when the port cannot be had
     */
    public static SandboxProcessor start(String jdbcUrl, int port, Delays delays, Clock clock) {
        InetSocketAddress address = new InetSocketAddress(loopback(), port);
        Book book = Book.open(jdbcUrl, clock, delays.news());
        // The JDK's server sends head and body apart; without this each answer waits 40 ms for the client's delayed
        // ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            book.close();
            throw new UncheckedIOException("Port " + port + " on 127.0.0.1 cannot be had: " + e.getMessage(), e);
        }
        ExecutorService workers = Executors.newFixedThreadPool(THREADS, threads("sandbox-http-"));
        ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor(threads("sandbox-late-"));
        server.setExecutor(workers);
        SandboxHttp http = new SandboxHttp(book, late, delays.slow());
        server.createContext("/", http);
        server.createContext("/customers/", new BalancesHttp(book.balances(), http));
        server.start();
        NoticeSender notices = new NoticeSender(book, clock);
        ScheduledExecutorService news = Executors.newSingleThreadScheduledExecutor(threads("sandbox-news-"));
        ScheduledFuture<?> unused =
                news.scheduleWithFixedDelay(notices, 0, LOOK_FOR_NEWS.toMillis(), TimeUnit.MILLISECONDS);
        SandboxProcessor processor = new SandboxProcessor(server, workers, late, news, notices, book);
        LOG.info("The sandbox payment processor listens on {}", processor.url());
        return processor;
    }

    private static InetAddress loopback() {
        try {
            // Not getLoopbackAddress(), which may be ::1: the URL says 127.0.0.1.
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on news are told there; those that nobody wanted yet are told now. */
    public void sendNoticesTo(URI url, String secret) {
        notices.sendTo(url, secret);
    }

    /** Takes no more requests, lets those under way reach the book, and drops the answers not given yet. */
    @Override
    public void close() {
        late.shutdownNow();
        news.shutdownNow();
        server.stop(0);
        workers.shutdown();
        try {
            if (!workers.awaitTermination(SECONDS_TO_FINISH, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
            if (!news.awaitTermination(SECONDS_TO_FINISH, TimeUnit.SECONDS)) {
                LOG.warn("A notice of the sandbox processor is still on its way.");
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        book.close();
    }

    private static ThreadFactory threads(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Runs the processor in a process of its own, until that is ended. Arguments: JDBC URL, port (0 for a free one). The
     * environment may say where notices go: {@code SANDBOX_NOTICES_TO} and {@code SANDBOX_NOTICE_SECRET}.
     */
    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2 || !args[1].matches("[0-9]{1,5}")) {
            System.err.println("Usage: SandboxProcessor <jdbcUrl> <port>");
            System.exit(2);
        }
        LoggingSystem logging = LoggingSystem.get(SandboxProcessor.class.getClassLoader());
        logging.beforeInitialize();
        logging.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
        logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
        SandboxProcessor processor;
        try {
            processor = start(args[0], Integer.parseInt(args[1]), DELAYS, Clock.systemUTC());
        } catch (RuntimeException e) {
            System.err.println("The sandbox payment processor cannot start: " + e.getMessage());
            System.exit(1);
            return;
        }
        String noticesTo = System.getenv(NOTICES_TO);
        String secret = System.getenv(NOTICE_SECRET);
        if (noticesTo != null && secret != null) {
            processor.sendNoticesTo(URI.create(noticesTo), secret);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(processor::close, "sandbox-close"));
        System.out.println("listening on " + processor.url());
        Thread.currentThread().join();
    }
}
