package org.servicerecovery.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.servicerecovery.installation.CannotStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The bytes of files, in whichever store they are. That bytes are about to be written is committed first, and that a
 * file refers to them with the file itself. Whatever died between the two, or is not referred to any more, is removed by
 * {@link #sweep}.
 */
@Component
@EnableConfigurationProperties(FilesProperties.class)
public class Contents {

    private record Swept(UUID key, String store) {}

    private static final Logger LOG = LoggerFactory.getLogger(Contents.class);
    /** Longer than any upload takes once its bytes are here. */
    private static final Duration DEAD_AFTER = Duration.ofHours(1);

    private final JdbcClient db;
    private final Clock clock;
    private final Map<String, ContentStore> stores;
    private final ContentStore current;
    private final TransactionTemplate transaction;

    Contents(
            JdbcClient db,
            Clock clock,
            List<ContentStore> stores,
            FilesProperties properties,
            PlatformTransactionManager transactions) {
        this.db = db;
        this.clock = clock;
        this.stores = stores.stream().collect(Collectors.toMap(ContentStore::name, Function.identity()));
        this.transaction = new TransactionTemplate(transactions);
        ContentStore wanted = this.stores.get(properties.store());
        if (wanted == null) {
            throw new CannotStart(
                    properties.store().equals("s3")
                            ? "Files are to be kept in S3 (service-recovery.files.store), and no bucket is named:"
                                    + " set service-recovery.files.s3.bucket."
                            : "service-recovery.files.store is \"" + properties.store()
                                    + "\"; it can be postgresql or s3.");
        }
        this.current = wanted;
    }

    /** Writes bytes, outside of any transaction; nobody has them until {@link #keep}. */
    public UUID write(Path bytes) throws IOException {
        UUID key = UUID.randomUUID();
        db.sql("insert into file_content (key, store, state, since) values (?, ?, 'WRITING', ?)")
                .params(key, current.name(), Timestamp.from(clock.instant()))
                .update();
        current.put(key, bytes);
        return key;
    }

    /** @return whether the bytes are still there to be kept: an upload that took too long was swept */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean keep(UUID key) {
        return db.sql("update file_content set state = 'KEPT' where key = ? and state = 'WRITING'")
                        .param(key)
                        .update()
                == 1;
    }

    /**
     * An upload is over: its bytes go, unless a file has been recorded with them. Whoever does not know whether the commit
     * went through may call this.
     */
    public void discardUnlessKept(UUID key) {
        db.sql("update file_content set state = 'GONE', since = ? where key = ? and state = 'WRITING'")
                .params(Timestamp.from(clock.instant()), key)
                .update();
    }

    /** Nobody needs the bytes any more. */
    public void drop(UUID key) {
        db.sql("update file_content set state = 'GONE', since = ? where key = ?")
                .params(Timestamp.from(clock.instant()), key)
                .update();
    }

    public InputStream open(UUID key) throws IOException {
        String store = db.sql("select store from file_content where key = ?")
                .param(key)
                .query(String.class)
                .single();
        return storeOf(store).open(key);
    }

    private ContentStore storeOf(String name) throws IOException {
        ContentStore store = stores.get(name);
        if (store == null) {
            throw new IOException("Files are kept in \"" + name + "\", and that is not set up any more.");
        }
        return store;
    }

    /** Removes the bytes that no file refers to. */
    @Scheduled(fixedDelayString = "${service-recovery.files.sweep-every:PT1M}")
    public void sweep() {
        try {
            while (Boolean.TRUE.equals(transaction.execute(status -> sweepNext()))) {
                // The next one.
            }
        } catch (StoreFailed e) {
            LOG.warn("Files that nobody needs could not be removed; it is tried again.", e.getCause());
        }
    }

    private boolean sweepNext() {
        Instant now = clock.instant();
        Optional<Swept> next = db.sql("""
                        select key, store from file_content
                         where state <> 'KEPT' and (state = 'GONE' or since < :dead) and store in (:stores)
                         order by since limit 1 for update skip locked""")
                .param("dead", Timestamp.from(now.minus(DEAD_AFTER)))
                .param("stores", stores.keySet())
                .query((row, n) -> new Swept(row.getObject("key", UUID.class), row.getString("store")))
                .optional();
        next.ifPresent(swept -> {
            try {
                // Before the row: if we die in between, it is done again.
                storeOf(swept.store()).delete(swept.key());
            } catch (IOException e) {
                throw new StoreFailed(e);
            }
            db.sql("delete from file_content where key = ?").param(swept.key()).update();
        });
        return next.isPresent();
    }

    private static final class StoreFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StoreFailed(IOException cause) {
            super(cause);
        }
    }
}
