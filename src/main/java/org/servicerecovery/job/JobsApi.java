package org.servicerecovery.job;

import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Refused;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

/** Jobs for other systems: a dispatcher's token places them, and says or asks what became of them. */
@RestController
@RequestMapping("/api/jobs")
class JobsApi {

    /**
     * @param system which system it is, such as {@code erp}
     * @param externalId what that system calls the job; sent again it places no other
     */
    record NewJobJson(
            @Nullable String system,
            @Nullable String externalId,
            @Nullable String site,
            @Nullable String contactName,
            @Nullable String contactPhone,
            @Nullable String skill,
            @Nullable String area,
            @Nullable String task,
            @Nullable Instant windowFrom,
            @Nullable Instant windowTo,
            @Nullable String parts,
            @Nullable Integer durationMinutes,
            @Nullable String priceReference) {

        OrderFields fields() {
            return new OrderFields(
                    site,
                    contactName,
                    contactPhone,
                    skill,
                    area,
                    task,
                    windowFrom,
                    windowTo,
                    parts,
                    durationMinutes,
                    priceReference);
        }
    }

    /**
     * @param number from the ordinary series; comes with the next release
     * @param state {@code open}, {@code done}, {@code partly}, {@code no-access} or {@code cancelled}
     * @param photos their ids
     */
    record JobJson(
            UUID id,
            @Nullable String number,
            String state,
            @Nullable Instant releasedAt,
            @Nullable String team,
            @Nullable Instant dueAt,
            String site,
            String contactName,
            String contactPhone,
            String skill,
            String area,
            String task,
            Instant windowFrom,
            Instant windowTo,
            String parts,
            int durationMinutes,
            String priceReference,
            String notes,
            @Nullable Instant endedAt,
            List<UUID> photos) {}

    record OutcomeJson(@Nullable String outcome, @Nullable String notes) {}

    record WindowJson(
            @Nullable Instant windowFrom, @Nullable Instant windowTo) {}

    private final Placings placings;
    private final Jobs jobs;
    private final JobPhotos photos;

    JobsApi(Placings placings, Jobs jobs, JobPhotos photos) {
        this.placings = placings;
        this.jobs = jobs;
        this.photos = photos;
    }

    @Operation(
            summary = "Place a job",
            description =
                    "201 with its address; 200 when the same system sent the same job before; 409 when its id stands"
                            + " for another one. The number comes with the next release, usually within a minute.")
    @PostMapping
    ResponseEntity<JobJson> place(@RequestBody NewJobJson wanted) {
        Placings.Placed placed = placings.place(wanted.system(), wanted.externalId(), wanted.fields());
        JobJson job = json(placed.job());
        return placed.isNew()
                ? ResponseEntity.created(URI.create("/api/jobs/" + placed.job()))
                        .body(job)
                : ResponseEntity.ok(job);
    }

    @Operation(
            summary = "Jobs, by their windows, the next first",
            description =
                    "state: open, done, partly, no-access, cancelled; taken: whether somebody has it; late: whether it"
                            + " is open past its due time. With system and externalId: the job that this system has placed.")
    @GetMapping
    List<JobJson> list(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String team,
            @RequestParam(required = false) @Nullable Boolean taken,
            @RequestParam(required = false) @Nullable Boolean late,
            @RequestParam(required = false) @Nullable String number,
            @RequestParam(required = false) @Nullable String system,
            @RequestParam(required = false) @Nullable String externalId,
            @RequestParam(defaultValue = "0") int first,
            @RequestParam(defaultValue = "100") int limit) {
        if (first < 0) {
            throw Refused.field("first", "jobs.refused.first");
        }
        if ((system == null) != (externalId == null)) {
            throw Refused.field(system == null ? "system" : "externalId", "jobs.refused.missing");
        }
        if (system != null && externalId != null) {
            return placings.of(system, externalId).map(this::json).stream().toList();
        }
        JobState wanted = state == null ? null : Coded.parse(JobState.class, "state", state);
        return jobs.search(new Jobs.Search(wanted, team, taken, late, number), first, ListLimit.checked(limit)).stream()
                .map(this::json)
                .toList();
    }

    @Operation(summary = "A job as it stands")
    @GetMapping("/{id}")
    JobJson get(@PathVariable String id) {
        return json(uuid(id));
    }

    @Operation(
            summary = "Say how a job ended that was worked outside of here",
            description = "outcome: done, partly or no-access; notes: what was done, or why not.")
    @PostMapping("/{id}/outcome")
    JobJson outcome(@PathVariable String id, @RequestBody OutcomeJson said) {
        jobs.reported(uuid(id), Outcomes.parse(said.outcome()), said.notes() == null ? "" : said.notes());
        return json(uuid(id));
    }

    @Operation(summary = "Give a job another time window")
    @PostMapping("/{id}/rescheduling")
    JobJson reschedule(@PathVariable String id, @RequestBody WindowJson window) {
        jobs.reschedule(uuid(id), window.windowFrom(), window.windowTo());
        return json(uuid(id));
    }

    @Operation(summary = "Cancel a job; one that is cancelled already stays so")
    @PostMapping("/{id}/cancellation")
    @ResponseStatus(HttpStatus.OK)
    JobJson cancel(@PathVariable String id) {
        jobs.cancel(uuid(id));
        return json(uuid(id));
    }

    @Operation(summary = "A photo of the work")
    @GetMapping("/{id}/photos/{photo}")
    @Nullable
    ResponseEntity<Resource> photo(@PathVariable String id, @PathVariable String photo, WebRequest request) {
        UUID job = jobs.get(uuid(id)).id();
        return SentPhoto.whole(
                photos,
                photos.find(job, uuid(photo)).orElseThrow(() -> Refused.notFound("jobs.refused.noSuchPhoto")),
                request);
    }

    @Operation(summary = "A small JPEG of a photo of the work")
    @GetMapping("/{id}/photos/{photo}/thumbnail")
    ResponseEntity<byte[]> thumbnail(@PathVariable String id, @PathVariable String photo) {
        UUID job = jobs.get(uuid(id)).id();
        return SentPhoto.small(
                photo,
                photos.thumbnail(job, uuid(photo)).orElseThrow(() -> Refused.notFound("jobs.refused.noSuchPhoto")));
    }

    private JobJson json(UUID id) {
        return json(jobs.get(id));
    }

    private JobJson json(Job job) {
        Order order = job.order();
        return new JobJson(
                job.id(),
                job.number(),
                job.state().code(),
                job.releasedAt(),
                job.team(),
                job.dueAt(),
                order.site(),
                order.contactName(),
                order.contactPhone(),
                order.skill(),
                order.area(),
                order.task(),
                order.windowFrom(),
                order.windowTo(),
                order.parts(),
                order.durationMinutes(),
                order.priceReference(),
                job.notes(),
                job.endedAt(),
                photos.of(job.id()).stream().map(JobPhotos.Photo::id).toList());
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Refused.notFound("jobs.refused.unknown", text.length() > 60 ? text.substring(0, 60) : text);
        }
    }
}
