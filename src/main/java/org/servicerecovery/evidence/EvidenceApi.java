package org.servicerecovery.evidence;

import io.swagger.v3.oas.annotations.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.files.Intake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.InputStreamResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

/** Photos and other files of a case over HTTP. */
@RestController
@RequestMapping("/api/cases/{number}/photos")
class EvidenceApi {

    /**
     * What became of one of the files that were sent.
     *
     * @param outcome {@code added}, {@code already-there} or {@code refused}
     * @param message why, unless it was added
     */
    record AnswerJson(
            String name,
            String outcome,
            @Nullable String message,
            @Nullable CaseFile file) {}

    /**
     * @param people full names by the user ids of those who added the files
     * @param largest how many bytes a file may have
     * @param mostPerCase how many files a case may have
     */
    record FilesJson(List<CaseFile> files, Map<String, String> people, long largest, int mostPerCase) {}

    record ReasonJson(@Nullable String reason) {}

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceApi.class);

    private final Evidence evidence;
    private final CaseOfTask engine;
    private final EvidenceProperties limits;
    private final Intake intake;

    EvidenceApi(Evidence evidence, CaseOfTask engine, EvidenceProperties limits, Intake intake) {
        this.evidence = evidence;
        this.engine = engine;
        this.limits = limits;
        this.intake = intake;
    }

    @Operation(
            summary = "Add photos or PDFs to a case",
            description = "As multipart/form-data: one or more parts named files and, for photos of a step's work, its"
                    + " number as step. Each file has its own answer; 400 when none was taken. One that is larger than the"
                    + " limit refuses the whole request with 413.")
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    List<AnswerJson> add(
            @PathVariable String number,
            @RequestParam(required = false) @Nullable Integer step,
            @RequestParam(required = false) @Nullable List<MultipartFile> files) {
        if (files == null || files.isEmpty()) {
            throw Refused.field("files", "photos.noFiles");
        }
        List<AnswerJson> answers = new ArrayList<>();
        for (MultipartFile file : files) {
            answers.add(add(new CaseNumber(number), step, file));
        }
        if (answers.stream().allMatch(answer -> answer.outcome().equals("refused"))) {
            Refused.Gathered gathered = new Refused.Gathered();
            for (int i = 0; i < answers.size(); i++) {
                gathered.add(
                        answers.size() == 1 ? "files" : "files[" + (i + 1) + "]",
                        String.valueOf(answers.get(i).message()));
            }
            gathered.refuseIfAny();
        }
        return answers;
    }

    private AnswerJson add(CaseNumber number, @Nullable Integer step, MultipartFile file) {
        String name = Objects.requireNonNullElse(file.getOriginalFilename(), "");
        Evidence.Answer answer;
        try {
            answer = evidence.add(number, step, name, file, file.getSize());
        } catch (IOException e) {
            throw notReached(e);
        }
        if (answer instanceof Evidence.Answer.Added added) {
            return new AnswerJson(name, "added", null, added.file());
        }
        if (answer instanceof Evidence.Answer.AlreadyThere there) {
            return new AnswerJson(name, "already-there", there.sentence(), there.file());
        }
        return new AnswerJson(name, "refused", ((Evidence.Answer.Refused) answer).sentence(), null);
    }

    @Operation(summary = "The files of a case, the oldest first")
    @GetMapping
    FilesJson list(@PathVariable String number) {
        List<CaseFile> files = evidence.files(new CaseNumber(number));
        Set<String> people = files.stream().map(CaseFile::uploadedBy).collect(Collectors.toSet());
        return new FilesJson(files, engine.names(people), intake.largest(), limits.mostPerCase());
    }

    @Operation(summary = "One file; a photo as it was sent, without location and the like")
    @GetMapping("/{id}")
    @Nullable
    ResponseEntity<Resource> one(@PathVariable String number, @PathVariable long id, WebRequest request) {
        Evidence.Kept kept = evidence.file(new CaseNumber(number), id);
        String tag = '"' + kept.content().toString() + '"';
        if (request.checkNotModified(tag)) {
            return null;
        }
        CaseFile file = kept.file();
        ContentDisposition disposition = (file.photo() ? ContentDisposition.inline() : ContentDisposition.attachment())
                .filename(file.name(), StandardCharsets.UTF_8)
                .build();
        try {
            return ResponseEntity.ok()
                    .headers(EvidenceApi::asked)
                    .eTag(tag)
                    .contentType(MediaType.parseMediaType(file.type()))
                    .contentLength(file.size())
                    .header(HttpHeaders.CONTENT_DISPOSITION, disposition.toString())
                    .body(new InputStreamResource(evidence.open(kept)));
        } catch (IOException e) {
            throw notReached(e);
        }
    }

    @Operation(summary = "A small JPEG of a photo")
    @GetMapping("/{id}/thumbnail")
    ResponseEntity<byte[]> thumbnail(@PathVariable String number, @PathVariable long id) {
        return ResponseEntity.ok()
                .headers(EvidenceApi::asked)
                .eTag("\"thumbnail-" + id + '"')
                .contentType(MediaType.IMAGE_JPEG)
                .body(evidence.thumbnail(new CaseNumber(number), id));
    }

    @Operation(summary = "Remove a file, with a reason; it is journaled")
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String number, @PathVariable long id, @RequestBody ReasonJson given) {
        evidence.remove(new CaseNumber(number), id, given.reason() == null ? "" : given.reason());
    }

    /** Kept by the reader's browser alone, which asks each time whether the reader may still see it. */
    private static void asked(HttpHeaders headers) {
        headers.setCacheControl(CacheControl.noCache().cachePrivate());
    }

    private ResponseStatusException notReached(IOException why) {
        LOG.error("A file could not be read or kept.", why);
        return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, Messages.text("photos.storeNotReached"));
    }
}
