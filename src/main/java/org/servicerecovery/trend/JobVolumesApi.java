package org.servicerecovery.trend;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Csv;
import org.servicerecovery.Refused;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Another system tells how many jobs were done. Sent again, it changes nothing. */
@RestController
class JobVolumesApi {

    /** @param jobs a whole number */
    record VolumeJson(
            @Nullable String period,
            @Nullable String team,
            @Nullable String area,
            @Nullable String product,
            @Nullable JsonNode jobs) {}

    record VolumesJson(@Nullable List<VolumeJson> volumes) {}

    record ToldJson(List<JobVolumes.Told> volumes) {}

    private static final VolumeJson NOTHING = new VolumeJson(null, null, null, null, null);
    private static final List<String> HEADER = List.of("period", "team", "area", "product", "jobs");

    private final JobVolumes volumes;
    private final Trends trends;

    JobVolumesApi(JobVolumes volumes, Trends trends) {
        this.volumes = volumes;
        this.trends = trends;
    }

    @PostMapping(path = "/api/job-volumes", consumes = MediaType.APPLICATION_JSON_VALUE)
    JobVolumes.Taken json(@RequestBody VolumesJson sent) {
        List<JobVolumes.Named> lines = new ArrayList<>();
        for (VolumeJson line : sent.volumes() == null ? List.<VolumeJson>of() : sent.volumes()) {
            // What comes as JSON may hold nulls.
            VolumeJson each = Objects.requireNonNullElse(line, NOTHING);
            lines.add(new JobVolumes.Named(
                    "volumes[" + lines.size() + "]",
                    new JobVolumes.Line(
                            each.period(),
                            each.team(),
                            each.area(),
                            each.product(),
                            each.jobs() == null ? null : each.jobs().asText())));
        }
        return volumes.take(lines);
    }

    /** With a header of period and jobs, and of team, area, product where these are told apart; in any order. */
    @PostMapping(path = "/api/job-volumes", consumes = "text/csv")
    JobVolumes.Taken csv(@RequestBody byte[] sent) {
        return volumes.take(lines(sent));
    }

    /** As it may be sent again; of the months of a span that is asked for as at the measures. */
    @GetMapping("/api/job-volumes")
    ToldJson told(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        return new ToldJson(volumes.told(Span.of(from, to, null, trends.today())));
    }

    /** The same as a table for other programs. */
    @GetMapping("/api/job-volumes.csv")
    ResponseEntity<String> toldCsv(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        Span span = Span.of(from, to, null, trends.today());
        List<List<? extends @Nullable String>> records = new ArrayList<>();
        records.add(HEADER);
        volumes.told(span)
                .forEach(each -> records.add(
                        List.of(each.period(), each.team(), each.area(), each.product(), String.valueOf(each.jobs()))));
        return Csv.attachment("job-volumes-" + span.from() + "-" + span.to(), records);
    }

    private static List<JobVolumes.Named> lines(byte[] sent) {
        List<String> header = List.of();
        List<JobVolumes.Named> lines = new ArrayList<>();
        long read = 0;
        try (CsvReader<CsvRecord> reader = parser().ofCsvRecord(decode(sent))) {
            for (CsvRecord each : reader) {
                read = each.getStartingLineNumber();
                if (header.isEmpty()) {
                    header = header(each.getFields());
                    continue;
                }
                String name = "line " + read;
                if (each.getFieldCount() != header.size()) {
                    throw Refused.field(
                            name,
                            "refused.volumes.fields",
                            String.valueOf(each.getFieldCount()),
                            String.valueOf(header.size()));
                }
                lines.add(new JobVolumes.Named(
                        name,
                        new JobVolumes.Line(
                                field("period", header, each),
                                field("team", header, each),
                                field("area", header, each),
                                field("product", header, each),
                                field("jobs", header, each))));
            }
        } catch (CsvParseException broken) {
            throw Refused.field("line " + (read + 1), "refused.volumes.csv");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    /** Lines of another length are told of by ourselves, with both lengths. */
    private static CsvReader.CsvReaderBuilder parser() {
        return CsvReader.builder()
                .allowExtraFields(true)
                .allowMissingFields(true)
                .allowExtraCharsAfterClosingQuote(false)
                .allowUnclosedQuote(false);
    }

    /** A mark at the beginning, as spreadsheets write it, is no part of the header. */
    private static String decode(byte[] sent) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(sent))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw Refused.field("volumes", "refused.volumes.utf8");
        }
    }

    private static List<String> header(List<String> fields) {
        List<String> header = fields.stream()
                .map(each -> each.strip().toLowerCase(Locale.ROOT))
                .toList();
        boolean right = HEADER.containsAll(header)
                && Set.copyOf(header).size() == header.size()
                && header.containsAll(List.of("period", "jobs"));
        if (!right) {
            throw Refused.field("line 1", "refused.volumes.header");
        }
        return header;
    }

    private static @Nullable String field(String column, List<String> header, CsvRecord row) {
        int at = header.indexOf(column);
        return at < 0 ? null : row.getField(at);
    }
}
