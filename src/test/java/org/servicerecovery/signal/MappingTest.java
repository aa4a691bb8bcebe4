package org.servicerecovery.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<String> CFPB = List.of(
            "Date received",
            "Product",
            "Sub-product",
            "Issue",
            "Sub-issue",
            "Consumer complaint narrative",
            "Company",
            "State",
            "Tags",
            "Company response to consumer",
            "Timely response?",
            "Complaint ID");

    @Test
    void complaintOfTheBureauBecomesASignal() throws Exception {
        Signal.Draft draft = fit(Map.of(
                "Date received", "2021/3/14",
                "Product", "Heating",
                "Sub-product", "Boiler",
                "Issue", "Repair failed",
                "Sub-issue", "Twice",
                "Consumer complaint narrative", "They came.\nThey left.",
                "State", "OR",
                "Timely response?", "Yes",
                "Complaint ID", "77"));

        assertThat(draft)
                .isEqualTo(new Signal.Draft(
                        "cfpb",
                        "77",
                        new Signal.Account("CFPB 77", "Consumer of complaint 77", null, null),
                        "create",
                        "minor",
                        "complaint",
                        "Repair failed: Twice",
                        "They came.\nThey left.",
                        new Signal.OriginDraft("ticket", "77", null, "OR", "Heating: Boiler", null),
                        // The day of the change to summer time starts at winter's offset.
                        Instant.parse("2021-03-14T05:00:00Z")));
    }

    @Test
    void severityOfAComplaintFollowsFromItsColumns() throws Exception {
        assertThat(severity("No", "Servicemember", "Closed with relief")).isEqualTo("major");
        assertThat(severity("yes", "Servicemember", "")).isEqualTo("moderate");
        assertThat(severity("Yes", "Older American, Servicemember", "")).isEqualTo("moderate");
        assertThat(severity("Yes", "", "Closed with monetary relief")).isEqualTo("moderate");
        assertThat(severity("Yes", "", "Closed with explanation")).isEqualTo("minor");
    }

    private static String severity(String timely, String tags, String response) throws Exception {
        return String.valueOf(fit(Map.of(
                        "Date received", "2021/3/14",
                        "Product", "Heating",
                        "Issue", "Repair failed",
                        "Complaint ID", "77",
                        "Timely response?", timely,
                        "Tags", tags,
                        "Company response to consumer", response))
                .severity());
    }

    @Test
    void partInBracketsIsLeftOutWithItsColumnAndABlankColumnOutsideEmptiesTheText() {
        Template template = Template.parse("[{Team}: ]{What}[ in {Area}] {{x}}");

        assertThat(template.columns()).containsExactly("Team", "What", "Area");
        assertThat(template.fill(Map.of("Team", "North", "What", "late", "Area", "Wedding")::get))
                .isEqualTo("North: late in Wedding {x}");
        assertThat(template.fill(Map.of("Team", " ", "What", "late", "Area", "")::get))
                .isEqualTo("late {x}");
        assertThat(template.fill(Map.of("Team", "North", "What", "", "Area", "Wedding")::get))
                .isEmpty();
        for (String wrong : List.of("{Team", "Team}", "[a", "a]", "[a[b]]x]")) {
            assertThatThrownBy(() -> Template.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void mappingThatIsNotUnderstoodIsRefusedInASentence(@TempDir Path folder) throws IOException {
        String good = Files.readString(Path.of("src/test/resources/import/visits.yml"));
        assertThat(good).contains("zone: Europe/Berlin");

        refused(folder, good + "sevrity: minor\n", "a key that is not known: \"sevrity\"");
        refused(folder, good.replace("  name:", "  nam:"), "in customer: \"nam\"");
        refused(
                folder,
                good.replace("annoying: minor", "annoying: tiny"),
                "\"tiny\" is not known. Choose one of: minor");
        refused(
                folder,
                good.replace("phone: callback", "phone: pigeon"),
                "failure-source that \"pigeon\" is not known");
        refused(folder, good.replace("unknown: create", "unknown: guess"), "\"guess\" is not known");
        refused(folder, good.replace("kind: \"{Kind}\"", "kind: rumour"), "\"rumour\"");
        refused(folder, good.replace("Europe/Berlin", "Berlin"), "a zone that is none");
        refused(folder, good.replace("d.M.yyyy", "d.M.bogus"), "a date format that is none");
        refused(folder, good.replace("\"{Ref}\"", "\"{Ref\""), "a { without its }");
        refused(folder, good.replace("  number: \"{Account}\"\n", ""), "needs customer.number");
        refused(folder, good.replace("summary:", "summery:"), "summery");
        refused(folder, good + "summary: twice\n", "is no YAML");
        refused(folder, good.replace("VD-[0-9]", "VD-[0-9"), "a pattern that is none");
        refused(folder, good.replace("letter: complaint", "letter: yes"), "Put it in quotes", "\"yes\" is not known");
        refused(folder, "", "is empty");
        refused(folder, "just text", "no list of keys");
        refused(folder, "a: [", "is no YAML");
        assertThatThrownBy(() -> MappingFile.read("unheard-of")).hasMessageContaining("under no such name");
        assertThatThrownBy(() -> MappingFile.read("no/such.yml")).hasMessageContaining("no such file");
    }

    private static void refused(Path folder, String yaml, String... anyOf) throws IOException {
        Path file = Files.writeString(folder.resolve("mapping.yml"), yaml);
        assertThatThrownBy(() -> MappingFile.read(file.toString()))
                .isInstanceOf(Mapping.DoesNotFit.class)
                .satisfies(e -> assertThat(List.of(anyOf))
                        .anyMatch(part -> String.valueOf(e.getMessage()).contains(part)));
    }

    @Test
    void fileWithoutAColumnThatTheMappingUsesIsRefusedAtOnce() throws Exception {
        Mapping mapping = MappingFile.read("cfpb");
        List<String> header = new ArrayList<>(CFPB);
        header.remove("Timely response?");
        header.remove("State");

        assertThatThrownBy(() -> mapping.to(header))
                .isInstanceOf(Mapping.DoesNotFit.class)
                .hasMessageContaining("\"Timely response?\", \"State\"")
                .hasMessageContaining("Complaint ID");
        List<String> twice = new ArrayList<>(CFPB);
        twice.add("Issue");
        assertThatThrownBy(() -> mapping.to(twice)).hasMessageContaining("\"Issue\" twice");
    }

    private static Signal.Draft fit(Map<String, String> cells) throws Exception {
        List<String> row =
                CFPB.stream().map(name -> cells.getOrDefault(name, "")).toList();
        Mapping.Read read = MappingFile.read("cfpb").to(CFPB).read(new CsvRecords.Whole(2, row), NOW);
        assertThat(read).isInstanceOf(Mapping.Fit.class);
        return ((Mapping.Fit) read).draft();
    }
}
