package org.servicerecovery.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What other systems have placed, each under their own id: twice is once. */
@Component
class Placings {

    /** @param isNew whether it was placed by this call */
    record Placed(UUID job, boolean isNew) {}

    private record Earlier(UUID job, byte[] digest) {}

    private static final int LONGEST_ID = 120;

    private final JdbcClient db;
    private final Clock clock;
    private final Jobs jobs;

    Placings(JdbcClient db, Clock clock, Jobs jobs) {
        this.db = db;
        this.clock = clock;
        this.jobs = jobs;
    }

    /** @throws Refused naming each field that is wrong, or when the id stands for another job already */
    @Transactional
    public Placed place(@Nullable String system, @Nullable String externalId, OrderFields fields) {
        Refused.Gathered wrong = new Refused.Gathered();
        String by = wrong.take(() -> id("system", system));
        String id = wrong.take(() -> id("externalId", externalId));
        if (by == null || id == null) {
            // What else is wrong is told with it.
            wrong.take(() -> jobs.checked(fields));
            wrong.refuseIfAny();
            throw new IllegalStateException("What is missing was refused.");
        }
        // Two calls with one id at once: the second waits, and finds what the first has placed.
        db.sql("select pg_advisory_xact_lock(hashtextextended(?, 40))")
                .param(by + "\n" + id)
                .query((row, n) -> true)
                .single();
        Optional<Earlier> earlier = db.sql(
                        "select job_id, digest from job_placing where system = ? and external_id = ?")
                .params(by, id)
                .query((row, n) -> new Earlier(row.getObject("job_id", UUID.class), row.getBytes("digest")))
                .optional();
        if (earlier.isPresent()) {
            // Not checked: its time may be over by now, or its skill gone from the settings.
            if (!fields.asWritten()
                    .map(Placings::digest)
                    .filter(digest -> Arrays.equals(earlier.get().digest(), digest))
                    .isPresent()) {
                throw Refused.conflict("jobs.refused.otherContent", id, by);
            }
            return new Placed(earlier.get().job(), false);
        }
        Order order = jobs.checked(fields);
        UUID job = jobs.place(order);
        db.sql("insert into job_placing (system, external_id, job_id, digest, placed_at) values (?, ?, ?, ?, ?)")
                .params(by, id, job, digest(order), Timestamp.from(clock.instant()))
                .update();
        return new Placed(job, true);
    }

    /** The job that a system has placed under its id. */
    Optional<UUID> of(String system, String externalId) {
        return db.sql("select job_id from job_placing where system = ? and external_id = ?")
                .params(system.strip(), externalId.strip())
                .query(UUID.class)
                .optional();
    }

    private static String id(String field, @Nullable String given) {
        String text = given == null ? "" : given.strip();
        if (text.isEmpty()) {
            throw Refused.field(field, "jobs.refused.missing");
        }
        if (text.length() > LONGEST_ID) {
            throw Refused.field(field, "jobs.refused.tooLong", String.valueOf(LONGEST_ID));
        }
        if (!text.matches("[\\p{Graph} ]+")) {
            throw Refused.field(field, "jobs.refused.id");
        }
        return text;
    }

    private static byte[] digest(Order order) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(order.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
