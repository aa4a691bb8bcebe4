package org.servicerecovery.signal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.servicerecovery.RunningApplication;
import org.servicerecovery.ServiceRecovery;
import org.servicerecovery.TestPeople;
import org.servicerecovery.Visitor;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.installation.RecoverySwitch;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The import against the whole application, over HTTP. Each test has a source system of its own. */
@RunningApplication
class ComplaintImportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Duration> SHORT_PAUSES = List.of(Duration.ofMillis(10), Duration.ofMillis(50));

    private final JdbcClient db;
    private final Customers customers;
    private final Cases cases;
    private final Journal journal;
    private final RecoverySwitch recoverySwitch;
    private final RuntimeService runtime;
    private final String opener;
    private final int port;
    private final String source = "desk-" + UUID.randomUUID().toString().substring(0, 8);
    private final Path folder;

    private record Run(int exitCode, String out, String err, List<CsvRecord> report) {

        List<Long> refusedLines() {
            return report.stream()
                    .map(row -> Long.valueOf(row.getField(0)))
                    .sorted()
                    .toList();
        }
    }

    ComplaintImportTest(
            @Autowired JdbcClient db,
            @Autowired Customers customers,
            @Autowired Cases cases,
            @Autowired Journal journal,
            @Autowired RecoverySwitch recoverySwitch,
            @Autowired RuntimeService runtime,
            @Autowired IdentityService identities,
            @LocalServerPort int port,
            @TempDir Path folder) {
        this.db = db;
        this.customers = customers;
        this.cases = cases;
        this.journal = journal;
        this.recoverySwitch = recoverySwitch;
        this.runtime = runtime;
        this.port = port;
        this.folder = folder;
        this.opener = TestPeople.person(identities, Role.CX_LEAD);
    }

    @BeforeEach
    void someCustomerIsKnown() {
        customers.register("A-1", "Ada Holm", "ada@holm.example", "+49 30 5550 1001");
    }

    @AfterEach
    void switchOn() {
        recoverySwitch.turn(true, "test");
    }

    @Test
    void everyRowBecomesOneCaseAndASecondRunOpensNone() throws Exception {
        Instant before = Instant.now().minusSeconds(1);

        Run first = run(Visits.FILE);
        Run second = run(Visits.FILE);

        assertThat(first.out()).startsWith("opened 8, already in 0, held 0, refused 0 (8 rows");
        assertThat(first.exitCode()).isZero();
        assertThat(second.out()).startsWith("opened 0, already in 8, held 0, refused 0 (8 rows");
        assertThat(second.exitCode()).isZero();
        assertThat(casesOf(source)).hasSize(8);

        RecoveryCase found = caseOf("VD-1003");
        assertThat(customers.byId(found.customerId()).name()).isEqualTo("Reyes, Ines");
        assertThat(found.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(found.source()).isEqualTo(FailureSource.COMPLAINT);
        assertThat(found.summary()).isEqualTo("Water ran through the ceiling after the repair (South)");
        assertThat(found.verbatim())
                .isEqualTo("The pipe was \"fixed\", he said.\nTwo hours later the water came through the lamp.");
        assertThat(found.reportedAt()).isEqualTo(Instant.parse("2025-02-03T23:00:00Z"));
        assertThat(found.openedAt()).isAfter(before);
        assertThat(found.openedBy()).isEqualTo(opener);
        assertThat(cases.origin(found.id())).contains(new Origin("job", "J-5003", "South", "Rudow", null, null, null));
        assertThat(journal.of(found.id()))
                .anySatisfy(entry ->
                        assertThat(entry.content()).isEqualTo(Map.of("sourceSystem", source, "externalId", "VD-1003")));
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(found.number().value())
                        .rootProcessInstances()
                        .count())
                .isOne();
    }

    @Test
    void exactlyThePlantedDefectsAreRefusedEachWithItsReason() throws Exception {
        Visits.Planted planted = Visits.planted(Visits.everyDefect());
        Path file = Files.write(folder.resolve("planted.csv"), planted.bytes());

        Run run = run(file);

        assertThat(planted.defectByLine()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(run.refusedLines())
                .containsExactlyElementsOf(planted.defectByLine().keySet());
        assertThat(run.out())
                .startsWith("opened %d, already in 0, held 0, refused %d ("
                        .formatted(planted.soundRows(), planted.defectByLine().size()));
        assertThat(run.exitCode()).isOne();
        assertThat(run.refusedLines())
                .containsExactlyElementsOf(planted.defectByLine().keySet());
        for (CsvRecord row : run.report()) {
            Visits.Defect defect = Objects.requireNonNull(planted.defectByLine().get(Long.valueOf(row.getField(0))));
            assertThat(row.getField(3)).as(defect.name()).contains(defect.reason());
            assertThat(row.getField(1)).as(defect.name()).isEqualTo(defect.column());
        }
        assertThat(casesOf(source)).hasSize(planted.soundRows());

        Run again = run(file);
        assertThat(again.refusedLines()).isEqualTo(run.refusedLines());
        assertThat(again.out()).startsWith("opened 0, already in %d, held 0, ".formatted(planted.soundRows()));
        assertThat(casesOf(source)).hasSize(planted.soundRows());
    }

    @Test
    void twoImportsAtTheSameTimeOpenEachRowOnce() throws Exception {
        Path file = soundRows(60);
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            List<Future<Run>> runs = both.invokeAll(List.of(
                    (Callable<Run>) () -> run(file, folder.resolve("report-1.csv")),
                    () -> run(file, folder.resolve("report-2.csv"))));

            int opened = 0;
            int alreadyIn = 0;
            for (Future<Run> run : runs) {
                assertThat(run.get().exitCode()).isZero();
                opened += count("opened", run.get());
                alreadyIn += count("already in", run.get());
            }
            assertThat(opened).isEqualTo(60);
            assertThat(alreadyIn).isEqualTo(60);
            assertThat(casesOf(source)).hasSize(60).doesNotHaveDuplicates();
        } finally {
            both.shutdownNow();
        }
    }

    @Test
    void lostAnswersAreAskedForAgainAndOpenNothingTwice() throws Exception {
        Path file = soundRows(40);
        try (CutOffRelay network = new CutOffRelay(port, 7)) {
            Run run = run(file, folder.resolve("report.csv"), network.port(), "unknown: create");

            assertThat(network.answersLost()).isPositive();
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).startsWith("opened 40, already in 0, held 0, refused 0 (");
            assertThat(casesOf(source)).hasSize(40).doesNotHaveDuplicates();
        }
    }

    @Test
    void importStopsWithTheSwitchsSentenceAndGoesOnWhereItStopped() throws Exception {
        Path file = soundRows(20);
        recoverySwitch.turn(false, "Frieda");

        Run stopped = run(file);

        assertThat(stopped.exitCode()).isEqualTo(2);
        assertThat(stopped.err())
                .contains("turned off by Frieda")
                .contains("Stopped before line 2. ")
                .contains("--from-line 2");
        assertThat(stopped.report()).isEmpty();
        assertThat(casesOf(source)).isEmpty();

        recoverySwitch.turn(true, "Frieda");
        Run rest = run(file, folder.resolve("rest.csv"), port, "unknown: create", "--from-line", "12");
        assertThat(rest.out()).startsWith("opened 10, ");
        assertThat(run(file).out()).startsWith("opened 10, already in 10, held 0, refused 0 ");
    }

    @Test
    void unknownCustomerIsHeldUntilSomebodyFindsTheAccount() throws Exception {
        Path file = rows(
                with(Visits.row("VD-1001"), Map.of("Account", "A-nobody")),
                with(Visits.row("VD-1002"), Map.of("Account", "A-1")));

        Run run = run(file, folder.resolve("report.csv"), port, "unknown: hold");

        assertThat(run.out()).startsWith("opened 1, already in 0, held 1, refused 0 ");
        assertThat(run(file, folder.resolve("report.csv"), port, "unknown: match")
                        .out())
                .startsWith("opened 0, already in 2, held 0, refused 0 ");
        Visitor lead = Visitor.withBasic(port, opener, TestPeople.PASSWORD);
        JsonNode held = heldSignal(lead);
        assertThat(held.path("externalId").asText()).isEqualTo("VD-1001");
        assertThat(held.path("reason").asText()).isEqualTo("There is no customer with number A-nobody.");
        assertThat(held.path("verbatim").asText()).isEqualTo("They left it open, and the dog was gone.");

        String address = "/api/signals/" + held.path("id").asLong() + "/case";
        assertThat(lead.post(address, "{\"customerNumber\":\"A-none\"}").statusCode())
                .isEqualTo(400);
        HttpResponse<String> opened = lead.post(address, "{\"customerNumber\":\"A-1\"}");
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
        assertThat(caseOf("VD-1001").number().value())
                .isEqualTo(JSON.readTree(opened.body()).path("caseNumber").asText());
        assertThat(lead.post(address, "{\"customerNumber\":\"A-1\"}").statusCode())
                .isEqualTo(409);
        assertThat(lead.get("/api/signals?state=held").body()).doesNotContain(source);
    }

    private JsonNode heldSignal(Visitor lead) throws IOException {
        for (JsonNode held :
                JSON.readTree(lead.get("/api/signals?state=held&limit=500").body())) {
            if (held.path("sourceSystem").asText().equals(source)) {
                return held;
            }
        }
        throw new AssertionError("Nothing is held.");
    }

    @Test
    void knownCustomerIsMatchedByNumberElseByEmailElseByPhone() throws Exception {
        String own = UUID.randomUUID().toString().substring(0, 8);
        String digits = String.valueOf(10_000_000 + Math.floorMod(own.hashCode(), 89_000_000));
        customers.register("B1-" + own, "Bo Lund", own + "@lund.example", "+49 30 " + digits);
        customers.register("B2-" + own, "Eva Lund", "both-" + own + "@lund.example", null);
        customers.register("B3-" + own, "Ove Lund", "both-" + own + "@lund.example", null);
        Path file = rows(
                contact("VD-1001", "B1-" + own, "", ""),
                contact("VD-1002", "", own.toUpperCase(java.util.Locale.ROOT) + "@Lund.example", ""),
                contact("VD-1003", "", "moved@lund.example", "(+4930) " + digits),
                contact("VD-1004", "", "both-" + own + "@lund.example", ""),
                contact("VD-1005", "", "nobody-" + own + "@lund.example", ""),
                contact("VD-1006", "C-" + own, own + "@lund.example", ""),
                contact("VD-1007", "", "", ""));

        Run run = run(file, folder.resolve("report.csv"), port, "unknown: match");

        assertThat(run.out()).startsWith("opened 3, already in 0, held 0, refused 4 ");
        Map<String, String> reasons = new LinkedHashMap<>();
        run.report().stream()
                .sorted(java.util.Comparator.comparing(row -> Long.valueOf(row.getField(0))))
                .forEach(row -> reasons.put(row.getField(0) + " " + row.getField(1), row.getField(3)));
        assertThat(reasons)
                .isEqualTo(Map.of(
                        "5 E-mail", "2 customers have this e-mail address. Give the customer number.",
                        "6 E-mail", "No customer has this e-mail address.",
                        "7 Account", "There is no customer with number C-" + own + ".",
                        "8 Account", "is missing. A customer is found by number, e-mail address or phone number."));
        for (String ref : List.of("VD-1001", "VD-1002", "VD-1003")) {
            assertThat(customers.byId(caseOf(ref).customerId()).number()).isEqualTo("B1-" + own);
        }
    }

    @Test
    void sameIdWithOtherContentIsRefusedNamingTheLineItCameFrom() throws Exception {
        run(rows(Visits.row("VD-1001"), Visits.row("VD-1002")));

        Run run = run(rows(Visits.row("VD-1003"), Visits.row("VD-1002", "Area", "Mitte")));

        assertThat(run.out()).startsWith("opened 1, already in 0, held 0, refused 1 ");
        assertThat(run.report().get(0).getFields())
                .containsExactly(
                        "3", "Ref", "VD-1002", source + " VD-1002 is already in with other content (from line 3).");
        assertThat(cases.origin(caseOf("VD-1002").id()).orElseThrow().area()).isEqualTo("Pankow");
    }

    @Test
    void repeatedRequestIsAnsweredAsTheFirstAndARepeatedRowIsRefused() {
        Visitor lead = Visitor.withBasic(port, opener, TestPeople.PASSWORD);
        UUID run = UUID.randomUUID();

        HttpResponse<String> first = lead.post("/api/signals", signal("N-1", run, 7));
        HttpResponse<String> retried = lead.post("/api/signals", signal("N-1", run, 7));
        HttpResponse<String> otherLine = lead.post("/api/signals", signal("N-1", run, 9));
        HttpResponse<String> otherRun = lead.post("/api/signals", signal("N-1", UUID.randomUUID(), 7));

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(retried.body()).isEqualTo(first.body()).contains("\"opened\"");
        assertThat(otherLine.statusCode()).isEqualTo(409);
        assertThat(otherLine.body()).contains("N-1 is a repeated row: line 7 has it.");
        assertThat(otherRun.body()).isEqualTo(first.body().replace("opened", "already-in"));
        assertThat(casesOf(source)).hasSize(1);
    }

    private String signal(String id, UUID run, int line) {
        return """
                {"sourceSystem": "%s", "externalId": "%s", "customer": {"number": "A-1"}, "unknownCustomer": "match",
                 "severity": "minor", "failureSource": "callback", "summary": "Nobody called back",
                 "importRun": "%s", "importLine": %d}""".formatted(source, id, run, line);
    }

    @Test
    void signalThatIsWrongIsRefusedWithEveryFieldAndNothingIsKept() throws Exception {
        Visitor lead = Visitor.withBasic(port, opener, TestPeople.PASSWORD);

        HttpResponse<String> answer = lead.post("/api/signals", """
                {"sourceSystem": "%s", "externalId": "a b", "customer": {"email": "no"}, "unknownCustomer": "guess",
                 "severity": "huge", "summary": " ", "verbatim": "\\u0000", "reportedAt": "2999-01-01T00:00:00Z",
                 "origin": {"kind": "rumour"}}""".formatted(source));

        assertThat(answer.statusCode()).isEqualTo(400);
        List<String> fields = new ArrayList<>();
        JSON.readTree(answer.body())
                .path("errors")
                .forEach(error -> fields.add(error.path("field").asText()));
        assertThat(fields)
                .containsExactlyInAnyOrder(
                        "externalId",
                        "customer.email",
                        "unknownCustomer",
                        "severity",
                        "failureSource",
                        "summary",
                        "verbatim",
                        "reportedAt",
                        "origin.kind");
        assertThat(db.sql("select count(*) from signal where source_system = ?")
                        .param(source)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void whatKeepsTheImportFromRunningIsSaidInASentence() throws Exception {
        Path file = soundRows(1);
        Path report = folder.resolve("report.csv");

        assertThat(command("--file", file, "--mapping", Visits.MAPPING, "--report", report)
                        .err())
                .contains("Say who opens the cases");
        assertThat(command("--file", folder.resolve("none.csv"), "--mapping", "cfpb", "--user", "x", "--report", report)
                        .err())
                .contains("There is no file");
        assertThat(command("--file", file, "--mapping", "cfpb", "--user", "x", "--report", report)
                        .err())
                .contains("The file has no column")
                .contains("\"Complaint ID\"");
        assertThat(command("--file", file, "--mapping", Visits.MAPPING, "--user", "x", "--report", file)
                        .err())
                .contains("Give the report a file of its own");
        assertThat(command(
                                "--file",
                                file,
                                "--mapping",
                                Visits.MAPPING,
                                "--user",
                                opener,
                                "--report",
                                report,
                                "--url",
                                "http://127.0.0.1:1")
                        .err())
                .contains("cannot be reached")
                .contains("--from-line 2");
        Run stranger = command(
                "--file",
                file,
                "--mapping",
                Visits.MAPPING,
                "--token",
                "made-up",
                "--report",
                report,
                "--url",
                "http://127.0.0.1:" + port);
        assertThat(stranger.err()).contains("does not know this user and password, or this token");
        assertThat(stranger.exitCode()).isEqualTo(2);
        assertThat(Files.readString(file)).startsWith("Ref,");
    }

    @Test
    void importIsACommandOfTheApplicationsOwnJar() throws Exception {
        Path out = folder.resolve("out.txt");
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                ServiceRecovery.class.getName(),
                "import",
                "--file",
                soundRows(5).toString(),
                "--mapping",
                mapping("unknown: create").toString(),
                "--user",
                opener,
                "--url",
                "http://127.0.0.1:" + port,
                "--report",
                folder.resolve("report.csv").toString());
        command.environment().put("SERVICE_RECOVERY_PASSWORD", TestPeople.PASSWORD);
        Process process =
                command.redirectErrorStream(true).redirectOutput(out.toFile()).start();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out)).startsWith("opened 5, already in 0, held 0, refused 0 (5 rows in ");
        assertThat(process.exitValue()).isZero();
        assertThat(folder.resolve("report.csv")).hasContent("line,column,value,reason");
    }

    private Run run(Path file) throws IOException {
        return run(file, folder.resolve("report.csv"));
    }

    private Run run(Path file, Path report) throws IOException {
        return run(file, report, port, "unknown: create");
    }

    private Run run(Path file, Path report, int at, String policy, String... more) throws IOException {
        List<Object> args = new ArrayList<>(List.of(
                "--file",
                file,
                "--mapping",
                mapping(policy),
                "--user",
                opener,
                "--url",
                "http://127.0.0.1:" + at,
                "--report",
                report));
        args.addAll(List.of(more));
        return command(args.toArray());
    }

    private static Run command(Object... args) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = new String[args.length];
        Path report = Path.of("none");
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
            if (i > 0 && args[i - 1].equals("--report")) {
                report = Path.of(words[i]);
            }
        }
        int exitCode = new ImportCommand(
                        Map.of("SERVICE_RECOVERY_PASSWORD", TestPeople.PASSWORD),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        SHORT_PAUSES)
                .execute(words);
        return new Run(
                exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), rowsOf(report));
    }

    private static List<CsvRecord> rowsOf(Path report) throws IOException {
        if (!Files.exists(report) || !Files.readString(report).startsWith("line,")) {
            return List.of();
        }
        try (CsvReader<CsvRecord> rows = CsvReader.builder().ofCsvRecord(report)) {
            return rows.stream().skip(1).toList();
        }
    }

    private Path mapping(String policy) throws IOException {
        return Files.writeString(
                folder.resolve(policy.replaceAll("[^a-z]", "") + ".yml"),
                Files.readString(Visits.MAPPING)
                        .replace("source-system: visit-desk", "source-system: " + source)
                        .replace("unknown: create", policy));
    }

    private Path soundRows(int rows) throws IOException {
        StringBuilder file = new StringBuilder(Visits.HEADER + "\n");
        for (int i = 0; i < rows; i++) {
            file.append(Visits.csv(Visits.row("VD-%d".formatted(1000 + i))));
        }
        return Files.writeString(folder.resolve("sound.csv"), file);
    }

    @SafeVarargs
    private Path rows(Map<String, String>... rows) throws IOException {
        StringBuilder file = new StringBuilder(Visits.HEADER + "\n");
        for (Map<String, String> row : rows) {
            file.append(Visits.csv(row));
        }
        return Files.writeString(folder.resolve("rows.csv"), file);
    }

    private static Map<String, String> with(Map<String, String> row, Map<String, String> values) {
        row.putAll(values);
        return row;
    }

    private static Map<String, String> contact(String ref, String account, String email, String phone) {
        return with(Visits.row(ref), Map.of("Account", account, "E-mail", email, "Phone", phone));
    }

    private RecoveryCase caseOf(String externalId) {
        return cases.get(new CaseNumber(
                db.sql("""
                        select c.number from signal s join recovery_case c on c.id = s.case_id
                         where s.source_system = ? and s.external_id = ?""").params(source, externalId).query(String.class).single()));
    }

    private List<String> casesOf(String system) {
        return db.sql("""
                        select s.external_id from signal s join recovery_case c on c.id = s.case_id
                         where s.source_system = ?""").param(system).query(String.class).list();
    }

    private static int count(String what, Run run) {
        return Integer.parseInt(run.out().replaceAll("(?s).*" + what + " (\\d+).*", "$1"));
    }
}
