package org.servicerecovery.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.installation.CannotStart;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** Files in a bucket, by a server that speaks S3 in a process of its own. */
@RunningApplication
class S3StoreTest {

    private static S3Server server;

    @Autowired
    ApplicationContext application;

    @Autowired
    JdbcClient db;

    @Autowired
    Clock clock;

    @Autowired
    PostgresStore postgres;

    @Autowired
    Intake intake;

    @Autowired
    Contents withoutS3;

    @BeforeAll
    static void start() throws IOException {
        server = S3Server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void timeGoesOn() {
        ClockUtil.reset();
    }

    @Test
    void bytesAreWrittenReadAndRemovedAndWhatTheServerRefusesIsAFailure() throws Exception {
        S3Store store = new S3Store(files("s3", server.settings()));
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(Files.createTempFile(Path.of("target"), "s3", ".bin"), bytes);
        UUID key = UUID.randomUUID();

        store.put(key, file);

        try (InputStream in = store.open(key)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(server.fileOf(key)).hasBinaryContent(bytes);
        store.delete(key);
        store.delete(key);
        assertThat(server.fileOf(key)).doesNotExist();
        assertThatThrownBy(() -> store.open(key)).isInstanceOf(IOException.class);
        S3Store impostor = new S3Store(files("s3", server.settings("another secret")));
        assertThatThrownBy(() -> impostor.put(key, file)).isInstanceOf(IOException.class);
        assertThat(server.fileOf(key)).doesNotExist();
        store.destroy();
        impostor.destroy();
        Files.delete(file);
    }

    @Test
    void aPhotoLivesInTheBucketAndLeavesItWithItsRow() throws Exception {
        S3Store store = new S3Store(files("s3", server.settings()));
        Contents contents = contents(files("s3", server.settings()), store);
        byte[] photo = Pictures.photo(800, 600, 1, 20);
        UUID key;
        try (Intake.Taken taken = intake.take(() -> new ByteArrayInputStream(photo), photo.length)) {
            key = contents.write(taken.bytes());
            assertThat(server.fileOf(key)).exists().hasSize(Files.size(taken.bytes()));
        }

        assertThat(inTransaction(() -> contents.keep(key))).isTrue();

        assertThat(db.sql("select count(*) from file_piece where content = ?")
                        .param(key)
                        .query(Long.class)
                        .single())
                .isZero();
        try (InputStream in = contents.open(key)) {
            assertThat(server.fileOf(key)).hasBinaryContent(in.readAllBytes());
        }
        // Kept there for good, and S3 is not set up any more: a failure that is told, and nothing is swept.
        assertThatThrownBy(() -> withoutS3.open(key)).isInstanceOf(IOException.class);
        inTransaction(() -> {
            contents.drop(key);
            return true;
        });
        withoutS3.sweep();
        assertThat(server.fileOf(key)).exists();
        contents.sweep();
        assertThat(server.fileOf(key)).doesNotExist();
        assertThat(state(key)).isEmpty();
        store.destroy();
    }

    @Test
    void whatDiesBetweenTheBucketAndTheCommitIsSwept() throws Exception {
        FilesProperties properties = files("s3", server.settings());
        S3Store store = new S3Store(properties);
        Contents contents = contents(properties, store);
        Path file = Files.write(Files.createTempFile(Path.of("target"), "s3", ".bin"), new byte[100]);

        UUID key = contents.write(file);
        contents.sweep();
        assertThat(server.fileOf(key)).exists();

        Loop.itIs(clock.instant().plus(Duration.ofHours(2)));
        contents.sweep();
        assertThat(server.fileOf(key)).doesNotExist();
        assertThat(state(key)).isEmpty();
        store.destroy();
        Files.delete(file);
    }

    @Test
    void aStoreThatIsNotSetUpIsToldAtTheStart() {
        assertThatThrownBy(() -> contents(files("s3", server.settings())))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("service-recovery.files.s3.bucket");
        assertThatThrownBy(() -> contents(files("disk", server.settings())))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("postgresql or s3");
    }

    private static FilesProperties files(String store, FilesProperties.S3 s3) {
        return new FilesProperties(DataSize.ofMegabytes(25), 50, store, s3);
    }

    private Contents contents(FilesProperties properties, ContentStore... further) {
        List<ContentStore> stores = new ArrayList<>(List.of(postgres));
        stores.addAll(List.of(further));
        return new Contents(db, clock, stores, properties, application.getBean(PlatformTransactionManager.class));
    }

    private boolean inTransaction(Supplier<Boolean> work) {
        return Boolean.TRUE.equals(new TransactionTemplate(application.getBean(PlatformTransactionManager.class))
                .execute(status -> work.get()));
    }

    private List<String> state(UUID key) {
        return db.sql("select state from file_content where key = ?")
                .param(key)
                .query(String.class)
                .list();
    }
}
