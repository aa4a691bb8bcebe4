package org.servicerecovery.correspondence;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.CustomerReached;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.engine.Submission;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.sla.AnsweredInWriting;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Letters to customers. One that is mailed is made and left in the outbox when its step is completed; one that goes by
 * post is printed first, and the completed step says that it was posted. What was sent is kept as it was.
 */
@Component
class Letters {

    static final String STEP_TYPE = "write-apology-letter";

    private static final String SAME_TEXT = """
            step_id = :step and delivery = 'POST' and sent_at is null and language = :language and title = :title
            and body = :body and addressee = :addressee and address is not distinct from :address
            and stage is not distinct from :stage and decision is not distinct from :decision
            and reasons is not distinct from :reasons and remedy is not distinct from :remedy
            and outstanding_actions is not distinct from :outstandingActions
            and take_it_further is not distinct from :takeItFurther""";

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Customers customers;
    private final Plan plan;
    private final CaseAccess access;
    private final Journal journal;
    private final LetterForm form;
    private final LetterPages pages;
    private final MergeValues values;
    private final Letterhead sender;
    private final MailTable outbox;
    private final ApplicationEventPublisher events;

    Letters(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Customers customers,
            Plan plan,
            CaseAccess access,
            Journal journal,
            LetterForm form,
            LetterPages pages,
            MergeValues values,
            Letterhead sender,
            MailTable outbox,
            ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.customers = customers;
        this.plan = plan;
        this.access = access;
        this.journal = journal;
        this.form = form;
        this.pages = pages;
        this.values = values;
        this.sender = sender;
        this.outbox = outbox;
        this.events = events;
    }

    /** The pages as they would be now, whatever is still missing. */
    LetterPages.Pdf preview(RecoveryCase found, Function<String, @Nullable String> fields) {
        return pages.of(form.soFar(found, fields), envelope(found));
    }

    /**
     * Keeps a letter that is about to be posted, and answers with its id; the same text again is the same letter.
     *
     * @throws Refused when it may not go out as it is, or its step does not wait for it
     */
    @Transactional
    public long print(CaseNumber number, int seq, Function<String, @Nullable String> fields) {
        RecoveryCase found = cases.lock(number);
        Step step = plan.step(found, seq);
        access.requireTakesPart(found);
        if (!step.type().equals(STEP_TYPE)
                || step.processInstanceId() == null
                || step.state().isSettled()) {
            throw Refused.conflict("refused.letter.notWaiting", String.valueOf(seq), number.value());
        }
        LetterText letter = form.complete(found, fields);
        requireAddress(found);
        Optional<Long> before = printed(step, found, letter);
        if (before.isPresent()) {
            return before.get();
        }
        Instant now = clock.instant();
        LetterPages.Pdf pdf = pages.of(letter, envelope(found));
        long id = insert(step, found, letter, pdf, "POST", now);
        journal.append(found.id(), "letter printed", told(id, letter, pdf));
        return id;
    }

    /** Sends the letter of a step that is being completed; the caller holds the case's lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    void send(Step step, Submission submitted) {
        RecoveryCase found = cases.lock(step.caseId());
        LetterText letter = form.complete(found, submitted);
        String how = submitted.textOrEmpty("letterHow");
        switch (how) {
            case "mail" -> mail(step, found, letter);
            case "post" -> posted(step, found, letter);
            default ->
                throw Refused.field(
                        "letterHow",
                        how.isEmpty() ? "refused.missingChoose" : "refused.letter.howNotKnown",
                        "mail, post");
        }
    }

    private void mail(Step step, RecoveryCase found, LetterText letter) {
        Customer customer = customers.byId(found.customerId());
        if (customer.email() == null || customer.email().isBlank()) {
            throw Refused.field("letterHow", "refused.letter.noEmail");
        }
        LetterPages.Pdf pdf = pages.of(letter, envelope(found));
        long id = insert(step, found, letter, pdf, "MAIL", clock.instant());
        journal.append(found.id(), "letter written", told(id, letter, pdf));
        Locale locale = Messages.asWritten(letter.language());
        String cover = Messages.text(locale, "letter.coverMail", customer.name(), signer(), sender.name());
        outbox.queueLetter(found, id, letter.title(), cover);
    }

    private void posted(Step step, RecoveryCase found, LetterText letter) {
        requireAddress(found);
        long printed =
                printed(step, found, letter).orElseThrow(() -> Refused.field("letterHow", "refused.letter.notPrinted"));
        Instant now = clock.instant();
        db.sql("update letter set sent_by = ?, sent_at = ? where id = ?")
                .params(Actor.current().id(), Timestamp.from(now), printed)
                .update();
        journal.append(found.id(), "letter posted", Map.of("letter", printed, "title", letter.title()));
        events.publishEvent(new CustomerReached(found.id(), "letter", now));
        if (letter.stage() != null) {
            events.publishEvent(new AnsweredInWriting(
                    found.id(), found.epoch(), letter.stage().clock(), now));
        }
    }

    /** @throws Refused when the case has no such letter */
    byte[] pdf(RecoveryCase of, long id) {
        return db.sql("select pdf from letter where id = ? and case_id = ?")
                .params(id, of.id())
                .query((row, n) -> row.getBytes("pdf"))
                .optional()
                .orElseThrow(() ->
                        Refused.notFound("refused.letter.none", of.number().value(), String.valueOf(id)));
    }

