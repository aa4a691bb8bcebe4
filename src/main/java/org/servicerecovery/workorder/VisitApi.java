package org.servicerecovery.workorder;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.Tasks;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobPhotos;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Order;
import org.servicerecovery.job.SentPhoto;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** The visit that a step has ordered, for the people of its case. */
@RestController
@RequestMapping("/api/cases/{number}/steps/{seq}/visit")
class VisitApi {

    record PhotoJson(UUID id, String name) {}

    /**
     * @param orderNumber from the next release on
     * @param state {@code open}, {@code done}, {@code partly}, {@code no-access} or {@code cancelled}
     * @param stands where an open one stands: {@code waits}, {@code offered}, {@code taken}; else as its state
     * @param priceReference what the order is priced by, like any job's
     * @param charged whether the customer is charged for it: {@code yes}, {@code no}, {@code partly}, or nobody has said
     * @param notes what the operative wrote
     * @param agreed what was agreed with the customer when it was ordered
     * @param told how the customer heard of the appointment
     */
    record VisitStateJson(
            @Nullable String orderNumber,
            String state,
            String stands,
            Instant windowFrom,
            Instant windowTo,
            String site,
            String contactName,
            String contactPhone,
            String task,
            String parts,
            String priceReference,
            @Nullable String charged,
            String chargedNotes,
            String notes,
            @Nullable Instant endedAt,
            List<PhotoJson> photos,
            String agreed,
            @Nullable String told,
            @Nullable Instant toldAt,
            String toldNotes,
            @Nullable String call,
            @Nullable Instant calledAt,
            String callNotes) {}

    record ToldJson(
            @Nullable String told,
            @Nullable String notes,
            @Nullable String tryAgainAt,
            @Nullable String nextStepType,
            @Nullable String nextStepPurpose) {}

    record CallJson(
            @Nullable String reached,
            @Nullable String notes,
            @Nullable String tryAgainAt,
            @Nullable String charged,
            @Nullable String chargedNotes,
            @Nullable String nextStepType,
            @Nullable String nextStepPurpose) {}

    record NextJson(
            @Nullable String notes,
            @Nullable String nextStepType,
            @Nullable String nextStepPurpose) {}

    record ChargeJson(@Nullable String charged, @Nullable String notes) {}

    record ReasonJson(@Nullable String reason) {}

    record WindowJson(
            @Nullable Instant windowFrom,
            @Nullable Instant windowTo,
            @Nullable String reason) {}

    private final Cases cases;
    private final Plan plan;
    private final CaseAccess access;
    private final Visits visits;
    private final Jobs jobs;
    private final JobPhotos photos;

    VisitApi(Cases cases, Plan plan, CaseAccess access, Visits visits, Jobs jobs, JobPhotos photos) {
        this.cases = cases;
        this.plan = plan;
        this.access = access;
        this.visits = visits;
        this.jobs = jobs;
        this.photos = photos;
    }

    @Operation(summary = "The visit of a step: its appointment, where the work stands, what the customer was told")
    @GetMapping
    VisitStateJson one(@PathVariable String number, @PathVariable int seq) {
        Visit visit = visible(number, seq);
        Job job = jobs.get(visit.job());
        Order order = job.order();
        return new VisitStateJson(
                job.number(),
                job.state().code(),
                stands(job),
                order.windowFrom(),
                order.windowTo(),
                order.site(),
                order.contactName(),
                order.contactPhone(),
                order.task(),
                order.parts(),
                order.priceReference(),
                visit.charged() == null ? null : visit.charged().code(),
                visit.chargedNotes(),
                job.notes(),
                job.endedAt(),
                photos.of(job.id()).stream()
                        .map(photo -> new PhotoJson(photo.id(), photo.name()))
                        .toList(),
                visit.agreed(),
                visit.told() == null ? null : visit.told().code(),
                visit.toldAt(),
                visit.toldNotes(),
                visit.call() == null ? null : visit.call().code(),
                visit.calledAt(),
                visit.callNotes());
    }

    private static String stands(Job job) {
        if (job.state() != JobState.OPEN) {
            return job.state().code();
        }
        return job.number() == null ? "waits" : job.assignee() == null ? "offered" : "taken";
    }

    @Operation(summary = "A photo that the operative took of the work")
    @GetMapping("/photos/{photo}")
    @Nullable
    ResponseEntity<Resource> photo(
            @PathVariable String number, @PathVariable int seq, @PathVariable UUID photo, WebRequest request) {
        UUID job = visible(number, seq).job();
        return SentPhoto.whole(
                photos,
                photos.find(job, photo).orElseThrow(() -> Refused.notFound("jobs.refused.noSuchPhoto")),
                request);
    }

