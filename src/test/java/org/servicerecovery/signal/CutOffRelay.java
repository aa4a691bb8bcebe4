package org.servicerecovery.signal;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A network that loses answers: passes requests on, and of every so many answers cuts the connection before one. */
final class CutOffRelay implements Closeable {

    private final ServerSocket listening;
    private final int target;
    private final int every;
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    CutOffRelay(int target, int every) throws IOException {
        this.target = target;
        this.every = every;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.submit(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    int answersLost() {
        return cut.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                threads.submit(() -> pass(client, server, false));
                threads.submit(() -> pass(server, client, true));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void pass(Socket from, Socket to, boolean answer) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            int read = in.read(buffer);
            while (read >= 0) {
                if (answer && answers.incrementAndGet() % every == 0) {
                    cut.incrementAndGet();
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
                read = in.read(buffer);
            }
        } catch (IOException closed) {
            // One side hung up, so both do.
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
