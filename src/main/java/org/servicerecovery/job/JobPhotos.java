package org.servicerecovery.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.files.Contents;
import org.servicerecovery.files.Intake;
import org.servicerecovery.files.NotTaken;
import org.servicerecovery.files.Picture;
import org.springframework.core.io.InputStreamSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The photos that operatives take of their work. */
@Component
public class JobPhotos {

    /** @param content the key of its bytes, which never change */
    public record Photo(UUID id, String name, String type, long size, UUID content) {}

    private final JdbcClient db;
    private final Clock clock;
    private final Jobs jobs;
    private final Intake intake;
    private final Contents contents;
    private final JobsProperties properties;
    private final TransactionTemplate transaction;

    JobPhotos(
            JdbcClient db,
            Clock clock,
            Jobs jobs,
            Intake intake,
            Contents contents,
            JobsProperties properties,
            PlatformTransactionManager transactions) {
        this.db = db;
        this.clock = clock;
        this.jobs = jobs;
        this.intake = intake;
        this.contents = contents;
        this.properties = properties;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** In the order in which they were added. */
    public List<Photo> of(UUID job) {
        return db.sql("select * from job_photo where job_id = ? order by uploaded_at, id")
                .param(job)
                .query((row, n) -> new Photo(
                        row.getObject("id", UUID.class),
                        row.getString("name"),
                        row.getString("type"),
                        row.getLong("size"),
                        row.getObject("content", UUID.class)))
                .list();
    }

    public Optional<Photo> find(UUID job, UUID photo) {
        return of(job).stream().filter(each -> each.id().equals(photo)).findFirst();
    }

    /** Closed by whoever takes it. */
    public InputStream open(Photo photo) throws IOException {
        return contents.open(photo.content());
    }

    /** A small JPEG. */
    public Optional<byte[]> thumbnail(UUID job, UUID photo) {
        return db.sql("select thumbnail from job_photo where job_id = ? and id = ?")
                .params(job, photo)
                .query(byte[].class)
                .optional();
    }

    /**
     * Adds a photo to the job that the current operative has, also to one that was cancelled or reported by somebody else
     * meanwhile: what they took pictures of was done.
     *
     * @return why it is not taken, in words for whoever sent it; empty when the job has it now
     * @throws Refused when the job is not theirs, or over
     */
    Optional<String> add(String number, @Nullable String name, InputStreamSource sent, long size) throws IOException {
        Worker worker = Worker.current();
        requireMayAdd(
                worker,
                jobs.byNumber(number).orElseThrow(() -> Refused.notFound("jobs.refused.unknown", number)),
                number);
        try (Intake.Taken taken = intake.takePhoto(sent, size)) {
            Picture picture = Objects.requireNonNull(taken.picture(), "a photo is a picture");
            UUID key = contents.write(taken.bytes());
            try {
                record(worker, number, Intake.shownName(name), taken, picture, key, Files.size(taken.bytes()));
            } finally {
                contents.discardUnlessKept(key);
            }
            return Optional.empty();
        } catch (NotTaken why) {
            return Optional.of(why.sentence());
        }
    }

    private void record(
            Worker worker, String number, String name, Intake.Taken taken, Picture picture, UUID key, long size) {
        transaction.executeWithoutResult(status -> {
            Job job = jobs.lock("where number = ?", number);
            requireMayAdd(worker, job, number);
            int photos = Objects.requireNonNull(
                    db.sql("select count(*) from job_photo where job_id = ? and original_sha256 <> ?")
                            .params(job.id(), taken.originalSha256())
                            .query(Integer.class)
                            .single());
            if (photos >= properties.mostPhotos()) {
                throw new NotTaken(Messages.text("jobs.refused.tooManyPhotos", String.valueOf(photos)));
            }
            int added = db.sql("""
                            insert into job_photo (id, job_id, name, type, size, width, height, original_sha256, content,
                                                   thumbnail, uploaded_by, uploaded_at)
                            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            on conflict (job_id, original_sha256) do nothing""")
                    .params(
                            UUID.randomUUID(),
                            job.id(),
                            name,
                            taken.kind().type(),
                            size,
                            picture.width(),
                            picture.height(),
                            taken.originalSha256(),
                            key,
                            picture.thumbnail(),
                            worker.id(),
                            Timestamp.from(clock.instant()))
                    .update();
            if (added == 1 && !contents.keep(key)) {
                throw new NotTaken(Messages.text("photos.refused.tooSlow"));
            }
        });
    }

    private static void requireMayAdd(Worker worker, Job job, String number) {
        if (!worker.has(job)) {
            throw Refused.conflict("jobs.refused.notYours", number);
        }
        if (job.state() != JobState.OPEN && worker.id().equals(job.endedBy())) {
            throw Refused.conflict("jobs.refused.over", number);
        }
    }

    /** Removes a photo of the current operative's open job. */
    @Transactional
    public void remove(String number, UUID photo) {
        Job job = jobs.lock("where number = ?", number);
        requireMayAdd(Worker.current(), job, number);
        if (job.state() != JobState.OPEN) {
            throw Refused.conflict("jobs.refused.over", number);
        }
        db.sql("select content from job_photo where job_id = ? and id = ?")
                .params(job.id(), photo)
                .query(UUID.class)
                .optional()
                .ifPresent(content -> {
                    db.sql("delete from job_photo where id = ?").param(photo).update();
                    contents.drop(content);
                });
    }
}
