package org.servicerecovery.web;

import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.compensation.Credits;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.evidence.CaseFile;
import org.servicerecovery.evidence.Evidence;
import org.servicerecovery.job.JobPhotos;
import org.servicerecovery.resolution.Preventions;
import org.servicerecovery.resolution.RegulatorFindings;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.sla.ClockExplanation;
import org.servicerecovery.sla.Extensions;
import org.servicerecovery.trend.Comparison;
import org.servicerecovery.trend.Comparisons;
import org.servicerecovery.workorder.WorkOrders;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads a case across all features for one page. It only reads, from one snapshot, and it is the one place outside a
 * feature that reads the feature's tables. Instants are UTC, amounts are texts in the currency's own decimals.
 */
@Component
class CaseView {

    private static final int MOST_PAST_CASES = 20;

    record CustomerJson(
            String number,
            String name,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String address) {}

    /** Another case of the same customer. */
    record PastCaseJson(String number, String severity, String state, Instant openedAt, String summary) {}

    record OriginJson(
            String kind,
            @Nullable String externalId,
            @Nullable String team,
            @Nullable String area,
            @Nullable String product,
            @Nullable String operative,
            @Nullable Long paymentId,
            @Nullable String paymentReference) {}

    /**
     * @param afterSeq the step whose end it waits for
     * @param afterDeadline whether it is due later than the case
     * @param decision what a manager decided on an escalation
     */
    record StepJson(
            int seq,
            int epoch,
            String type,
            String label,
            String purpose,
            @Nullable String assignee,
            String state,
            @Nullable String notes,
            Instant dueAt,
            String plannedBy,
            Instant plannedAt,
            @Nullable String settledBy,
            @Nullable Instant settledAt,
            @Nullable Integer afterSeq,
            boolean afterDeadline,
            @Nullable String decision) {}

    /**
     * What is done for free.
     *
     * @param number that of its latest order, null before it is ordered; {@code state} is that of the order too
     * @param appointedFor when it will be done, where that is known
     * @param cancellationRefused why the system that scheduled it does not cancel it
     */
    record ServiceJson(
            String kind,
            @Nullable String description,
            @Nullable String number,
            @Nullable String state,
            @Nullable Instant appointedFor,
            @Nullable String cancellationRefused) {}

    record CompensationJson(
            long id,
            @Nullable Integer stepSeq,
            String kind,
            @Nullable ServiceJson service,
            String amount,
            String currency,
            String reason,
            String state,
            String approval,
            String offeredBy,
            Instant offeredAt,
            @Nullable String approvedBy,
            @Nullable Instant approvedAt,
            @Nullable Instant executedAt,
            @Nullable String paymentReference,
            @Nullable String processorReference,
            @Nullable String failure) {}

    /** @param refundable what is left to be refunded: paid, less what was refunded, is offered or is in flight */
    record PaymentJson(long id, String reference, String amount, String refundable, String currency, Instant paidAt) {}

    /** @param left what was not used, taken back or expired yet */
    record CreditJson(
            String caseNumber, String amount, String left, String currency, Instant grantedAt, Instant expiresAt) {}

    /**
     * What was said when an epoch was resolved, and what became of its prevention action since.
     *
     * @param tagLabel as the tag was called then
     * @param preventionHelped null until somebody says so
     * @param preventionNotes what was done
     * @param preventionJudgedNotes what shows whether it helped
     * @param preventionCompareOn when the cases before and after are compared; null while it is not done
     * @param preventionPast the times before that it was done without effect
     */
    record ResolutionJson(
            int epoch,
            String type,
            String tag,
            String tagLabel,
            List<ResolutionDetails.TagJson> furtherTags,
            String preventionAction,
            @Nullable String preventionOwner,
            @Nullable LocalDate preventionDueOn,
            @Nullable String preventionEffect,
            @Nullable Instant preventionDoneAt,
            @Nullable String preventionDoneBy,
            @Nullable Boolean preventionHelped,
            @Nullable String preventionNotes,
            @Nullable String preventionJudgedNotes,
            @Nullable LocalDate preventionCompareOn,
            @Nullable Comparison preventionComparison,
            List<Preventions.Past> preventionPast,
            String resolvedBy,
            Instant resolvedAt,
            @Nullable String finding,
            @Nullable String foundBy,
            @Nullable Instant foundAt,
            List<ResolutionDetails.RegulatorJson> regulators) {}

