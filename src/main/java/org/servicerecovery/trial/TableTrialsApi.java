package org.servicerecovery.trial;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Csv;
import org.servicerecovery.ListLimit;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.TableTrials;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/**
 * Try a decision table on the past before it is deployed. It is sent as a file, never deployed, and judged in memory; days
 * are those of the business.
 */
@RestController
class TableTrialsApi {

    /** A table that can be tried, as it is deployed. */
    record TableJson(String table, String name, int version) {}

    /** From the first to the last, both in it; as texts, so that what is no day is refused in our words. */
    record Days(
            @Schema(format = "date") @Nullable String from,
            @Schema(format = "date") @Nullable String to) {

        @Nullable
        LocalDate first() {
            return from == null || from.isBlank() ? null : AskedDay.of("from", from);
        }

        @Nullable
        LocalDate last() {
            return to == null || to.isBlank() ? null : AskedDay.of("to", to);
        }
    }

    private static final String XML = "text/xml";

    private final TableTrialDesk desk;
    private final Clock clock;
    private final BusinessZone zone;

    TableTrialsApi(TableTrialDesk desk, Clock clock, BusinessZone zone) {
        this.desk = desk;
        this.clock = clock;
        this.zone = zone;
    }

    @GetMapping("/api/decision-tables")
    @Operation(summary = "The decision tables that can be tried on the past, as they are deployed")
    List<TableJson> tables() {
        return desk.deployed().stream()
                .map(each -> new TableJson(each.id(), each.name(), each.version()))
                .toList();
    }

    @GetMapping("/api/decision-tables/{table:[A-Za-z0-9-]+}.dmn")
    @Operation(summary = "A decision table as it is deployed, to be changed and tried")
    ResponseEntity<byte[]> table(@PathVariable String table) {
        TableTrials.Deployed deployed = desk.deployed(table);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_XML)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(deployed.id() + ".dmn")
                                .build()
                                .toString())
                .body(deployed.file());
    }

    /**
     * @param table the file
     * @param against a file to compare with; without one it is the deployed table
     * @param offset of the differences that are listed
     */
    @PostMapping(path = "/api/table-trials", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary = "What a changed table would have done with past cases, beside the deployed one or another file;"
                    + " of the last twelve months where no days are given")
    TrialJson tried(
            @RequestParam(required = false) @Nullable MultipartFile table,
            @RequestParam(required = false) @Nullable MultipartFile against,
            @ParameterObject Days days,
            @RequestParam(defaultValue = "0") int offset,
            @RequestParam(defaultValue = "50") int limit) {
        return json(desk.run(read("table", table), other(against), span(days)), offset, limit);
    }

    @PostMapping(
            path = "/api/table-trials",
            consumes = {MediaType.APPLICATION_XML_VALUE, XML})
    @Operation(summary = "The same of a table that is the body, beside the deployed one")
    TrialJson triedBody(
            HttpServletRequest body,
            @ParameterObject Days days,
            @RequestParam(defaultValue = "0") int offset,
            @RequestParam(defaultValue = "50") int limit) {
        return json(desk.run(read(body), null, span(days)), offset, limit);
    }

    @PostMapping(path = "/api/table-trials.csv", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(summary = "All differences as a table for other programs; counts alone for those who see no case")
    ResponseEntity<String> csv(
            @RequestParam(required = false) @Nullable MultipartFile table,
            @RequestParam(required = false) @Nullable MultipartFile against,
            @ParameterObject Days days) {
        return csv(desk.run(read("table", table), other(against), span(days)));
    }

    @PostMapping(
            path = "/api/table-trials.csv",
            consumes = {MediaType.APPLICATION_XML_VALUE, XML})
    @Operation(summary = "The same of a table that is the body")
    ResponseEntity<String> csvOfBody(HttpServletRequest body, @ParameterObject Days days) {
        return csv(desk.run(read(body), null, span(days)));
    }

    private TrialSpan span(Days days) {
        return TrialSpan.of(days.first(), days.last(), zone.dateOf(clock.instant()), zone.id());
    }

    private static TrialJson json(TableTrialDesk.Trial trial, int offset, int limit) {
        if (offset < 0) {
            throw Refused.field("offset", "refused.tableTrial.offset");
        }
        return TrialJson.of(trial, offset, ListLimit.checked(limit));
    }

    private static ResponseEntity<String> csv(TableTrialDesk.Trial trial) {
        return Csv.attachment(
                "trial-" + trial.after().id() + "-" + trial.span().from() + "-"
                        + trial.span().to(),
                TrialCsv.of(trial.outcome(), TrialJson.SeesJson.now()));
    }

    private static byte @Nullable [] other(@Nullable MultipartFile against) {
        return against == null || against.isEmpty() ? null : read("against", against);
    }

    private static byte[] read(String field, @Nullable MultipartFile file) {
        if (file == null) {
            throw Refused.field(field, "refused.missing");
        }
        try (InputStream content = file.getInputStream()) {
            return atMost(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(HttpServletRequest request) {
        try {
            return atMost(request.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One byte more than is taken is enough to know that it is too much. */
    private static byte[] atMost(InputStream content) throws IOException {
        return content.readNBytes(TableTrials.LARGEST_KB * 1024 + 1);
    }
}
