package org.servicerecovery.installation;

import java.sql.Timestamp;
import java.time.Clock;
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

    private final JdbcClient db;
    private final Clock clock;

    StatutoryProfile(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    public Profile current() {
        return Coded.parse(
                Profile.class,
                "profile",
                db.sql("select profile from statutory_profile")
                        .query(String.class)
                        .single());
    }

    /** @param by the user's id */
    @Transactional
    public void choose(Profile profile, String by) {
        db.sql("update statutory_profile set profile = ?, changed_by = ?, changed_at = ?")
                .params(profile.code(), by, Timestamp.from(clock.instant()))
                .update();
    }
}