    /**
     * @param number comes with the next release
     * @param taken whether an operative has it
     * @param expected whether the customer expects somebody, though nobody comes and no step of a plan tells them
     * @param charged whether the customer is charged for it: yes, no, partly, or nobody has said
     * @param notes what the operative wrote
     * @param photos the ids of the operative's, read under the visit of the step
     */
    record WorkOrderJson(
            UUID job,
            @Nullable String number,
            int stepSeq,
            String site,
            String skill,
            String task,
            String state,
            boolean taken,
            boolean expected,
            Instant windowFrom,
            Instant windowTo,
            String priceReference,
            @Nullable String charged,
            String chargedNotes,
            String notes,
            @Nullable Instant endedAt,
            List<UUID> photos) {}

    record MailJson(
            long id,
            String audience,
            String recipient,
            String subject,
            String queuedBy,
            Instant queuedAt,
            @Nullable Instant sentAt,
            @Nullable Instant bouncedAt,
            @Nullable String failure,
            @Nullable Long letterId) {}

    /**
     * @param delivery mail or post
     * @param stage the statutory stage that it ended; absent for any other letter
     * @param sentAt when it was posted, or accepted by the mail server
     */
    record LetterJson(
            long id,
            int stepSeq,
            String title,
            @Nullable String stage,
            String delivery,
            int pages,
            @Nullable String address,
            String writtenBy,
            Instant writtenAt,
            @Nullable String sentBy,
            @Nullable Instant sentAt) {}

    /**
     * What the customer was asked after an epoch, and answered.
     *
     * @param state waiting, answered, refused, undelivered, expired, or over when the case was opened again before
     * @param score from 1, very unhappy, to 5
     * @param words as received; absent where there are none
     * @param undecided whether somebody is asked what to do about the answer
     * @param decision reopen or leave
     */
    record SurveyJson(
            int epoch,
            String state,
            Instant invitedAt,
            Instant expiresAt,
            @Nullable Instant remindedAt,
            @Nullable Instant answeredAt,
            @Nullable Integer score,
            @Nullable String words,
            boolean undecided,
            @Nullable String decision,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt) {}

    record EntryJson(int seq, Instant at, String actor, String route, String kind, String text) {}

    /** A case that was merged into this one: what is on its own record, read here. */
    record MergedJson(
            String number,
            String severity,
            String source,
            Instant openedAt,
            String openedBy,
            @Nullable Instant mergedAt,
            @Nullable String owner,
            String summary,
            @Nullable String verbatim,
            @Nullable OriginJson origin,
            List<StepJson> steps,
            List<CompensationJson> compensations,
            List<WorkOrderJson> workOrders,
            List<MailJson> mails,
            List<CaseFile> files,
            List<LetterJson> letters,
            List<EntryJson> timeline) {}

    /** @param processInstanceId the instance of the current epoch, for Cockpit */
    record LinksJson(@Nullable String processInstanceId) {}

    /**
     * @param note whether the reader may keep a note on it
     * @param take whether the reader may take the case, which nobody owns
     * @param assign whether the reader may hand the case to others
     * @param giveTime whether the reader decides on others’ wishes for more time
     * @param find whether the reader may say how its review ends
     * @param regulator whether the reader may record what a regulator found, and take it back
     * @param review whether it can go into the second stage of its regulator, by this reader
     * @param letThrough whether the reader may let words through that the guard of work orders marks
     */
    record CanJson(
            boolean work,
            boolean note,
            boolean take,
            boolean assign,
            boolean giveTime,
            boolean find,
            boolean regulator,
            boolean review,
            boolean letThrough) {}

