package org.servicerecovery.correspondence;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Mails and letters to customers over HTTP: what to start from, how it will look, what was sent. */
@RestController
class CorrespondenceApi {

    /** @param problem what is wrong with it, so that it cannot be used */
    record TemplateJson(
            String template,
            String language,
            String name,
            @Nullable String stage,
            Map<String, String> fields,
            @Nullable String problem) {}

    /**
     * A template with the words of a case in it.
     *
     * @param recipient the customer's e-mail address; absent where none is known
     * @param missing the merge fields whose value is not known: they stand in the text, to be filled in
     */
    record MailPreviewJson(
            @Nullable String template,
            @Nullable String language,
            @Nullable String recipient,
            String subject,
            String message,
            List<String> missing) {}

    /**
     * @param stage the statutory stage that a letter on this case can end; absent where none runs
     * @param fields the fields of the form; empty without a template
     */
    record LetterPreviewJson(
            @Nullable String template,
            @Nullable String language,
            @Nullable String stage,
            @Nullable String stageLabel,
            String addressee,
            @Nullable String address,
            @Nullable String email,
            Map<String, String> fields,
            List<String> missing) {}

    /** What the form of the step "Write apology letter" would submit. */
    record LetterJson(
            @Nullable String letterPurpose,
            @Nullable String letterLanguage,
            @Nullable String letterTitle,
            @Nullable String letter,
            @Nullable String decision,
            @Nullable String reasons,
            @Nullable String remedy,
            @Nullable String outstandingActions,
            @Nullable String takeItFurther) {

        Function<String, @Nullable String> fields() {
            return field -> switch (field) {
                case "letterPurpose" -> letterPurpose;
                case "letterLanguage" -> letterLanguage;
                case "letterTitle" -> letterTitle;
                case "letter" -> letter;
                case "decision" -> decision;
                case "reasons" -> reasons;
                case "remedy" -> remedy;
                case "outstandingActions" -> outstandingActions;
                case "takeItFurther" -> takeItFurther;
                default -> null;
            };
        }
    }

    /** @param images the first pages, as data URLs */
    record PagesJson(int pages, List<String> images) {}

    /** @param pdf where it can be fetched */
    record PrintedJson(long id, String pdf) {}

    record MailJson(
            long id,
            String recipient,
            String subject,
            String body,
            String messageId,
            String queuedBy,
            Instant queuedAt,
            @Nullable Instant sentAt,
            @Nullable Instant bouncedAt,
            @Nullable String failure,
            @Nullable Long letterId) {}

    private final Templates templates;
    private final MergeValues values;
    private final Letters letters;
    private final LetterForm letterForm;
    private final LetterPages pages;
    private final MailTable mails;
    private final Cases cases;
    private final Customers customers;
    private final CaseAccess access;

    CorrespondenceApi(
            Templates templates,
            MergeValues values,
            Letters letters,
            LetterForm letterForm,
            LetterPages pages,
            MailTable mails,
            Cases cases,
            Customers customers,
            CaseAccess access) {
        this.templates = templates;
        this.values = values;
        this.letters = letters;
        this.letterForm = letterForm;
        this.pages = pages;
        this.mails = mails;
        this.cases = cases;
        this.customers = customers;
        this.access = access;
    }

    @Operation(summary = "What a mail to a customer can start from")
    @GetMapping("/api/mail-templates")
    List<TemplateJson> mailTemplates() {
        return all(Template.Kind.MAIL);
    }

    @Operation(summary = "What a letter to a customer can start from")
    @GetMapping("/api/letter-templates")
    List<TemplateJson> letterTemplates() {
        return all(Template.Kind.LETTER);
    }

    @Operation(summary = "A mail template with the words of the case in it, and where a mail would go")
    @GetMapping("/api/cases/{number}/mail-preview")
    MailPreviewJson mailPreview(
            @PathVariable String number,
            @RequestParam(required = false) @Nullable String template,
            @RequestParam(defaultValue = "en") String language) {
        RecoveryCase found = read(number);
        Map<String, String> merged =
                template == null ? Map.of() : merged(found, Template.Kind.MAIL, template, language);
        return new MailPreviewJson(
                template,
                template == null ? null : language,
                customers.byId(found.customerId()).email(),
                merged.getOrDefault("subject", ""),
                merged.getOrDefault("message", ""),
                Merge.fieldsIn(merged.values()));
    }

    @Operation(summary = "A mail to the customer, as it was sent")
    @GetMapping("/api/cases/{number}/mails/{id}")
    MailJson mail(@PathVariable String number, @PathVariable long id) {
        MailTable.Kept mail = mails.get(read(number), id);
        return new MailJson(
                mail.id(),
                mail.recipient(),
                mail.subject(),
                mail.body().replace("{{" + PrivateLinks.FIELD + "}}", Messages.text("survey.link.hidden")),
                mail.messageId(),
                mail.queuedBy(),
                mail.queuedAt(),
                mail.sentAt(),
                mail.bouncedAt(),
                mail.failure(),
                mail.letterId());
    }

