package org.servicerecovery.resolution;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Tasks;
import org.servicerecovery.sla.Clocks;
import org.servicerecovery.trend.Trends;
import org.servicerecovery.trend.taxonomy.RootCauseTag;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Resolutions. None is recorded without a type, a known root-cause tag and a prevention action, by whatever route. */
@Component
public class Resolutions {

    /** What is journaled of whoever opens a case, gives it to somebody, reviewed it before, or keeps its record right. */
    private static final Set<String> NO_HANDLING = Set.of(
            "case opened",
            "clock started",
            "further clock started",
            "further answers",
            "owner assigned",
            "finding recorded",
            "regulator finding recorded",
            "regulator finding taken back",
            "causes changed");

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Journal journal;
    private final Taxonomy taxonomy;
    private final Remedies remedies;
    private final CaseCauses causes;
    private final Preventions preventions;
    private final Trends trends;
    private final RecoveryProcess process;
    private final Clocks clocks;

    Resolutions(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Journal journal,
            Taxonomy taxonomy,
            Remedies remedies,
            CaseCauses causes,
            Preventions preventions,
            Trends trends,
            RecoveryProcess process,
            Clocks clocks) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.journal = journal;
        this.taxonomy = taxonomy;
        this.remedies = remedies;
        this.causes = causes;
        this.preventions = preventions;
        this.trends = trends;
        this.process = process;
        this.clocks = clocks;
    }

    /**
     * What is said when a case is resolved, as it came in. The first three have to be; the rest has a default.
     *
     * @param furtherTags causes beside the main one
     * @param preventionDueOn a date such as 2026-11-22
     */
    public record Draft(
            @Nullable String resolutionType,
            @Nullable String rootCauseTag,
            @Nullable String preventionAction,
            @Nullable List<String> furtherTags,
            @Nullable String preventionOwner,
            @Nullable String preventionDueOn,
            @Nullable String preventionEffect) {

        public Draft(
                @Nullable String resolutionType, @Nullable String rootCauseTag, @Nullable String preventionAction) {
            this(resolutionType, rootCauseTag, preventionAction, null, null, null, null);
        }
    }

    /**
     * Resolves a case through its process.
     *
     * @throws Refused when a part is missing or unknown, or says what was not done, or steps are still open, or the case
     *     is over
     */
    @Transactional
    public void resolve(CaseNumber number, Draft draft) {
        RecoveryCase found = cases.lock(number);
        CaseRoles.requireMayWork(found);
        validate(found, draft);
        found.requireOpen("refused.case.already");
        Map<String, Object> submitted = new HashMap<>();
        submitted.put("action", "resolve");
        submitted.put("resolutionType", draft.resolutionType());
        submitted.put("rootCauseTag", draft.rootCauseTag());
        submitted.put("preventionAction", draft.preventionAction());
        submitted.put("furtherTags", draft.furtherTags());
        submitted.put("preventionOwner", draft.preventionOwner());
        submitted.put("preventionDueOn", draft.preventionDueOn());
        submitted.put("preventionEffect", draft.preventionEffect());
        process.complete(
                Objects.requireNonNull(found.processInstanceId()),
                List.of(Tasks.RESOLVE_CASE),
                submitted,
                "refused.resolution.notYet",
                number.value());
    }

    /** Records the resolution; the caller holds the case's lock and its process has asked for it. */
    @Transactional(propagation = Propagation.MANDATORY)
    void record(RecoveryCase found, Draft draft) {
        Valid valid = validate(found, draft);
        found.requireOpen("refused.case.already");
        if (found.isReview()
                && cases.hadPartInFirstAnswer(found, Actor.current().id())) {
            throw Refused.forbidden(
                    "refused.resolution.partInFirstAnswer", found.number().value());
        }
        Instant now = clock.instant();
        db.sql("""
                        insert into resolution (case_id, epoch, type, tag_id, tag_label, prevention_action,
                                                prevention_owner, prevention_due_on, prevention_effect,
                                                resolved_by, resolved_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        found.id(),
                        found.epoch(),
                        valid.type().name(),
                        valid.tag().id(),
                        valid.tag().label(),
                        valid.prevention().action(),
                        valid.prevention().owner(),
                        Date.valueOf(valid.prevention().dueOn()),
                        valid.prevention().effect(),
                        Actor.current().id(),
                        Timestamp.from(now))
                .update();
        causes.furtherAtResolution(found, valid.further());
        Map<String, Object> said = new HashMap<>(Map.of(
                "type", valid.type().code(),
                "tag", valid.tag().code(),
                "preventionAction", valid.prevention().action(),
                "preventionOwner", valid.prevention().owner(),
                "preventionDueOn", valid.prevention().dueOn().toString()));
        if (!valid.further().isEmpty()) {
            said.put("furtherTags", CaseCauses.inWords(valid.further()));
        }
        journal.append(found.id(), "case resolved", said);
        cases.resolved(found, now);
    }

    private record Valid(
            ResolutionType type, RootCauseTag tag, List<RootCauseTag> further, Preventions.Planned prevention) {}

    private Valid validate(RecoveryCase found, Draft draft) {
        clocks.unanswered(found).ifPresent(stage -> {
            throw Refused.conflict(
                    "refused.resolution.answerFirst", found.number().value(), stage.shown());
        });
        Refused.Gathered wrong = new Refused.Gathered();
        ResolutionType type = wrong.take(() ->
                remedies.require(found, Coded.parse(ResolutionType.class, "resolutionType", draft.resolutionType())));
        RootCauseTag tag = wrong.take(() -> taxonomy.require("rootCauseTag", draft.rootCauseTag()));
        List<RootCauseTag> further = wrong.take(() ->
                causes.further("furtherTags", draft.furtherTags(), tag == null ? List.of() : List.of(tag.code())));
        Preventions.Planned prevention = preventions.validate(found, draft, wrong);
        wrong.refuseIfAny();
        return new Valid(
                Objects.requireNonNull(type),
                Objects.requireNonNull(tag),
                Objects.requireNonNull(further),
                Objects.requireNonNull(prevention));
    }

    /**
     * Says that the customer was told how the case ended.
     *
     * @param submitted what the form would submit: told, notes
     */
    @Transactional
    public void closeLoop(CaseNumber number, Map<String, Object> submitted) {
        RecoveryCase found = cases.lock(number);
        CaseRoles.requireMayWork(found);
        process.complete(
                Objects.requireNonNull(found.processInstanceId()),
                List.of(Tasks.CLOSE_LOOP),
                submitted,
                "refused.resolution.noLoop",
                number.value(),
                found.state().shownInText());
    }

    /** Counts the cause and closes the case; the caller holds the case's lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    void feedTrend(RecoveryCase found) {
        Resolution resolution = of(found.id(), found.epoch())
                .orElseThrow(() -> Refused.conflict(
                        "refused.resolution.nothingToCount", found.number().value()));
        cases.closed(found);
        causes.countedBy(resolution);
        trends.changed(found.id());
    }

    /**
     * Records whether the review finds for the customer.
     *
     * @throws Refused when the case is not resolved, has a finding, or the reviewer handled it
     */
    @Transactional
    public Resolution find(CaseNumber number, @Nullable String finding) {
        RecoveryCase found = cases.lock(number);
        Finding verdict = Coded.parse(Finding.class, "finding", finding);
        Resolution resolution = of(found.id(), found.epoch())
                .orElseThrow(() -> Refused.conflict(
                        found.state().isOver()
                                ? "refused.resolution.nothingToReview"
                                : "refused.resolution.notReviewable",
                        number.value(),
                        found.state().shownInText()));
        Actor reviewer = Actor.current();
        if (handledAny(found, reviewer)) {
            throw Refused.forbidden("refused.resolution.youHandled", number.value());
        }
        if (resolution.finding() != null) {
            throw Refused.conflict(
                    "refused.resolution.reviewed",
                    number.value(),
                    resolution.finding().shownInText());
        }
        db.sql("update resolution set finding = ?, found_by = ?, found_at = ? where case_id = ? and epoch = ?")
                .params(verdict.name(), reviewer.id(), Timestamp.from(clock.instant()), found.id(), found.epoch())
                .update();
        journal.append(found.id(), "finding recorded", Map.of("finding", verdict.code()));
        trends.changed(found.id());
        return of(found.id(), found.epoch()).orElseThrow();
    }

    /** This case or one that was merged into it. */
    private boolean handledAny(RecoveryCase found, Actor reviewer) {
        return handled(found, reviewer)
                || cases.mergedInto(found.id()).stream().anyMatch(each -> handled(each, reviewer));
    }

    /** Whoever did anything on the case beyond opening it and giving it to an owner, or owns or owned it. */
    private boolean handled(RecoveryCase found, Actor reviewer) {
        return reviewer.id().equals(found.owner())
                || journal.of(found.id()).stream()
                        .anyMatch(entry -> (entry.actor().equals(reviewer.id()) && !NO_HANDLING.contains(entry.kind()))
                                || reviewer.id().equals(entry.formerOwner()));
    }

    /** Whether the current user may record the finding of a case now. */
    public boolean mayFind(RecoveryCase found) {
        Actor reviewer = Actor.current();
        return CaseRoles.seesEveryCase(reviewer)
                && of(found.id(), found.epoch())
                        .filter(resolution -> resolution.finding() == null)
                        .isPresent()
                && !reviewer.id().equals(found.owner())
                && !handledAny(found, reviewer);
    }

    public Optional<Resolution> of(long caseId, int epoch) {
        return db.sql("""
                        select r.*, t.code from resolution r join root_cause_tag t on t.id = r.tag_id
                         where r.case_id = ? and r.epoch = ?""")
                .params(caseId, epoch)
                .query((row, n) -> new Resolution(
                        row.getLong("case_id"),
                        row.getInt("epoch"),
                        ResolutionType.valueOf(row.getString("type")),
                        new RootCauseTag(row.getLong("tag_id"), row.getString("code"), row.getString("tag_label")),
                        row.getString("prevention_action"),
                        row.getString("resolved_by"),
                        row.getTimestamp("resolved_at").toInstant(),
                        row.getString("finding") == null ? null : Finding.valueOf(row.getString("finding")),
                        row.getString("found_by")))
                .optional();
    }
}
