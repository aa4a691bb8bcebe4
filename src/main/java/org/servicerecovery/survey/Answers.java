package org.servicerecovery.survey;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Variable;
import org.servicerecovery.trend.Trends;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What customers answer. Lock order: case. */
@Component
class Answers {

    static final int LONGEST = 2_000;
    private static final String SCORES = "[1-5]";
    private static final Actor CUSTOMER = new Actor("customer", "survey", Set.of(), true);

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Journal journal;
    private final Invitations invitations;
    private final SurveyLinks links;
    private final SurveyProperties settings;
    private final RecoveryProcess process;
    private final Trends trends;

    Answers(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Journal journal,
            Invitations invitations,
            SurveyLinks links,
            SurveyProperties settings,
            RecoveryProcess process,
            Trends trends) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.journal = journal;
        this.invitations = invitations;
        this.links = links;
        this.settings = settings;
        this.process = process;
        this.trends = trends;
    }

    /** What a link is about; it changes nothing, however many scanners of mails follow it. */
    Optional<Invitation> find(String token) {
        return links.read(token).flatMap(invitations::byPublicId);
    }

    boolean isUnhappy(int score) {
        return score <= settings.unhappyUpTo();
    }

    /**
     * Keeps an answer, the first alone.
     *
     * @param words as they came in, blank for none
     * @return false when the invitation takes none any more
     * @throws Refused naming the field {@code score} or {@code words}
     */
    @Transactional
    public boolean keep(Invitation asked, @Nullable String score, String words, String language) {
        Refused.Gathered wrong = new Refused.Gathered();
        if (score == null || !score.matches(SCORES)) {
            wrong.add("score", "survey.page.chooseOne");
        }
        // A line break of a form is two characters, and one to whoever typed it.
        if (words.replace("\r\n", "\n").length() > LONGEST) {
            wrong.add("words", "survey.page.tooLong", String.valueOf(LONGEST));
        } else if (words.indexOf('\0') >= 0) {
            wrong.add("words", "survey.page.noText");
        }
        wrong.refuseIfAny();
        int given = Integer.parseInt(String.valueOf(score));
        cases.lock(asked.caseId());
        if (invitations.byId(asked.id()).orElseThrow().state() != Invitation.State.OPEN) {
            return false;
        }
        db.sql("""
                        update survey_invitation set answered_at = ?, score = ?, words = ?, language = ?, remind_at = null
                         where id = ?""")
                .params(Timestamp.from(clock.instant()), given, words.isBlank() ? null : words, language, asked.id())
                .update();
        Map<String, Object> content = new HashMap<>();
        content.put("score", given);
        content.put("words", words.isBlank() ? null : words);
        journal.append(asked.caseId(), CUSTOMER, "survey answered", content);
        trends.changed(asked.caseId());
        if (isUnhappy(given)) {
            process.customerUnhappy(
                    asked.caseNumber() + "/survey-" + asked.id(), Map.of(Variable.SURVEY_ID.name(), asked.id()));
        }
        return true;
    }

    /** The customer wants to be asked no more, on any case. Said again it changes nothing. */
    @Transactional
    public void refuse(Invitation asked) {
        cases.lock(asked.caseId());
        Timestamp now = Timestamp.from(clock.instant());
        int first = db.sql("insert into survey_refusal (customer_id, refused_at) values (?, ?) on conflict do nothing")
                .params(asked.customerId(), now)
                .update();
        db.sql("""
                        update survey_invitation set refused_at = ?, remind_at = null
                         where id = ? and answered_at is null and refused_at is null""").params(now, asked.id()).update();
        if (first == 1) {
            journal.append(asked.caseId(), CUSTOMER, "surveys refused", Map.of());
        }
    }
}
