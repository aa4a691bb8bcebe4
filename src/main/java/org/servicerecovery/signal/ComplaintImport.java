package org.servicerecovery.signal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run over one file: one reader, a short queue, several senders. What is in memory at a time does not depend on the
 * length of the file, but for 40 bytes an id.
 */
final class ComplaintImport {

    /**
     * What a run came to.
     *
     * @param stopped why it ended before the end of the file, else null
     * @param resumeAt the first line whose fate is not known, when stopped
     */
    record Summary(
            long opened,
            long alreadyIn,
            long held,
            long refused,
            Duration took,
            @Nullable String stopped,
            long resumeAt) {

        long rows() {
            return opened + alreadyIn + held + refused;
        }

        double rowsPerSecond() {
            return rows() / Math.max(took.toMillis() / 1000.0, 0.001);
        }
    }

    private record Item(CsvRecords.Whole row, Signal.Draft draft) {}

    private static final int QUEUED_FOR_EACH_SENDER = 4;
    /** After so many rows in a row that the application failed on, it is the application and not the rows. */
    private static final int FAILURES_IN_A_ROW = 5;

    private final Mapping.Bound mapping;
    private final CsvRecords file;
    private final ImportReport report;
    private final SignalSender sender;
    private final Clock clock;
    private final UUID run = UUID.randomUUID();
    private final int connections;
    private final long fromLine;
    private final Repeats repeats = new Repeats();
    private final BlockingQueue<Item> queue;
    /** Lines that are read and whose fate is not known yet; at most those in the queue and with the senders. */
    private final ConcurrentSkipListSet<Long> unsettled = new ConcurrentSkipListSet<>();

    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<@Nullable String> stopped = new AtomicReference<>();
    private volatile boolean everythingRead;
    private long lastLine;
    private int failuresInARow;

    /** @param fromLine rows that start before this line are read, but not sent */
    ComplaintImport(
            CsvRecords file,
            Mapping.Bound mapping,
            ImportReport report,
            SignalSender sender,
            Clock clock,
            int connections,
            long fromLine) {
        this.file = file;
        this.mapping = mapping;
        this.report = report;
        this.sender = sender;
        this.clock = clock;
        this.connections = connections;
        this.fromLine = fromLine;
        this.queue = new ArrayBlockingQueue<>(connections * QUEUED_FOR_EACH_SENDER);
    }

    /** @param progress told how many bytes of the file have been read */
    Summary run(LongConsumer progress) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Thread> senders = new ArrayList<>();
        for (int i = 1; i <= connections; i++) {
            Thread thread = new Thread(this::sendAll, "import-" + i);
            thread.start();
            senders.add(thread);
        }
        try {
            readAll(progress);
        } finally {
            everythingRead = true;
            for (Thread thread : senders) {
                thread.join();
            }
        }
        return new Summary(
                count(Signals.Outcome.OPENED),
                count(Signals.Outcome.ALREADY_IN),
                count(Signals.Outcome.HELD),
                refused.sum(),
                Duration.ofNanos(System.nanoTime() - start),
                stopped.get(),
                unsettled.isEmpty() ? lastLine + 1 : unsettled.first());
    }

    private long count(Signals.Outcome outcome) {
        LongAdder counted = outcomes.get(outcome.code());
        return counted == null ? 0 : counted.sum();
    }

    private void readAll(LongConsumer progress) throws IOException, InterruptedException {
        CsvRecords.Row row = file.next(mapping::recognises);
        while (row != null && stopped.get() == null) {
            if (row instanceof CsvRecords.Broken broken) {
                lastLine = broken.refused().line();
                refuseUnlessBefore(broken.refused());
            } else if (row instanceof CsvRecords.Whole whole) {
                lastLine = whole.line();
                read(whole);
            }
            progress.accept(file.bytesRead());
            row = file.next(mapping::recognises);
        }
    }

    private void read(CsvRecords.Whole row) throws InterruptedException {
        Mapping.Read read = mapping.read(row, clock.instant());
        if (read instanceof Mapping.Unfit unfit) {
            refuseUnlessBefore(unfit.refused());
        } else if (read instanceof Mapping.Fit fit) {
            Signal.Draft draft = fit.draft();
            String id = String.valueOf(draft.externalId());
            Optional<Repeats.Earlier> earlier = repeats.add(id, draft.toString(), row.line());
            if (earlier.isPresent()) {
                refuseUnlessBefore(mapping.refusal(
                        row,
                        "externalId",
                        "repeats the id of line " + earlier.get().line()
                                + (earlier.get().sameContent() ? " with the same content." : " with other content.")));
            } else if (row.line() >= fromLine) {
                enqueue(new Item(row, draft));
            }
        }
    }

    private void enqueue(Item item) throws InterruptedException {
        unsettled.add(item.row().line());
        while (stopped.get() == null) {
            if (queue.offer(item, 100, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private void refuseUnlessBefore(RowRefused row) {
        if (row.line() >= fromLine) {
            refuse(row);
        }
    }

    private void refuse(RowRefused row) {
        report.add(row);
        refused.increment();
    }

    private void sendAll() {
        try {
            while (stopped.get() == null) {
                boolean last = everythingRead;
                Item item = queue.poll(50, TimeUnit.MILLISECONDS);
                if (item != null) {
                    send(item);
                } else if (last) {
                    return;
                }
            }
        } catch (ImportStopped e) {
            stopped.compareAndSet(null, e.getMessage());
        } catch (InterruptedException e) {
            stopped.compareAndSet(null, "The import was interrupted.");
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            stopped.compareAndSet(null, "The import failed: " + e);
        }
    }

    private void send(Item item) throws ImportStopped, InterruptedException {
        CsvRecords.Whole row = item.row();
        SignalSender.Answer answer =
                sender.send(SignalsApi.SignalJson.of(item.draft(), new Signals.ImportLine(run, row.line())));
        if (answer instanceof SignalSender.Taken taken) {
            outcomes.computeIfAbsent(taken.outcome(), any -> new LongAdder()).increment();
        } else if (answer instanceof SignalSender.NotTaken notTaken) {
            refuse(mapping.refusal(row, notTaken.field(), notTaken.reason()));
        } else if (answer instanceof SignalSender.Failed failed) {
            refuse(mapping.refusal(row, "", failed.reason()));
        }
        countFailures(answer);
        unsettled.remove(row.line());
    }

    private synchronized void countFailures(SignalSender.Answer answer) throws ImportStopped {
        if (!(answer instanceof SignalSender.Failed failed)) {
            failuresInARow = 0;
        } else if (++failuresInARow == FAILURES_IN_A_ROW) {
            throw new ImportStopped(failed.reason());
        }
    }
}