    /**
     * @param causes what it is counted under; none unless it was closed with a resolution
     * @param duplicateOf the case that it was merged into
     * @param goesOnAs the case that goes on, where that one was itself merged into another
     * @param merged the cases that were merged into it, over others as well
     * @param people full names by the user ids used anywhere in this case
     * @param me the reader's user id
     */
    record CaseJson(
            String number,
            String state,
            CustomerJson customer,
            List<PastCaseJson> pastCases,
            String severity,
            String source,
            Instant openedAt,
            String openedBy,
            @Nullable Instant reportedAt,
            @Nullable Instant closedAt,
            int epoch,
            @Nullable String duplicateOf,
            @Nullable String goesOnAs,
            List<MergedJson> merged,
            List<ClockExplanation.ClockJson> clocks,
            List<Extensions.Extension> extensions,
            String summary,
            @Nullable String verbatim,
            @Nullable OriginJson origin,
            @Nullable String owner,
            List<StepJson> steps,
            List<CompensationJson> compensations,
            List<PaymentJson> payments,
            List<CreditJson> credits,
            @Nullable ResolutionJson resolution,
            List<ResolutionJson> earlierResolutions,
            List<ResolutionDetails.CauseJson> causes,
            List<WorkOrderJson> workOrders,
            List<MailJson> mails,
            List<CaseFile> files,
            List<LetterJson> letters,
            List<SurveyJson> surveys,
            StepDetails.WorkJson work,
            List<EntryJson> timeline,
            Map<String, String> people,
            LinksJson links,
            CanJson can,
            String me,
            Instant readAt) {}

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final CaseAccess access;
    private final Evidence evidence;
    private final WorkOrders workOrders;
    private final JobPhotos jobPhotos;
    private final Customers customers;
    private final Compensations moneyBack;
    private final Credits credits;
    private final Journal journal;
    private final Timeline timeline;
    private final ClockExplanation clocks;
    private final CaseOfTask engine;
    private final StepDetails details;
    private final ResolutionDetails resolutionDetails;
    private final Resolutions verdicts;
    private final Preventions preventions;
    private final Comparisons comparisons;