    private LetterPages.Envelope envelope(RecoveryCase found) {
        Customer customer = customers.byId(found.customerId());
        return new LetterPages.Envelope(found.number().value(), customer.name(), customer.address(), signer());
    }

    /** Whoever sends it signs it. */
    private String signer() {
        Actor actor = Actor.current();
        return actor.isSystem() ? sender.name() : values.nameOf(actor.id());
    }

    private void requireAddress(RecoveryCase found) {
        String address = customers.byId(found.customerId()).address();
        if (address == null || address.isBlank()) {
            throw Refused.field("letterHow", "refused.letter.noAddress");
        }
    }

    /** The same letter, printed before and not posted. */
    private Optional<Long> printed(Step step, RecoveryCase found, LetterText letter) {
        Customer customer = customers.byId(found.customerId());
        return db.sql("select id from letter where " + SAME_TEXT + " order by id desc limit 1")
                .params(texts(letter))
                .param("step", step.id())
                .param("addressee", customer.name())
                .param("address", customer.address())
                .query(Long.class)
                .optional();
    }

    private static Map<String, @Nullable Object> texts(LetterText letter) {
        Map<String, @Nullable Object> texts = new HashMap<>();
        LetterForm.PARTS.forEach(part -> texts.put(part, letter.part(part)));
        texts.put("stage", letter.stage() == null ? null : letter.stage().code());
        texts.put("language", letter.language());
        texts.put("title", letter.title());
        texts.put("body", letter.body());
        return texts;
    }

    private long insert(
            Step step, RecoveryCase found, LetterText letter, LetterPages.Pdf pdf, String delivery, Instant now) {
        Customer customer = customers.byId(found.customerId());
        String by = Actor.current().id();
        boolean onPaper = delivery.equals("POST");
        return db.sql("""
                        insert into letter (case_id, epoch, step_id, stage, language, title, body, decision, reasons,
                                            remedy, outstanding_actions, take_it_further, addressee, address, delivery,
                                            pdf, pages, written_by, written_at, printed_by, printed_at)
                        values (:case, :epoch, :step, :stage, :language, :title, :body, :decision, :reasons,
                                :remedy, :outstandingActions, :takeItFurther, :addressee, :address, :delivery,
                                :pdf, :pages, :by, :at, :printedBy, :printedAt) returning id""")
                .params(texts(letter))
                .param("case", found.id())
                .param("epoch", found.epoch())
                .param("step", step.id())
                .param("addressee", customer.name())
                .param("address", customer.address())
                .param("delivery", delivery)
                .param("pdf", pdf.bytes())
                .param("pages", pdf.number())
                .param("by", by)
                .param("at", Timestamp.from(now))
                .param("printedBy", onPaper ? by : null)
                .param("printedAt", onPaper ? Timestamp.from(now) : null)
                .query(Long.class)
                .single();
    }

    /** The digest tells later whether the file is still the one that went out. */
    private static Map<String, Object> told(long id, LetterText letter, LetterPages.Pdf pdf) {
        Map<String, Object> told = new HashMap<>(
                Map.of("letter", id, "title", letter.title(), "pages", pdf.number(), "sha256", sha256(pdf.bytes())));
        if (letter.stage() != null) {
            told.put("stage", letter.stage().label());
        }
        return told;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