    @Operation(summary = "A small JPEG of such a photo")
    @GetMapping("/photos/{photo}/thumbnail")
    ResponseEntity<byte[]> thumbnail(@PathVariable String number, @PathVariable int seq, @PathVariable UUID photo) {
        UUID job = visible(number, seq).job();
        return SentPhoto.small(
                photo.toString(),
                photos.thumbnail(job, photo).orElseThrow(() -> Refused.notFound("jobs.refused.noSuchPhoto")));
    }

    private Visit visible(String number, int seq) {
        RecoveryCase found = cases.get(new CaseNumber(number));
        access.requireMaySee(found);
        return visits.find(found, seq)
                .orElseThrow(() -> Refused.notFound("refused.visit.noneOrdered", String.valueOf(seq), number));
    }

    @Operation(
            summary = "Say how the customer heard of the appointment",
            description = "told: phone, email, text-message, agreed-before or not-reached. Where the customer was not "
                    + "reached: tryAgainAt, or a further step that reaches them in another way.")
    @PostMapping("/appointment")
    Step told(@PathVariable String number, @PathVariable int seq, @RequestBody ToldJson said) {
        return answer(
                number,
                seq,
                Tasks.TELL_APPOINTMENT,
                submitted(
                        "told",
                        said.told(),
                        said.notes(),
                        said.tryAgainAt(),
                        said.nextStepType(),
                        said.nextStepPurpose()));
    }

    @Operation(
            summary = "Say what came of the call after the visit",
            description = "reached: reached, voicemail or no-answer, with tryAgainAt where somebody calls again.")
    @PostMapping("/call")
    Step called(@PathVariable String number, @PathVariable int seq, @RequestBody CallJson said) {
        Map<String, Object> submitted = submitted(
                "reached",
                said.reached(),
                said.notes(),
                said.tryAgainAt(),
                said.nextStepType(),
                said.nextStepPurpose());
        submitted.put("charged", said.charged());
        submitted.put("chargedNotes", said.chargedNotes());
        return answer(number, seq, Tasks.CALL_AFTER_VISIT, submitted);
    }

    @Operation(summary = "Say how the case goes on after a visit that did not bring what it was ordered for")
    @PostMapping("/next")
    Step next(@PathVariable String number, @PathVariable int seq, @RequestBody NextJson said) {
        return answer(
                number,
                seq,
                Tasks.PLAN_AGAIN,
                submitted("notes", said.notes(), said.notes(), null, said.nextStepType(), said.nextStepPurpose()));
    }

    @Operation(summary = "Cancel the visit; this does not make the case more severe")
    @PostMapping("/cancellation")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancel(@PathVariable String number, @PathVariable int seq, @RequestBody ReasonJson why) {
        visits.cancel(new CaseNumber(number), seq, why.reason() == null ? "" : why.reason());
    }

    @Operation(
            summary = "Say whether the customer is charged for the visit",
            description =
                    "charged: yes, no or partly (notes say which part). It stays on the case's side, and the accountant's.")
    @PostMapping("/charge")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void charge(@PathVariable String number, @PathVariable int seq, @RequestBody ChargeJson said) {
        visits.charge(
                new CaseNumber(number),
                seq,
                Coded.parse(Charged.class, "charged", said.charged()),
                said.notes() == null ? "" : said.notes());
    }

    @Operation(summary = "Give the visit another time window")
    @PostMapping("/rescheduling")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void reschedule(@PathVariable String number, @PathVariable int seq, @RequestBody WindowJson window) {
        visits.reschedule(
                new CaseNumber(number),
                seq,
                window.windowFrom(),
                window.windowTo(),
                window.reason() == null ? "" : window.reason());
    }

    private static Map<String, Object> submitted(
            String field,
            @Nullable String said,
            @Nullable String notes,
            @Nullable String tryAgainAt,
            @Nullable String nextStepType,
            @Nullable String nextStepPurpose) {
        Map<String, Object> submitted = new HashMap<>();
        submitted.put(field, said);
        submitted.put("notes", notes);
        submitted.put("tryAgainAt", tryAgainAt);
        submitted.put("nextStepType", nextStepType);
        submitted.put("nextStepPurpose", nextStepPurpose);
        return submitted;
    }

    private Step answer(String number, int seq, String task, Map<String, Object> submitted) {
        submitted.values().removeIf(value -> value == null);
        return plan.work(new CaseNumber(number), seq, List.of(task), submitted);
    }
}
