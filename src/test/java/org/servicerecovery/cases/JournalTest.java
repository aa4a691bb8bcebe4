package org.servicerecovery.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The chain of a case's journal, against somebody who can write to the database past its trigger. */
@RunningApplication
class JournalTest {

    @Autowired
    ApplicationContext application;

    @Autowired
    Journal journal;

    @Autowired
    JdbcClient db;

    @Autowired
    TransactionTemplate transaction;

    long caseId;

    @BeforeEach
    void aCaseWithAHistory() {
        caseId = new Loop(application).planned(Severity.MINOR, 2).id();
        assertThat(journal.of(caseId)).hasSizeGreaterThanOrEqualTo(4);
        assertThat(journal.firstBrokenEntry(caseId)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update case_event set content = '{\"summary\":\"Nothing happened\"}' where case_id = ? and seq = 2",
                "update case_event set salt = null, content = '{\"forged\":true}' where case_id = ? and seq = 2",
                "update case_event set content = null where case_id = ? and seq = 2",
                "update case_event set actor = 'somebody-else' where case_id = ? and seq = 2",
                "update case_event set at = at - interval '1 hour' where case_id = ? and seq = 2",
                "update case_event set kind = 'case closed' where case_id = ? and seq = 2"
            })
    void aForgedEntryShows(String forgery) {
        pastTheTrigger(forgery);

        assertThat(journal.firstBrokenEntry(caseId)).hasValue(2);
    }

    @Test
    void aRemovedEntryShows() {
        pastTheTrigger("delete from case_event where case_id = ? and seq = 2");

        assertThat(journal.firstBrokenEntry(caseId)).hasValue(2);
    }

    @Test
    void erasedContentKeepsTheChain() {
        db.sql("update case_event set content = null, salt = null where case_id = ? and seq = 2")
                .param(caseId)
                .update();

        assertThat(journal.firstBrokenEntry(caseId)).isEmpty();
    }

    @Test
    void theTriggerLetsNobodyChangeOrRemoveAnEntry() {
        assertThatThrownBy(() -> db.sql("update case_event set actor = 'x' where case_id = ?")
                        .param(caseId)
                        .update())
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> db.sql("delete from case_event where case_id = ?")
                        .param(caseId)
                        .update())
                .hasMessageContaining("append-only");
    }

    private void pastTheTrigger(String sql) {
        transaction.executeWithoutResult(status -> {
            db.sql("set local session_replication_role = replica").update();
            assertThat(db.sql(sql).param(caseId).update()).isOne();
        });
    }
}
