package org.servicerecovery.measure;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.correspondence.Colleagues;
import org.servicerecovery.measure.ReportMails.Subscription;
import org.servicerecovery.measure.ReportMails.Trouble;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The Recovery page as a PDF, and for each their own wish to have it by mail. */
@RestController
class ReportApi {

    /**
     * @param code role, address, refused or failed
     * @param why a sentence in the reader's language
     * @param said what the mail server said
     * @param at null where nothing was tried yet
     */
    record TroubleJson(
            String code,
            String why,
            @Nullable String said,
            @Nullable Instant at) {}

    /**
     * @param mayHaveIt whether this role sees what is in the report
     * @param language in which it is written
     * @param nextAt when it goes out, to those who want it by then
     * @param lastWeek of which they got the last one
     * @param trouble why the last one did not go out, or the next one will not
     */
    record SubscriptionJson(
            boolean subscribed,
            boolean mayHaveIt,
            @Nullable String language,
            @Nullable Instant since,
            Instant nextAt,
            @Nullable String lastWeek,
            @Nullable Instant lastAt,
            @Nullable TroubleJson trouble) {}

    private final RecoveryReport report;
    private final Measures measures;
    private final ReportMails mails;
    private final ReportSchedule schedule;
    private final Colleagues colleagues;
    private final Clock clock;

    ReportApi(
            RecoveryReport report,
            Measures measures,
            ReportMails mails,
            ReportSchedule schedule,
            Colleagues colleagues,
            Clock clock) {
        this.report = report;
        this.measures = measures;
        this.mails = mails;
        this.schedule = schedule;
        this.colleagues = colleagues;
        this.clock = clock;
    }

    @Operation(summary = "The Recovery page of a week, such as 2026-W48, as a PDF; of the week that runs, without")
    @GetMapping(value = "/api/recovery/report.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
    ResponseEntity<byte[]> pdf(@RequestParam(required = false) @Nullable String week) {
        measures.visible();
        Week wanted = week == null ? Week.of(measures.today()) : Week.of(week, measures.today());
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_PDF)
                .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + RecoveryReport.fileName(wanted) + "\"")
                .body(report.pdf(wanted));
    }

    @Operation(summary = "Whether the caller gets the report by mail, and why the last one did not go out")
    @GetMapping("/api/recovery/subscription")
    SubscriptionJson subscription() {
        Actor actor = Actor.current();
        Optional<Subscription> wanted = mails.of(actor.id());
        Optional<ReportMails.Sent> last = wanted.flatMap(each -> mails.lastSent(actor.id()));
        return new SubscriptionJson(
                wanted.isPresent(),
                CaseRoles.seesEveryTrend(actor),
                wanted.map(Subscription::language).orElse(null),
                wanted.map(Subscription::since).orElse(null),
                schedule.next(clock.instant()),
                last.map(each -> each.week().toString()).orElse(null),
                last.map(ReportMails.Sent::at).orElse(null),
                wanted.map(each -> trouble(actor.id(), each)).orElse(null));
    }

    @Operation(summary = "Send the caller the report of the last week, every week, in the language of the request")
    @PutMapping("/api/recovery/subscription")
    SubscriptionJson subscribe() {
        measures.visible();
        Actor actor = Actor.current();
        if (actor.isSystem()) {
            throw Refused.forbidden("refused.measure.notYours");
        }
        mails.subscribe(actor.id(), Messages.language(Messages.reader()).getLanguage());
        return subscription();
    }

    @Operation(summary = "Send it no more")
    @DeleteMapping("/api/recovery/subscription")
    SubscriptionJson unsubscribe() {
        mails.unsubscribe(Actor.current().id());
        return subscription();
    }

    /** Told before the first mail fails for it, where it is known. */
    private @Nullable TroubleJson trouble(String person, Subscription wanted) {
        Trouble trouble = wanted.trouble();
        if (colleagues.addressOf(person).isEmpty()) {
            trouble = Trouble.ADDRESS;
        } else if (trouble == Trouble.ADDRESS) {
            // An administrator has entered one since.
            return null;
        }
        if (trouble == null) {
            return null;
        }
        String code = trouble.name().toLowerCase(Locale.ROOT);
        return new TroubleJson(code, Messages.text("report.trouble." + code), wanted.said(), wanted.troubleAt());
    }
}
