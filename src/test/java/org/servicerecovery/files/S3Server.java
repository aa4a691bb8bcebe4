package org.servicerecovery.files;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/** S3Proxy in a process of its own: speaks S3, checks signatures, keeps objects as files. */
final class S3Server implements AutoCloseable {

    private static final String BUCKET = "photos";

    private final Process process;
    private final Path objects;
    private final String endpoint;

    private S3Server(Process process, Path objects, String endpoint) {
        this.process = process;
        this.objects = objects;
        this.endpoint = endpoint;
    }

    static S3Server start() throws IOException {
        Path home = Files.createDirectories(
                Path.of("target", "s3", UUID.randomUUID().toString()));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String endpoint = "http://127.0.0.1:" + port;
        Path objects = Files.createDirectories(home.resolve("objects"));
        // A bucket is a folder there.
        Files.createDirectories(objects.resolve(BUCKET));
        Path settings = Files.write(
                home.resolve("s3proxy.conf"),
                List.of(
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.endpoint=" + endpoint,
                        "s3proxy.identity=somebody",
                        "s3proxy.credential=their-secret",
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.filesystem.basedir=" + objects.toAbsolutePath()));
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Path.of("target", "s3", "s3proxy.jar").toString(),
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("s3proxy.out").toFile())
                .start();
        Awaitility.await("the S3 server").atMost(Duration.ofMinutes(2)).until(() -> answers(port));
        return new S3Server(process, objects.resolve(BUCKET), endpoint);
    }

    private static boolean answers(int port) {
        try (Socket ignored = new Socket("127.0.0.1", port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    FilesProperties.S3 settings(String secret) {
        return new FilesProperties.S3(BUCKET, "us-east-1", endpoint, "cases/", "somebody", secret, true);
    }

    FilesProperties.S3 settings() {
        return settings("their-secret");
    }

    Path fileOf(UUID key) {
        return objects.resolve("cases").resolve(key.toString());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
