package org.servicerecovery.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.files.Contents;
import org.servicerecovery.files.FileKind;
import org.servicerecovery.files.Intake;
import org.servicerecovery.files.NotTaken;
import org.servicerecovery.files.Picture;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepCompleting;
import org.servicerecovery.plan.StepState;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.io.InputStreamSource;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The files of cases: what is taken, who may add, see and remove it. */
@Component
@EnableConfigurationProperties(EvidenceProperties.class)
public class Evidence {

    /** What became of a file that was sent. */
    public sealed interface Answer {

        record Added(CaseFile file) implements Answer {}

        /** The case has the same bytes already, as this file. */
        record AlreadyThere(CaseFile file, String sentence) implements Answer {}

        /** @param sentence why, in words for whoever sent it */
        record Refused(String sentence) implements Answer {}
    }

    /** A file, and the key of its bytes, which never change. */
    public record Kept(
            CaseFile file, UUID content, @Nullable Long stepId) {}

    static final String PHOTO_STEP = "photos-of-correction";
    private static final int LONGEST_REASON = 500;

    private static final String SELECT = """
            select f.id, f.step_id, s.seq as step_seq, f.name, f.type, f.size, f.width, f.height, f.original_sha256,
                   f.content, f.uploaded_by, f.uploaded_at,
                   s.settled_at is not null or c.state not in ('OPEN', 'RESOLVED') as settled
              from case_file f join recovery_case c on c.id = f.case_id left join plan_step s on s.id = f.step_id
            """;
    private static final RowMapper<Kept> FILE = (row, n) -> new Kept(
            new CaseFile(
                    row.getLong("id"),
                    row.getObject("step_seq", Integer.class),
                    row.getString("name"),
                    row.getString("type"),
                    FileKind.of(row.getString("type")).orElseThrow().isPhoto(),
                    row.getLong("size"),
                    row.getObject("width", Integer.class),
                    row.getObject("height", Integer.class),
                    HexFormat.of().formatHex(row.getBytes("original_sha256")),
                    row.getString("uploaded_by"),
                    row.getTimestamp("uploaded_at").toInstant(),
                    mayRemove(row.getString("uploaded_by"), row.getBoolean("settled"))),
            row.getObject("content", UUID.class),
            row.getObject("step_id", Long.class));

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Plan plan;
    private final CaseAccess access;
    private final Journal journal;
    private final Intake intake;
    private final Contents contents;
    private final EvidenceProperties limits;
    private final TransactionTemplate transaction;

    Evidence(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Plan plan,
            CaseAccess access,
            Journal journal,
            Intake intake,
            Contents contents,
            EvidenceProperties limits,
            PlatformTransactionManager transactions) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.plan = plan;
        this.access = access;
        this.journal = journal;
        this.intake = intake;
        this.contents = contents;
        this.limits = limits;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** The files of a case, the oldest first; whether the reader may see the case is asked already. */
    public List<CaseFile> files(long caseId) {
        return db.sql(SELECT + "where f.case_id = ? order by f.id").param(caseId).query(FILE).list().stream()
                .map(Kept::file)
                .toList();
    }

    /** @throws Refused when the current user may not see the case */
    public List<CaseFile> files(CaseNumber number) {
        return files(seen(number).id());
    }

    /**
     * Adds a file to a case, or to a step of it. Judging and writing it takes no lock; only that it belongs to the case is
     * recorded under the case's.
     *
     * @param stepSeq the step whose work it shows, or null
     * @param name as it was called where it came from
     * @param size in bytes
     * @throws Refused when the current user may add no files there, whatever the file is
     * @throws IOException when the bytes cannot be read, or the store cannot be reached
     */
    public Answer add(CaseNumber number, @Nullable Integer stepSeq, String name, InputStreamSource sent, long size)
            throws IOException {
        RecoveryCase found = cases.get(number);
        Step step = requireMayAdd(found, stepSeq);
        try (Intake.Taken taken = intake.take(sent, size)) {
            Optional<Answer> there = sameBytes(found.id(), step, taken.originalSha256());
            if (there.isPresent()) {
                return there.get();
            }
            UUID key = contents.write(taken.bytes());
            try {
                return record(number, stepSeq, Intake.shownName(name), taken, key, Files.size(taken.bytes()));
            } finally {
                contents.discardUnlessKept(key);
            }
        } catch (NotTaken why) {
            return new Answer.Refused(why.sentence());
        }
    }

