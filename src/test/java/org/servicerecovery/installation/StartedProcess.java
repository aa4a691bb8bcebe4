package org.servicerecovery.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A JVM of its own on this test's class path, so that it can be killed, and so that its exit code can be seen. */
public final class StartedProcess implements AutoCloseable {

    private final Process process;
    private final Path output;

    private StartedProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** One that starts quickly. */
    public static StartedProcess java(Path directory, Class<?> main, String... arguments) throws IOException {
        return java(directory, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), main, List.of(arguments));
    }

    public static StartedProcess java(Path directory, List<String> options, Class<?> main, List<String> arguments)
            throws IOException {
        Path output = Files.createTempFile(directory, main.getSimpleName(), ".out");
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new StartedProcess(process, output);
    }

    public String output() throws IOException {
        return Files.readString(output);
    }

    /** Waits for a line that begins like this and gives what follows on it. */
    public String awaitLine(String beginning) {
        return awaitLine(beginning, Duration.ofSeconds(60));
    }

    public String awaitLine(String beginning, Duration atMost) {
        return Awaitility.await(beginning)
                .atMost(atMost)
                .failFast(
                        "ended: " + output,
                        () -> !process.isAlive() && find(beginning).isEmpty())
                .until(() -> find(beginning), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<String> find(String beginning) throws IOException {
        String text = output();
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()).strip())
                .findFirst();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running, see " + output);
        }
        return process.exitValue();
    }

    public long pid() {
        return process.pid();
    }

    /** What {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    /** What {@code kill} and a service manager do. */
    public void terminate() throws InterruptedException {
        process.destroy();
        awaitExit();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            terminate();
        }
    }
}