    CaseView(
            JdbcClient db,
            Clock clock,
            Cases cases,
            CaseAccess access,
            Evidence evidence,
            WorkOrders workOrders,
            JobPhotos jobPhotos,
            Customers customers,
            Compensations moneyBack,
            Credits credits,
            Journal journal,
            Timeline timeline,
            ClockExplanation clocks,
            CaseOfTask engine,
            StepDetails details,
            ResolutionDetails resolutionDetails,
            Resolutions verdicts,
            Preventions preventions,
            Comparisons comparisons) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.access = access;
        this.evidence = evidence;
        this.workOrders = workOrders;
        this.jobPhotos = jobPhotos;
        this.customers = customers;
        this.moneyBack = moneyBack;
        this.credits = credits;
        this.journal = journal;
        this.timeline = timeline;
        this.clocks = clocks;
        this.engine = engine;
        this.details = details;
        this.resolutionDetails = resolutionDetails;
        this.verdicts = verdicts;
        this.preventions = preventions;
        this.comparisons = comparisons;
    }

    /** The case number that a business key such as {@code SR-2026-000123/3} starts with, when there is such a case. */
    Optional<String> caseNumber(String businessKey) {
        return db.sql("select number from recovery_case where number = split_part(?, '/', 1)")
                .param(businessKey)
                .query(String.class)
                .optional();
    }

    /** The number of the step that is worked in this process instance, when one is. */
    Optional<Integer> stepSeq(String processInstanceId) {
        return db.sql("""
                        select s.seq from case_instance i join plan_step s on s.id = i.step_id where i.instance_id = ?""").param(processInstanceId).query(Integer.class).optional();
    }

    /** @throws org.servicerecovery.Refused when there is no such case, or the caller may not see it */
    @Transactional(readOnly = true, isolation = Isolation.REPEATABLE_READ)
    public CaseJson of(CaseNumber number) {
        RecoveryCase found = visible(number);
        Customer customer = customers.byId(found.customerId());
        ClockExplanation.ClocksJson time = clocks.of(found, clock.instant());
        List<StepJson> steps = steps(
                found.id(),
                time.clocks().stream()
                        .filter(each -> each.clock().equals("resolution") && each.epoch() == found.epoch())
                        .map(ClockExplanation.ClockJson::dueAt)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null));
        StepDetails.WorkJson work = details.of(found.id(), found.epoch());
        List<CompensationJson> compensations = compensations(found.id());
        List<ResolutionJson> resolutions = resolutions(found.id());
        List<MailJson> mails = mails(found.id());
        List<CaseFile> files = evidence.files(found.id());
        List<Journal.Entry> entries = journal.of(found.id());
        Set<String> ids = new TreeSet<>(people(found, steps, compensations, resolutions, mails, files, entries, work));
        List<RecoveryCase> duplicates = cases.mergedInto(found.id());
        duplicates.forEach(each -> ids.addAll(people(
                each,
                steps(each.id(), null),
                compensations(each.id()),
                List.of(),
                mails(each.id()),
                evidence.files(each.id()),
                journal.of(each.id()),
                details.of(each.id(), each.epoch()))));
        Map<String, String> people = engine.names(ids);
        return new CaseJson(
                number.value(),
                found.state().code(),
                new CustomerJson(
                        customer.number(), customer.name(), customer.email(), customer.phone(), customer.address()),
                pastCases(found),
                found.severity().code(),
                found.source().code(),
                found.openedAt(),
                found.openedBy(),
                found.reportedAt(),
                found.closedAt(),
                found.epoch(),
                found.mergedInto() == null ? null : found.mergedInto().value(),
                found.mergedInto() == null
                        ? null
                        : cases.goesOnAs(found).number().value(),
                duplicates.stream().map(each -> merged(each, people)).toList(),
                time.clocks(),
                time.extensions(),
                found.summary(),
                found.verbatim(),
                cases.origin(found.id()).map(this::origin).orElse(null),
                found.owner(),
                steps,
                compensations,
                payments(found.customerId()),
                credits(found.customerId()),
                resolutions.stream()
                        .filter(resolution -> resolution.epoch() == found.epoch())
                        .findFirst()
                        .orElse(null),
                resolutions.stream()
                        .filter(resolution -> resolution.epoch() != found.epoch())
                        .toList(),
                resolutionDetails.causes(found.id()),
                workOrders(found.id()),
                mails,
                files,
                letters(found.id()),
                surveys(found),
                work,
                told(entries, people),
                people,
                new LinksJson(found.processInstanceId()),
                new CanJson(
                        CaseRoles.mayWork(found),
                        CaseRoles.mayNote(found),
                        found.owner() == null && cases.mayTake(found),
                        CaseRoles.worksEveryCase(Actor.current()),
                        CaseRoles.worksEveryCase(Actor.current()),
                        verdicts.mayFind(found),
                        !resolutions.isEmpty() && RegulatorFindings.mayRecord(),
                        cases.mayAskForReview(found),
                        CaseRoles.isLead(Actor.current())),
                Actor.current().id(),
                clock.instant());
    }

    private RecoveryCase visible(CaseNumber number) {
        RecoveryCase found = cases.get(number);
        access.requireMaySee(found);
        return found;
    }

    /** @throws org.servicerecovery.Refused when there is no such case, or the caller may not see it */
    @Transactional(readOnly = true)
    public int entries(CaseNumber number) {
        return db.sql("select coalesce(max(seq), 0) from case_event where case_id = ?")
                .param(visible(number).id())
                .query(Integer.class)
                .single();
    }

    /** Where the work of its visits stands; it changes without an entry of the journal. */
    @Transactional(readOnly = true)
    public String visits(CaseNumber number) {
        return workOrders.of(visible(number).id()).stream()
                .map(WorkOrders.WorkOrder::job)
                .map(job -> Objects.requireNonNullElse(job.number(), "") + " "
                        + job.state().code() + (job.assignee() == null ? "" : " taken"))
                .collect(Collectors.joining(", "));
    }

    private static Collection<String> people(
            RecoveryCase found,
            List<StepJson> steps,
            List<CompensationJson> compensations,
            List<ResolutionJson> resolutions,
            List<MailJson> mails,
            List<CaseFile> files,
            List<Journal.Entry> entries,
            StepDetails.WorkJson work) {
        Stream<@Nullable String> ids = Stream.of(
                        Stream.of(found.owner(), found.openedBy()),
                        steps.stream().flatMap(step -> Stream.of(step.assignee(), step.plannedBy(), step.settledBy())),
                        compensations.stream().flatMap(money -> Stream.of(money.offeredBy(), money.approvedBy())),
                        resolutions.stream()
                                .flatMap(verdict -> Stream.concat(
                                        Stream.of(
                                                verdict.resolvedBy(),
                                                verdict.foundBy(),
                                                verdict.preventionOwner(),
                                                verdict.preventionDoneBy()),
                                        Stream.concat(
                                                verdict.regulators().stream()
                                                        .map(ResolutionDetails.RegulatorJson::recordedBy),
                                                verdict.preventionPast().stream()
                                                        .flatMap(past -> Stream.of(past.doneBy(), past.judgedBy()))))),
                        mails.stream().map(MailJson::queuedBy),
                        files.stream().map(CaseFile::uploadedBy),
                        work.calls().stream().map(StepDetails.CallJson::by),
                        entries.stream().map(Journal.Entry::actor),
                        entries.stream().flatMap(Timeline::peopleNamed))
                .flatMap(each -> each);
        return new TreeSet<>(ids.filter(Objects::nonNull).toList());
    }

    /** The customer's other cases that the reader may see, newest first. */
    private List<PastCaseJson> pastCases(RecoveryCase found) {
        Actor reader = Actor.current();
        return db.sql("""
                        select number, severity, state, opened_at, summary from recovery_case
                         where customer_id = :customer and id <> :this
                           and (:all or owner is null or owner = :reader)
                         order by opened_at desc limit :most""")
                .param("customer", found.customerId())
                .param("this", found.id())
                .param("all", CaseRoles.seesEveryCase(reader))
                .param("reader", reader.id())
                .param("most", MOST_PAST_CASES)
                .query((row, n) -> new PastCaseJson(
                        row.getString("number"),
                        code(row.getString("severity")),
                        code(row.getString("state")),
                        row.getTimestamp("opened_at").toInstant(),
                        row.getString("summary")))
                .list();
    }

    private MergedJson merged(RecoveryCase duplicate, Map<String, String> people) {
        return new MergedJson(
                duplicate.number().value(),
                duplicate.severity().code(),
                duplicate.source().code(),
                duplicate.openedAt(),
                duplicate.openedBy(),
                duplicate.closedAt(),
                duplicate.owner(),
                duplicate.summary(),
                duplicate.verbatim(),
                cases.origin(duplicate.id()).map(this::origin).orElse(null),
                steps(duplicate.id(), null),
                compensations(duplicate.id()),
                workOrders(duplicate.id()),
                mails(duplicate.id()),
                evidence.files(duplicate.id()),
                letters(duplicate.id()),
                told(journal.of(duplicate.id()), people));
    }

    private List<EntryJson> told(List<Journal.Entry> entries, Map<String, String> people) {
        String[] tags = entries.stream().flatMap(Timeline::tagsNamed).distinct().toArray(String[]::new);
        Map<String, String> labels = new HashMap<>();
        if (tags.length > 0) {
            // By the unique code.
            db.sql("select code, label from root_cause_tag where code = any(?)")
                    .param(tags)
                    .query(row -> {
                        labels.put(row.getString("code"), row.getString("label"));
                    });
        }
        return entries.stream()
                .map(entry -> new EntryJson(
                        entry.seq(),
                        entry.at(),
                        entry.actor(),
                        entry.route(),
                        entry.kind(),
                        timeline.sentence(entry, people, labels)))
                .toList();
    }

    private OriginJson origin(Origin origin) {
        String reference = origin.paymentId() == null
                ? null
                : customers
                        .payment(origin.paymentId())
                        .map(payment -> payment.reference())
                        .orElse(null);
        return new OriginJson(
                origin.kind(),
                origin.externalId(),
                origin.team(),
                origin.area(),
                origin.product(),
                origin.operative(),
                origin.paymentId(),
                reference);
    }

    private List<StepJson> steps(long caseId, @Nullable Instant deadline) {
        return db.sql("""
                        select s.*, t.label, b.seq as after_seq from plan_step s join step_type t on t.code = s.type
                          left join plan_step b on b.id = s.after_step_id
                         where s.case_id = ? order by s.seq""")
                .param(caseId)
                .query((row, n) -> new StepJson(
                        row.getInt("seq"),
                        row.getInt("epoch"),
                        row.getString("type"),
                        ModelWords.step(row.getString("type"), row.getString("label")),
                        row.getString("purpose"),
                        row.getString("assignee"),
                        code(row.getString("state")),
                        row.getString("notes"),
                        row.getTimestamp("due_at").toInstant(),
                        row.getString("planned_by"),
                        row.getTimestamp("planned_at").toInstant(),
                        row.getString("settled_by"),
                        InstantColumns.read(row, "settled_at"),
                        row.getObject("after_seq", Integer.class),
                        deadline != null
                                && row.getTimestamp("settled_at") == null
                                && row.getTimestamp("due_at").toInstant().isAfter(deadline),
                        Optional.ofNullable(row.getString("decision"))
                                .map(CaseView::code)
                                .orElse(null)))
                .list();
    }

    private List<CompensationJson> compensations(long caseId) {
        return db.sql("""
                        select c.*, s.seq as step_seq, p.reference as payment_reference, o.number as service_number,
                               o.state as service_state, o.appointed_for, o.cancel_refusal
                          from compensation c
                          left join plan_step s on s.id = c.step_id
                          left join payment p on p.id = c.payment_id
                          left join lateral (select number, state, appointed_for, cancel_refusal from comped_service
                                              where compensation_id = c.id
                                              order by ordered_at desc, length(number) desc, number desc limit 1) o on true
                         where c.case_id = ? order by c.id""")
                .param(caseId)
                .query((row, n) -> new CompensationJson(
                        row.getLong("id"),
                        row.getObject("step_seq", Integer.class),
                        code(row.getString("kind")),
                        service(row),
                        amount(row, "amount"),
                        row.getString("currency"),
                        row.getString("reason"),
                        code(row.getString("state")),
                        code(row.getString("approval")),
                        row.getString("offered_by"),
                        row.getTimestamp("offered_at").toInstant(),
                        row.getString("approved_by"),
                        InstantColumns.read(row, "approved_at"),
                        InstantColumns.read(row, "executed_at"),
                        row.getString("payment_reference"),
                        row.getString("processor_reference"),
                        row.getString("failure")))
                .list();
    }

    private static @Nullable ServiceJson service(ResultSet row) throws SQLException {
        String service = row.getString("comped_service");
        String state = row.getString("service_state");
        return service == null
                ? null
                : new ServiceJson(
                        code(service),
                        row.getString("description"),
                        row.getString("service_number"),
                        state == null ? null : code(state),
                        InstantColumns.read(row, "appointed_for"),
                        row.getString("cancel_refusal"));
    }

    private List<PaymentJson> payments(long customerId) {
        return customers.payments(customerId).stream()
                .map(payment -> new PaymentJson(
                        payment.id(),
                        payment.reference(),
                        payment.amount().getAmount().toPlainString(),
                        moneyBack.refundable(payment).getAmount().toPlainString(),
                        payment.amount().getCurrencyUnit().getCode(),
                        payment.paidAt()))
                .toList();
    }

    private List<CreditJson> credits(long customerId) {
        return credits.of(customerId).stream()
                .map(credit -> new CreditJson(
                        credit.caseNumber(),
                        credit.granted().getAmount().toPlainString(),
                        credit.left().getAmount().toPlainString(),
                        credit.granted().getCurrencyUnit().getCode(),
                        credit.grantedAt(),
                        credit.expiresAt()))
                .toList();
    }

    private List<ResolutionJson> resolutions(long caseId) {
        Map<Integer, List<ResolutionDetails.TagJson>> further = resolutionDetails.furtherTags(caseId);
        Map<Integer, List<ResolutionDetails.RegulatorJson>> regulators = resolutionDetails.regulators(caseId);
        Map<Integer, List<Preventions.Past>> past = preventions.past(caseId);
        return db.sql("""
                        select r.*, t.code as tag from resolution r join root_cause_tag t on t.id = r.tag_id
                         where r.case_id = ? order by r.epoch desc""")
                .param(caseId)
                .query((row, n) -> new ResolutionJson(
                        row.getInt("epoch"),
                        code(row.getString("type")),
                        row.getString("tag"),
                        row.getString("tag_label"),
                        further.getOrDefault(row.getInt("epoch"), List.of()),
                        row.getString("prevention_action"),
                        row.getString("prevention_owner"),
                        row.getObject("prevention_due_on", LocalDate.class),
                        row.getString("prevention_effect"),
                        InstantColumns.read(row, "prevention_done_at"),
                        row.getString("prevention_done_by"),
                        row.getObject("prevention_helped", Boolean.class),
                        row.getString("prevention_notes"),
                        row.getString("prevention_judged_notes"),
                        row.getObject("prevention_compare_on", LocalDate.class),
                        comparisons.read(row.getString("prevention_comparison")),
                        past.getOrDefault(row.getInt("epoch"), List.of()),
                        row.getString("resolved_by"),
                        row.getTimestamp("resolved_at").toInstant(),
                        Optional.ofNullable(row.getString("finding"))
                                .map(CaseView::code)
                                .orElse(null),
                        row.getString("found_by"),
                        InstantColumns.read(row, "found_at"),
                        regulators.getOrDefault(row.getInt("epoch"), List.of())))
                .list();
    }

    private List<WorkOrderJson> workOrders(long caseId) {
        return workOrders.of(caseId).stream()
                .map(order -> new WorkOrderJson(
                        order.job().id(),
                        order.job().number(),
                        order.stepSeq(),
                        order.job().order().site(),
                        order.job().order().skill(),
                        order.job().order().task(),
                        order.job().state().code(),
                        order.job().assignee() != null,
                        order.expected(),
                        order.job().order().windowFrom(),
                        order.job().order().windowTo(),
                        order.job().order().priceReference(),
                        order.charged() == null ? null : order.charged().code(),
                        order.chargedNotes(),
                        order.job().notes(),
                        order.job().endedAt(),
                        jobPhotos.of(order.job().id()).stream()
                                .map(JobPhotos.Photo::id)
                                .toList()))
                .toList();
    }

    private List<MailJson> mails(long caseId) {
        return db.sql("select * from mail_outbox where case_id = ? order by id")
                .param(caseId)
                .query((row, n) -> new MailJson(
                        row.getLong("id"),
                        code(row.getString("audience")),
                        row.getString("recipient"),
                        row.getString("subject"),
                        row.getString("queued_by"),
                        row.getTimestamp("queued_at").toInstant(),
                        InstantColumns.read(row, "sent_at"),
                        InstantColumns.read(row, "bounced_at"),
                        row.getString("failure"),
                        row.getObject("letter_id", Long.class)))
                .list();
    }

    private List<LetterJson> letters(long caseId) {
        return db.sql("""
                        select l.id, s.seq, l.title, l.stage, l.delivery, l.pages, l.address, l.written_by, l.written_at,
                               l.sent_by, coalesce(l.sent_at, m.sent_at) as sent_at
                          from letter l
                          join plan_step s on s.id = l.step_id
                          left join mail_outbox m on m.case_id = l.case_id and m.letter_id = l.id
                         where l.case_id = ? order by l.id""")
                .param(caseId)
                .query((row, n) -> new LetterJson(
                        row.getLong("id"),
                        row.getInt("seq"),
                        row.getString("title"),
                        row.getString("stage"),
                        code(row.getString("delivery")),
                        row.getInt("pages"),
                        row.getString("address"),
                        row.getString("written_by"),
                        row.getTimestamp("written_at").toInstant(),
                        row.getString("sent_by"),
                        InstantColumns.read(row, "sent_at")))
                .list();
    }

    private List<SurveyJson> surveys(RecoveryCase found) {
        return db.sql("""
                        select i.*,
                               case when answered_at is not null then 'answered'
                                    when refused_at is not null then 'refused'
                                    when epoch <> :epoch or :state <> 'CLOSED' then 'over'
                                    when undelivered_at is not null then 'undelivered'
                                    when expires_at <= :now then 'expired'
                                    else 'waiting' end as state
                          from survey_invitation i where case_id = :case order by epoch""")
                .param("epoch", found.epoch())
                .param("state", found.state().name())
                .param("now", Timestamp.from(clock.instant()))
                .param("case", found.id())
                .query((row, n) -> new SurveyJson(
                        row.getInt("epoch"),
                        row.getString("state"),
                        row.getTimestamp("invited_at").toInstant(),
                        row.getTimestamp("expires_at").toInstant(),
                        InstantColumns.read(row, "reminded_at"),
                        InstantColumns.read(row, "answered_at"),
                        row.getObject("score", Integer.class),
                        row.getString("words"),
                        row.getString("process_instance_id") != null && row.getString("decision") == null,
                        row.getString("decision") == null ? null : code(row.getString("decision")),
                        row.getString("decided_by"),
                        InstantColumns.read(row, "decided_at")))
                .list();
    }

    /** Tables keep the names of constants, the API speaks in codes such as {@code partial-refund}. */
    private static String code(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String amount(ResultSet row, String column) throws SQLException {
        return Money.of(CurrencyUnit.of(row.getString("currency")), row.getBigDecimal(column), RoundingMode.UNNECESSARY)
                .getAmount()
                .toPlainString();
    }
}
