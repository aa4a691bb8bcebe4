package org.servicerecovery.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The PostgreSQL server that a killed run left behind. It outlives the JVM, keeps its old settings, and blocks a new
 * start through {@code postmaster.pid}, as does any other process that has got its process id since.
 */
final class LeftOverServer {

    private static final String PID_FILE = "postmaster.pid";
    private static final Duration LONGEST_STOP = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MILLIS = 50;
    /** A process start is known to the clock tick, the file's to the second. */
    private static final Duration SAME_START = Duration.ofSeconds(5);

    private LeftOverServer() {}

    /** Only for the holder of the {@link DirectoryLock}: a server on the directory is then nobody's. */
    static void stop(Path directory) throws IOException {
        Path file = directory.resolve(PID_FILE);
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = Files.readAllLines(file);
        Optional<Long> pid = number(lines, 0);
        if (pid.isEmpty()) {
            Files.delete(file);
            return;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid.get()).filter(ProcessHandle::isAlive);
        if (process.isEmpty()) {
            // PostgreSQL replaces the file of a dead server itself, after making sure that none of its workers lives.
            return;
        }
        if (isServerOf(process.get(), directory, lines)) {
            stopAndWait(process.get(), file);
        } else {
            Files.delete(file);
        }
    }

    private static boolean isServerOf(ProcessHandle process, Path directory, List<String> lines) {
        ProcessHandle.Info info = process.info();
        boolean isPostgres = info.command()
                .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(false);
        boolean namesDirectory = info.arguments()
                .map(arguments -> Arrays.asList(arguments).contains(directory.toString()))
                .orElse(false);
        boolean startedWithFile = info.startInstant()
                .flatMap(started -> number(lines, 2)
                        .map(seconds -> Duration.between(Instant.ofEpochSecond(seconds), started)
                                        .abs()
                                        .compareTo(SAME_START)
                                < 0))
                .orElse(false);
        return isPostgres && (namesDirectory || startedWithFile);
    }

    /** Fast shutdown. SIGTERM would wait for its clients, and one that survived the JVM may never leave. */
    private static void stopAndWait(ProcessHandle process, Path file) throws IOException {
        String pid = Long.toString(process.pid());
        Optional<Path> control =
                process.info().command().map(server -> Path.of(server).resolveSibling("pg_ctl.exe"));
        boolean onWindows = control.isPresent() && Files.exists(control.get());
        ProcessBuilder interrupt = onWindows
                ? new ProcessBuilder(control.get().toString(), "kill", "INT", pid)
                : new ProcessBuilder("kill", "-INT", pid);
        try {
            interrupt.start().waitFor();
            long deadline = System.nanoTime() + LONGEST_STOP.toNanos();
            // A server removes the file last, and may stay a zombie where nobody reaps it: either sign will do.
            while (process.isAlive() && Files.exists(file)) {
                if (System.nanoTime() > deadline) {
                    throw new CannotStart("The PostgreSQL server of the previous run (process " + pid
                            + ") does not stop: stop it, then start again.");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotStart("The start was interrupted.", interrupted);
        }
    }

    private static Optional<Long> number(List<String> lines, int line) {
        if (line >= lines.size() || !lines.get(line).strip().matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(lines.get(line).strip()));
    }
}
