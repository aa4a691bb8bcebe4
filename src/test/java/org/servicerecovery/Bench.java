package org.servicerecovery;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** What the measurements run on. */
public final class Bench {

    private Bench() {}

    /** A folder of its own below target. Processes that an interrupted run started end with it. */
    public static Path directory(String name) throws IOException {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy)));
        return Files.createDirectories(Path.of("target", name).toAbsolutePath());
    }

    /** An empty server that loses no commit, with the memory that PostgreSQL's manual advises; its default is 128 MB. */
    public static EmbeddedPostgres.Builder durablePostgres(Path directory) throws IOException {
        Path data = directory.resolve("postgres");
        FileSystemUtils.deleteRecursively(data);
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("logging_collector", "on")
                .setServerConfig("shared_buffers", "1GB");
    }

    public static String machine() {
        return "%d cores, %s, JDK %s, durable PostgreSQL on the same machine"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.arch"),
                        System.getProperty("java.version"));
    }
}
