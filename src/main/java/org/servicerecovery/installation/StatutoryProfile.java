package org.servicerecovery.installation;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The rules of a regulator that this business answers by, if any. It counts for epochs that start from then on. */
@Component
public class StatutoryProfile {

    /** Which regulator's rules. */
    public enum Profile implements Coded {
        NONE("None"),
        /** Complaint Handling Code of the Housing Ombudsman (England). */
        HOUSING_OMBUDSMAN("Housing Ombudsman"),
        /** Dispute Resolution: Complaints, of the Financial Conduct Authority (UK). */
        FCA_DISP("FCA DISP");

        private final String label;

        Profile(String label) {
            this.label = label;
        }

        /** Whom it is for, in a sentence or two, for whoever asks. */
        public String meaning() {
            return Messages.text(key() + ".meaning");
        }

        @Override
        public String label() {
            return label;
        }
    }

    public record Chosen(Profile profile, Instant since) {}

    private final JdbcClient db;
    private final Clock clock;

    StatutoryProfile(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public Profile current() {
        return chosen().profile();
    }

    /** The current one, and since when. Which one it was before is not kept. */
    public Chosen chosen() {
        return db.sql("select profile, changed_at from statutory_profile")
                .query((row, n) -> new Chosen(
                        Coded.parse(Profile.class, "profile", row.getString("profile")),
                        row.getTimestamp("changed_at").toInstant()))
                .single();
    }

    /**
     * Choosing what is chosen already changes nothing, and not since when it is.
     *
     * @param by the user's id
     */
    @Transactional
    public void choose(Profile profile, String by) {
        db.sql("update statutory_profile set profile = :to, changed_by = :by, changed_at = :at where profile <> :to")
                .param("to", profile.code())
                .param("by", by)
                .param("at", Timestamp.from(clock.instant()))
                .update();
    }
}