    @Operation(summary = "A letter template with the words of the case in it, and where a letter would go")
    @GetMapping("/api/cases/{number}/letter-preview")
    LetterPreviewJson letterPreview(
            @PathVariable String number,
            @RequestParam(required = false) @Nullable String template,
            @RequestParam(defaultValue = "en") String language) {
        RecoveryCase found = read(number);
        Customer customer = customers.byId(found.customerId());
        Map<String, String> merged =
                template == null ? Map.of() : merged(found, Template.Kind.LETTER, template, language);
        return new LetterPreviewJson(
                template,
                template == null ? null : language,
                letterForm.stageOf(found).map(StatutoryStage::code).orElse(null),
                letterForm.stageOf(found).map(StatutoryStage::shown).orElse(null),
                customer.name(),
                customer.address(),
                customer.email(),
                merged,
                Merge.fieldsIn(merged.values()));
    }

    @Operation(summary = "The pages of a letter template with the words of the case in it")
    @GetMapping(value = "/api/cases/{number}/letters/preview", produces = MediaType.APPLICATION_PDF_VALUE)
    ResponseEntity<byte[]> templateAsPages(
            @PathVariable String number,
            @RequestParam String template,
            @RequestParam(defaultValue = "en") String language) {
        RecoveryCase found = read(number);
        Map<String, String> merged = merged(found, Template.Kind.LETTER, template, language);
        return pdf("preview", letters.preview(found, merged::get).bytes());
    }

    @Operation(summary = "The pages of a letter as it stands in the form")
    @PostMapping(value = "/api/cases/{number}/letters/preview", produces = MediaType.APPLICATION_JSON_VALUE)
    PagesJson preview(@PathVariable String number, @RequestBody LetterJson letter) {
        LetterPages.Pdf pdf = letters.preview(read(number), letter.fields());
        return new PagesJson(pdf.number(), pages.images(pdf));
    }

    @Operation(summary = "The same as PDF")
    @PostMapping(value = "/api/cases/{number}/letters/preview", produces = MediaType.APPLICATION_PDF_VALUE)
    ResponseEntity<byte[]> previewPdf(@PathVariable String number, @RequestBody LetterJson letter) {
        return pdf("preview", letters.preview(read(number), letter.fields()).bytes());
    }

    @Operation(
            summary =
                    "Keep the letter of a step as it is printed; completing the step with letterHow=post says it was posted")
    @PostMapping("/api/cases/{number}/steps/{seq}/letter")
    @ResponseStatus(HttpStatus.CREATED)
    PrintedJson print(@PathVariable String number, @PathVariable int seq, @RequestBody LetterJson letter) {
        long id = letters.print(new CaseNumber(number), seq, letter.fields());
        return new PrintedJson(id, "/api/cases/" + number + "/letters/" + id + ".pdf");
    }

    @Operation(summary = "A letter as it was printed or mailed")
    @GetMapping(value = "/api/cases/{number}/letters/{id}.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    ResponseEntity<byte[]> letter(@PathVariable String number, @PathVariable long id) {
        return pdf(number + "-letter-" + id, letters.pdf(read(number), id));
    }

    /** Also for whoever works a step of somebody else's case. */
    private RecoveryCase read(String number) {
        RecoveryCase found = cases.get(new CaseNumber(number));
        access.requireMaySee(found);
        return found;
    }

    /** @throws Refused when there is no such template, or it cannot be used */
    private Map<String, String> merged(RecoveryCase found, Template.Kind kind, String code, String language) {
        Template template = templates.get(kind, code, language);
        Map<MergeField, String> known = values.of(found, language);
        Map<String, String> merged = new LinkedHashMap<>();
        template.parts().forEach((field, text) -> merged.put(field, Merge.fill(text, known)));
        if (kind == Template.Kind.LETTER) {
            merged.put("letterLanguage", language);
            merged.put("letterPurpose", template.stage() == null ? "apology" : "stage-answer");
        }
        return merged;
    }

    private List<TemplateJson> all(Template.Kind kind) {
        return templates.all(kind).stream()
                .map(each -> new TemplateJson(
                        each.code(), each.language(), each.name(), each.stage(), each.parts(), each.problem()))
                .toList();
    }

    private static ResponseEntity<byte[]> pdf(String name, byte[] bytes) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_PDF)
                .header("Content-Disposition", "inline; filename=\"" + name + ".pdf\"")
                .body(bytes);
    }
}
