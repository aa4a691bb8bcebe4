package org.servicerecovery.trend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.servicerecovery.Loop;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.access.Role;
import org.servicerecovery.trend.Comparison.Withheld;
import org.servicerecovery.trend.MadeCases.Origin;
import org.servicerecovery.trend.taxonomy.TaxonomyChanges;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A tag that is split or retired while a measure is watched has not become rarer. */
@RunningApplication
class SuccessionTest {

    private static final LocalDate TOOK_HOLD = LocalDate.parse("2061-03-10");
    private static final Instant BEFORE = Instant.parse("2061-02-10T10:00:00Z");
    private static final Instant CHANGED = Instant.parse("2061-03-12T10:00:00Z");
    private static final Instant AFTER = Instant.parse("2061-04-10T10:00:00Z");

    @Autowired
    ApplicationContext application;

    @Autowired
    Comparisons comparisons;

    @Autowired
    TaxonomyChanges taxonomy;

    @Autowired
    TrendFold fold;

    @Autowired
    Trends trends;

    @Autowired
    JdbcClient db;

    @Autowired
    TransactionTemplate transaction;

    MadeCases made;
    Loop loop;
    String tag = "";

    @BeforeEach
    void itIs() {
        Loop.itIs(Instant.parse("2060-01-01T10:00:00Z"));
        loop = new Loop(application);
        made = new MadeCases(db, trends, transaction);
        tag = loop.tag();
        close(loop.tag(), 1, Instant.parse("2059-01-10T10:00:00Z"));
        close(tag, 10, BEFORE);
        Loop.itIs(CHANGED);
    }

    @AfterEach
    void nothingIsLeft() {
        ClockUtil.reset();
        made.removeAll();
        fold.recount();
    }

    @Test
    void aTagThatIsSplitWhileItIsWatchedIsCountedWithItsParts() {
        String one = tag + "-one";
        String other = tag + "-other";
        lead(() -> taxonomy.split(tag, List.of(part(one), part(other))));
        close(one, 6, AFTER);
        close(other, 4, AFTER);
        Comparison found = compare(tag);
        assertThat(found.before().cases()).isEqualTo(10);
        assertThat(found.after().cases()).isEqualTo(10);
        assertThat(found.countedAlong()).containsExactly("Label of " + one, "Label of " + other);
        assertThat(found.proposal()).isEqualTo("no-effect");
        assertThat(comparisons.read(comparisons.write(found))).isEqualTo(found);

        Comparison ofPart = compare(one);
        assertThat(ofPart.before().cases()).isZero();
        assertThat(ofPart.withheld())
                .as("its cases were called otherwise before")
                .isEqualTo(Withheld.TAXONOMY);
        assertThat(ofPart.proposal()).isNull();

        String known = loop.tag();
        close(known, 1, AFTER);
        lead(() -> taxonomy.merge(other, known));
        assertThat(compare(tag).after().cases())
                .as("with what a part was merged into")
                .isEqualTo(11);

        lead(() -> taxonomy.revive(tag));
        assertThat(compare(tag).withheld()).as("chosen again, beside its parts").isEqualTo(Withheld.TAXONOMY);
    }

    @Test
    void aTagThatIsRetiredForAnotherIsCountedWithThatAndOneThatIsRetiredForNoneWithNothing() {
        String instead = loop.tag();
        lead(() -> taxonomy.retire(tag, instead));
        close(instead, 9, AFTER);
        Comparison found = compare(tag);
        assertThat(found.before().cases()).isEqualTo(10);
        assertThat(found.after().cases()).isEqualTo(9);
        assertThat(found.countedAlong()).containsExactly("Label of " + instead);
        assertThat(found.proposal()).isEqualTo("no-effect");
        assertThat(compare(instead).withheld())
                .as("it has the cases of another")
                .isEqualTo(Withheld.TAXONOMY);

        String alone = loop.tag();
        close(alone, 10, BEFORE);
        lead(() -> taxonomy.retire(alone, null));
        Comparison gone = compare(alone);
        assertThat(gone.verdict()).isEqualTo(Comparison.Verdict.FEWER);
        assertThat(gone.withheld()).as("nobody may choose it").isEqualTo(Withheld.TAXONOMY);
    }

    @Test
    void whatWasTakenOutOfATagAgainIsNotAFallAndWhatChangedLongBeforeIsNothingToMind() {
        String merged = loop.tag();
        lead(() -> taxonomy.merge(merged, tag));
        assertThat(compare(tag).withheld())
                .as("merged tags are counted as one all the time")
                .isNotEqualTo(Withheld.TAXONOMY);
        lead(() -> taxonomy.undoMerge(merged));
        assertThat(compare(tag).withheld()).isEqualTo(Withheld.TAXONOMY);
        close(tag, 1, AFTER);
        assertThat(comparisons
                        .ofCause(idOf(tag), LocalDate.parse("2061-05-20"), 8)
                        .withheld())
                .as("eight weeks before are all after that")
                .isNull();
    }

    private Comparison compare(String code) {
        return comparisons.ofCause(idOf(code), TOOK_HOLD, 8);
    }

    private static TaxonomyChanges.Part part(String code) {
        return new TaxonomyChanges.Part(code, "Label of " + code, "");
    }

    private void lead(Runnable work) {
        loop.does(Role.CX_LEAD, work);
    }

    private void close(String code, int cases, Instant resolved) {
        for (int i = 0; i < cases; i++) {
            made.close(idOf(code), resolved, Origin.NONE, "owner-0");
        }
    }

    private long idOf(String code) {
        return db.sql("select id from root_cause_tag where code = ?")
                .param(code)
                .query(Long.class)
                .single();
    }
}