    private Answer record(
            CaseNumber number, @Nullable Integer stepSeq, String name, Intake.Taken taken, UUID key, long size) {
        return Objects.requireNonNull(transaction.execute(status -> {
            RecoveryCase found = cases.lock(number);
            // Once more, now that nothing moves: the step may have been settled and the case handed over meanwhile.
            Step step = requireMayAdd(found, stepSeq);
            Optional<Answer> there = sameBytes(found.id(), step, taken.originalSha256());
            if (there.isPresent()) {
                return there.get();
            }
            int files = db.sql("select count(*) from case_file where case_id = ?")
                    .param(found.id())
                    .query(Integer.class)
                    .single();
            if (files >= limits.mostPerCase()) {
                throw new NotTaken(Messages.text("photos.refused.tooMany", String.valueOf(files)));
            }
            if (!contents.keep(key)) {
                throw new NotTaken(Messages.text("photos.refused.tooSlow"));
            }
            Picture picture = taken.picture();
            long id = db.sql("""
                            insert into case_file (case_id, step_id, name, type, size, width, height, original_sha256,
                                                   content, thumbnail, uploaded_by, uploaded_at)
                            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id""")
                    .params(
                            found.id(),
                            step == null ? null : step.id(),
                            name,
                            taken.kind().type(),
                            size,
                            picture == null ? null : picture.width(),
                            picture == null ? null : picture.height(),
                            taken.originalSha256(),
                            key,
                            picture == null ? null : picture.thumbnail(),
                            Actor.current().id(),
                            Timestamp.from(clock.instant()))
                    .query(Long.class)
                    .single();
            CaseFile added = kept(found, id).file();
            journal.append(found.id(), kind(added) + " added", content(added));
            return new Answer.Added(added);
        }));
    }

    /**
     * What to answer when the case has the same bytes. A file of the case that is sent again for a step becomes that
     * step's.
     */
    private Optional<Answer> sameBytes(long caseId, @Nullable Step step, byte[] sha256) {
        Optional<Kept> same = db.sql(SELECT + "where f.case_id = ? and f.original_sha256 = ?")
                .params(caseId, sha256)
                .query(FILE)
                .optional();
        return same.map(there -> step != null && there.stepId() == null
                ? attach(caseId, there.file().id(), step)
                : new Answer.AlreadyThere(there.file(), alreadyThere(there.file(), step)));
    }

    private Answer attach(long caseId, long id, Step step) {
        return Objects.requireNonNull(transaction.execute(status -> {
            RecoveryCase found = cases.lock(caseId);
            requireMayAdd(found, step.seq());
            int attached = db.sql("update case_file set step_id = ? where id = ? and step_id is null")
                    .params(step.id(), id)
                    .update();
            CaseFile file = kept(found, id).file();
            if (attached == 0) {
                return new Answer.AlreadyThere(file, alreadyThere(file, step));
            }
            journal.append(caseId, kind(file) + " added", content(file));
            return new Answer.Added(file);
        }));
    }

    private String alreadyThere(CaseFile file, @Nullable Step step) {
        Integer at = file.stepSeq();
        return at == null || (step != null && step.seq() == at)
                ? Messages.text("photos.alreadyThere", file.name())
                : Messages.text("photos.alreadyThereAtStep", file.name(), String.valueOf(at));
    }

    /** @throws Refused when the case has no such file, or the current user may not see it */
    public Kept file(CaseNumber number, long id) {
        return kept(seen(number), id);
    }

    /** The bytes of a file that the current user may see; closed by whoever takes them. */
    public InputStream open(Kept seen) throws IOException {
        return contents.open(seen.content());
    }

    /** A small JPEG of a photo. */
    public byte[] thumbnail(CaseNumber number, long id) {
        RecoveryCase found = seen(number);
        return db.sql("select thumbnail from case_file where id = ? and case_id = ? and thumbnail is not null")
                .params(id, found.id())
                .query(byte[].class)
                .optional()
                .orElseThrow(() -> Refused.notFound("photos.noSuchPhoto", number.value(), "" + id));
    }

    /**
     * Removes a file: whoever added it while its step is open, a lead at any time. A completed step keeps one photo at
     * least.
     *
     * @throws Refused when the current user may not, or there is no reason
     */
    @Transactional
    public void remove(CaseNumber number, long id, String reason) {
        if (reason.isBlank()) {
            throw Refused.field("reason", "photos.reasonMissing");
        }
        if (reason.length() > LONGEST_REASON) {
            throw Refused.field("reason", "photos.reasonTooLong", String.valueOf(LONGEST_REASON));
        }
        RecoveryCase found = cases.lock(number);
        access.requireMaySee(found);
        Kept kept = kept(found, id);
        CaseFile file = kept.file();
        Step step = file.stepSeq() == null ? null : plan.step(found, file.stepSeq());
        if (!file.removable()) {
            throw Refused.forbidden(
                    file.uploadedBy().equals(Actor.current().id()) ? "photos.settled" : "photos.notYours");
        }
        if (step != null && isCompletedPhotoStep(step) && file.photo() && photos(step) == 1) {
            throw Refused.conflict("photos.lastOfStep", String.valueOf(step.seq()));
        }
        db.sql("delete from case_file where id = ?").param(id).update();
        contents.drop(kept.content());
        Map<String, Object> content = content(file);
        content.put("reason", reason.strip());
        journal.append(found.id(), kind(file) + " removed", content);
    }

    /** "Photos of correction" is done when there are photos. */
    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void completing(StepCompleting completing) {
        if (completing.step().type().equals(PHOTO_STEP) && photos(completing.step()) == 0) {
            throw Refused.field("outcome", "photos.noneYet");
        }
    }

    private static boolean isCompletedPhotoStep(Step step) {
        return step.type().equals(PHOTO_STEP) && step.state() == StepState.COMPLETED;
    }

    private int photos(Step step) {
        return db.sql("select count(*) from case_file where step_id = ? and thumbnail is not null")
                .param(step.id())
                .query(Integer.class)
                .single();
    }

    private Kept kept(RecoveryCase of, long id) {
        return db.sql(SELECT + "where f.id = ? and f.case_id = ?")
                .params(id, of.id())
                .query(FILE)
                .optional()
                .orElseThrow(
                        () -> Refused.notFound("photos.noSuchFile", of.number().value(), String.valueOf(id)));
    }

    private RecoveryCase seen(CaseNumber number) {
        RecoveryCase found = cases.get(number);
        access.requireMaySee(found);
        return found;
    }

    private @Nullable Step requireMayAdd(RecoveryCase found, @Nullable Integer stepSeq) {
        access.requireTakesPart(found);
        if (found.state().isOver()) {
            throw Refused.conflict("photos.caseOver", found.number().value());
        }
        if (stepSeq == null) {
            return null;
        }
        Step step = plan.step(found, stepSeq);
        // A lead may put the right photo in the place of a wrong one.
        if (step.state().isSettled() && !CaseRoles.worksEveryCase(Actor.current())) {
            throw Refused.conflict("photos.stepSettled", String.valueOf(stepSeq));
        }
        return step;
    }

    private static boolean mayRemove(String uploadedBy, boolean settled) {
        Actor reader = Actor.current();
        return CaseRoles.worksEveryCase(reader) || (!settled && uploadedBy.equals(reader.id()));
    }

    private static String kind(CaseFile file) {
        return file.photo() ? "photo" : "file";
    }

    private static Map<String, Object> content(CaseFile file) {
        Map<String, Object> content = new HashMap<>(
                Map.of("file", file.id(), "name", file.name(), "type", file.type(), "sha256", file.originalSha256()));
        if (file.stepSeq() != null) {
            content.put("step", file.stepSeq());
        }
        return content;
    }
}
