package org.servicerecovery.sla.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.servicerecovery.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The replay of logs whose figures are known: worked out by hand, or by a database that knows nothing of the ledger. */
class ReplayTest {

    /** A real log, which does not belong to the project: UCI Machine Learning Repository 498, CC BY 4.0. */
    private static final Path REAL_LOG =
            Path.of(System.getProperty("incident-log", "../shared/data/uci-incident/incident_event_log.csv.gz"));

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final String HEADER =
            "incident_state,number,sys_updated_at,priority,opened_at,resolved_at,closed_at,caller,made_sla\n";

    @TempDir
    Path folder;

    private final List<String> rows = new ArrayList<>();

    private record Run(int exitCode, List<String> out, String err) {

        /** Name, incidents, and breaches and share kept for each window. */
        List<String> row(String name) {
            String line = out.stream()
                    .filter(each -> each.startsWith(name + "  "))
                    .findFirst()
                    .orElseThrow();
            return List.of(line.substring(name.length()).strip().split(" +"));
        }

        List<String> table() {
            int header = out.indexOf(out.stream()
                    .filter(line -> line.startsWith("priority"))
                    .findFirst()
                    .orElseThrow());
            return out.subList(header + 1, out.subList(header, out.size()).indexOf("") + header);
        }
    }

    /** One incident of a log in the making; its rows repeat what is known about it in the end. */
    private final class Told {

        private final String number;
        private final String opened;
        private String resolved = "?";
        private String closed = "?";
        private String priority;
        private boolean madeSla = true;

        Told(String priority, String opened) {
            this.number = "I" + rows.size();
            this.priority = priority;
            this.opened = opened;
        }

        Told finallyResolved(String at) {
            resolved = at;
            return this;
        }

        Told finallyClosed(String at) {
            closed = at;
            return this;
        }

        Told nowOf(String newPriority) {
            priority = newPriority;
            return this;
        }

        Told nowMarkedMissed() {
            madeSla = false;
            return this;
        }

        Told at(String updated, String state) {
            rows.add(String.join(
                    ",",
                    state,
                    number,
                    updated,
                    priority,
                    opened,
                    resolved,
                    closed,
                    "\"Somebody, \"\"S.\"\"\"",
                    Boolean.toString(madeSla)));
            return this;
        }
    }

    @Test
    void resolvingInTheMinuteOfTheDeadlineKeepsItAndAMinuteLaterMissesIt() throws IOException {
        new Told("1", "1/3/2021 08:00").at("1/3/2021 08:00", "New").at("1/3/2021 12:00", "Resolved");
        new Told("1", "1/3/2021 08:00").at("1/3/2021 08:00", "New").at("1/3/2021 12:01", "Resolved");
        new Told("1", "1/3/2021 08:00").at("4/3/2021 08:00", "Closed");
        new Told("1", "1/3/2021 08:00").at("4/3/2021 08:01", "Closed");

        assertThat(replayed().row("1")).containsExactly("4", "3", "25.0%", "2", "50.0%", "2", "50.0%", "1", "75.0%");
    }

    @Test
    void timeSpentAwaitingSomebodyDoesNotCountWhateverTheOrderOfTheRows() throws IOException {
        // 2 h worked on, 48 h awaiting two parties in turn, 2 h worked on.
        new Told("3", "1/3/2021 08:00")
                .at("3/3/2021 12:00", "Resolved")
                .at("2/3/2021 10:00", "Awaiting Vendor")
                .at("1/3/2021 10:00", "Awaiting User Info")
                .at("3/3/2021 10:00", "Active")
                .at("1/3/2021 09:00", "Active");
        // The same, a minute more, in states that wait for nobody; resolved while awaiting.
        new Told("3", "1/3/2021 08:00")
                .at("1/3/2021 10:00", "Awaiting Evidence")
                .at("1/3/2021 22:00", "-100")
                .at("2/3/2021 00:01", "Awaiting Problem")
                .at("9/3/2021 00:00", "Closed");

        assertThat(replayed().row("3")).containsExactly("2", "1", "50.0%", "0", "100.0%", "0", "100.0%", "0", "100.0%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Awaiting User Info", "Awaiting Problem", "Awaiting Vendor", "Awaiting Evidence"})
    void theClockIsPausedInEveryStateThatAwaitsSomebody(String state) throws IOException {
        new Told("1", "1/3/2021 08:00")
                .at("1/3/2021 10:00", state)
                .at("9/3/2021 10:00", "Active")
                .at("9/3/2021 12:00", "Resolved");

        assertThat(replayed().row("1")).startsWith("1", "0", "100.0%");
    }

    @Test
    void awaitingSomebodyFromTheMinuteOfTheDeadlineOnMissesIt() throws IOException {
        new Told("2", "1/3/2021 08:00")
                .at("1/3/2021 12:00", "Awaiting User Info")
                .at("1/3/2021 15:00", "Resolved");
        new Told("2", "1/3/2021 08:00")
                .at("1/3/2021 11:59", "Awaiting User Info")
                .at("1/3/2021 15:00", "Resolved");

        assertThat(replayed().row("2")).startsWith("2", "1", "50.0%", "0", "100.0%");
    }

    @Test
    void whatComesAfterAReopeningIsNotJudged() throws IOException {
        new Told("4", "1/3/2021 08:00")
                .finallyResolved("9/3/2021 09:00")
                .finallyClosed("10/3/2021 09:00")
                .at("1/3/2021 09:00", "Resolved")
                .at("2/3/2021 09:00", "Active")
                .at("3/3/2021 09:00", "Closed")
                .at("4/3/2021 09:00", "Awaiting User Info")
                .nowMarkedMissed()
                .at("9/3/2021 09:00", "Resolved");

        Run run = replayed();

        assertThat(run.row("4")).startsWith("1", "0", "100.0%", "0", "100.0%");
        assertThat(run.out())
                .contains(
                        "Reopened after the first resolution, which is the one judged: 1 (2 times).",
                        "For comparison, marked as missed by the log itself (made_sla): 1.");
    }

    @Test
    void withoutAResolvingEventTheDatesOfTheRowsStopTheClockElseTheIncidentIsOpen() throws IOException {
        // 3 h by its resolved_at; the event after that is not looked at.
        new Told("1", "1/3/2021 08:00")
                .finallyResolved("1/3/2021 11:00")
                .finallyClosed("9/3/2021 11:00")
                .at("1/3/2021 08:00", "New")
                .at("4/3/2021 08:00", "Active");
        // 73 h by its closed_at.
        new Told("2", "1/3/2021 08:00").finallyClosed("4/3/2021 09:00").at("1/3/2021 08:00", "New");
        // Open: 98 h until the log's last event, then 48 h.
        new Told("3", "1/3/2021 08:00").at("1/3/2021 08:00", "New");
        new Told("4", "3/3/2021 10:00").at("3/3/2021 10:00", "New").at("5/3/2021 10:00", "Active");

        Run run = replayed();

        assertThat(run.table())
                .containsExactly(
                        "1                        1         0  100.0%         0  100.0%         0  100.0%         0  100.0%",
                        "2                        1         1    0.0%         1    0.0%         1    0.0%         1    0.0%",
                        "3                        1         1    0.0%         1    0.0%         1    0.0%         1    0.0%",
                        "4                        1         1    0.0%         1    0.0%         0  100.0%         0  100.0%",
                        "total                    4         3   25.0%         3   25.0%         2   50.0%         2   50.0%");
        assertThat(run.out())
                .contains("Resolved by a date only, by no event: 2. Open, judged at 2021-03-05T10:00Z: 2."
                        + " Without a start, not judged: 0.");
    }

    @Test
    void datesThatCannotBeReadAreTakenAsMissingAndCounted() throws IOException {
        // 25 h from its first event to the first resolution whose time is known.
        new Told("1", "?")
                .at("2/3/2021 08:00", "New")
                .at("?", "Resolved")
                .at("31/2/2021 08:00", "Resolved")
                .at("3/3/2021 09:00", "Resolved");
        new Told("1", "yesterday").at("?", "Resolved");

        Run run = replayed();

        assertThat(run.row("1")).startsWith("1", "1", "0.0%", "1", "0.0%", "0", "100.0%");
        assertThat(run.out())
                .contains(
                        "Resolved by a date only, by no event: 0. Open, judged at 2021-03-03T09:00Z: 0."
                                + " Without a start, not judged: 1.",
                        "Rows without a readable date: sys_updated_at 3, opened_at 5, resolved_at 5, closed_at 5.");
    }

    @Test
    void whatHappenedBeforeTheOpeningHoldsFromTheOpeningOn() throws IOException {
        new Told("1", "1/3/2021 09:00")
                .at("1/3/2021 08:30", "Awaiting User Info")
                .at("1/3/2021 10:00", "Active")
                .at("1/3/2021 14:00", "Resolved");
        new Told("1", "1/3/2021 09:00").at("1/3/2021 08:00", "Resolved");

        Run run = replayed();

        assertThat(run.row("1")).startsWith("2", "0", "100.0%");
        assertThat(run.out()).contains("With events before their opening: 2.");
    }

    @Test
    void anIncidentCountsUnderThePriorityItHadWhenItsClockStopped() throws IOException {
        new Told("3 - Moderate", "1/3/2021 08:00")
                .at("1/3/2021 08:00", "New")
                .nowOf("1 - Critical")
                .at("1/3/2021 09:00", "Resolved")
                .nowOf("4 - Low")
                .at("1/3/2021 10:00", "Closed");

        assertThat(replayed().table())
                .extracting(row -> row.substring(0, 13))
                .containsExactly("1 - Critical ", "total        ");
    }

    @Test
    void theOfficeCalendarCountsMondayToFridayFromNineToFive() throws IOException {
        // Friday 16:00 to Monday 12:00 are four hours, to 12:01 a minute more.
        new Told("1", "5/3/2021 16:00").at("8/3/2021 12:00", "Resolved");
        new Told("1", "5/3/2021 16:00").at("8/3/2021 12:01", "Resolved");

        assertThat(replayed("--calendar", "office").row("1")).startsWith("2", "1", "50.0%", "0", "100.0%");
        assertThat(replayed().row("1")).startsWith("2", "2", "0.0%", "2", "0.0%");
    }

    @Test
    void theDatesAreReadInTheZoneThatIsAskedFor() throws IOException {
        // The clocks of London skip an hour in this night.
        new Told("1", "27/3/2021 22:00").at("28/3/2021 03:00", "Resolved");

        assertThat(replayed("--zone", "Europe/London").row("1")).startsWith("1", "0", "100.0%");
        assertThat(replayed().row("1")).startsWith("1", "1", "0.0%");
    }

    @Test
    void aCompressedLogIsReadByItsName() throws IOException {
        new Told("1", "1/3/2021 08:00").at("1/3/2021 12:00", "Resolved");
        Path log = folder.resolve("log.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(log))) {
            out.write(("\uFEFF" + HEADER + String.join("\r\n", rows)).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(run("--file", log.toString()).row("total")).startsWith("1", "0", "100.0%");
    }

    @Test
    void whatCannotBeReplayedIsToldInOneSentence() throws IOException {
        String row = "New,I1,1/3/2021 08:00,1,1/3/2021 08:00,?,?,x,true\n";
        refuses("Missing required option: '--file=<csv>'");
        refuses("There is no file nowhere.csv.", "--file", "nowhere.csv");
        refuses("There is no file " + folder + ".", "--file", folder.toString());
        refuses("--calendar must be 24x7 or office, not lunar.", "--file", log(HEADER + row), "--calendar", "lunar");
        refuses(
                "--zone must be a time zone such as Europe/London, not Atlantis.",
                "--file",
                log(HEADER + row),
                "--zone",
                "Atlantis");
        refuses("The file has no rows below a header.", "--file", log(""));
        refuses("The file has no rows below a header.", "--file", log(HEADER));
        refuses(
                "The file is no incident log: its header lacks incident_state, made_sla, resolved_at.",
                "--file",
                log("number,priority,opened_at,sys_updated_at,closed_at\nI1,1,?,?,?\n"));
        refuses("Line 3 has 2 columns where the header has 9.", "--file", log(HEADER + row + "New,I2\n"));
        refuses("Line 2 has no number of an incident.", "--file", log(HEADER + row.replace("I1", "")));
        refuses("The file cannot be read as CSV from row 2 on.", "--file", log(HEADER + row + "\"New,I2\n" + row));
        refuses(
                "No row has a date in sys_updated_at that can be read, such as 29/2/2016 01:16.",
                "--file",
                log(HEADER + row.replace("1/3/2021 08:00", "2021-03-01T08:00")));
        Path text = Files.writeString(folder.resolve("text.csv.gz"), HEADER + row);
        refuses("The file " + text + " is not compressed with gzip, as its name says.", "--file", text.toString());
    }

    @Test
    void aCompressedLogThatEndsTooEarlyIsToldInOneSentence() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(compressed)) {
            out.write(
                    (HEADER + "New,I1,1/3/2021 08:00,1,1/3/2021 08:00,?,?,x,true\n").getBytes(StandardCharsets.UTF_8));
        }
        Path cut = Files.write(
                folder.resolve("cut.csv.gz"), Arrays.copyOf(compressed.toByteArray(), compressed.size() - 20));

        refuses(
                "The file " + cut + " could not be read to its end: Unexpected end of ZLIB input stream",
                "--file",
                cut.toString());
    }

    /** Elapsed less paused time by window functions: no ledger, no calendar, no Java date. */
    @Test
    void theFiguresOfARealLogAreThoseOfTheDatabase() throws IOException, SQLException {
        assumeThat(REAL_LOG)
                .as("The real log is not here; -Dincident-log=<path> names one.")
                .exists();

        long began = System.nanoTime();
        Run run = run("--file", REAL_LOG.toString());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);

        try (Connection connection = DriverManager.getConnection(TestDatabase.pristine())) {
            load(connection);
            JdbcClient db = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            db.sql(CLOCKS).update();

            assertThat(run.table().stream().map(ReplayTest::figures).toList())
                    .isEqualTo(db.sql(FIGURES)
                            .query((row, n) -> figures(row.getString(1)))
                            .list());
            assertThat(run.out().get(0))
                    .isEqualTo(db.sql("""
                            select count(*) || ' rows, ' || count(distinct number)
                                || ' incidents, calendar 24x7, zone UTC' from log""").query(String.class).single());
            assertThat(run.out())
                    .containsAll(db.sql(REMARKS).query(String.class).list());
        }
    }

    private static List<String> figures(String line) {
        return List.of(line.replace("%", "").strip().split(" {2,}"));
    }

    private static void load(Connection connection) throws IOException, SQLException {
        try (InputStream in = new BufferedInputStream(new GZIPInputStream(Files.newInputStream(REAL_LOG)))) {
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                header.write(b);
            }
            String columns = header.toString(StandardCharsets.UTF_8)
                    .replace("\uFEFF", "")
                    .strip();
            connection
                    .createStatement()
                    .execute("create temporary table log (line bigserial, " + columns.replace(",", " text, ")
                            + " text)");
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy log (" + columns + ") from stdin (format csv)", in);
        }
        connection.createStatement().execute("set time zone 'UTC'");
        connection.createStatement().execute("""
                create function pg_temp.read(date text) returns timestamp immutable language sql as
                $$ select to_timestamp(nullif(date, '?'), 'DD/MM/YYYY HH24:MI')::timestamp $$""");
    }

    private static final String CLOCKS = """
            create temporary table clock as
            with event as (
                select number, line, priority, pg_temp.read(sys_updated_at) as at,
                    incident_state in ('Resolved', 'Closed') as over,
                    incident_state like 'Awaiting %' as awaiting
                from log
                where sys_updated_at <> '?'),
            incident as (
                select number,
                    coalesce(min(pg_temp.read(opened_at)), min(pg_temp.read(sys_updated_at))) as started,
                    max(pg_temp.read(resolved_at)) as resolved, max(pg_temp.read(closed_at)) as closed
                from log group by number),
            numbered as (
                select *, row_number() over earlier as n, lag(over) over earlier as was_over
                from event window earlier as (partition by number order by at, line)),
            history as (
                select number, count(*) filter (where was_over and not over) as reopenings, min(at) as first_event
                from numbered group by number),
            resolution as (
                select distinct on (number) number, n, at from numbered where over order by number, n),
            stopped as (
                select i.*, r.n as by_event, coalesce(r.at, i.resolved, i.closed) as told,
                    greatest(i.started, coalesce(r.at, i.resolved, i.closed, (select max(at) from event))) as judged
                from incident i left join resolution r using (number)),
            counted as (
                select e.number, e.n, e.priority, e.awaiting, greatest(e.at, s.started) as begins,
                    s.started, s.judged
                from numbered e join stopped s using (number)
                where (s.by_event is null or e.n <= s.by_event) and (s.told is null or e.at <= s.told)),
            phase as (
                select *, awaiting as paused, lead(begins, 1, judged) over (partition by number order by n) as ends
                from counted),
            measured as (
                select number, judged - started as elapsed,
                    coalesce(sum(ends - begins) filter (where paused), interval '0') as paused,
                    -- Before its first event an incident is worked on.
                    coalesce(max(ends) filter (where not paused and ends > begins), min(begins)) as worked_until,
                    judged, (array_agg(priority order by n desc))[1] as priority
                from phase group by number, started, judged)
            select m.number, m.priority, m.elapsed - m.paused as used,
                -- Time used up exactly is enough only when the end came in that minute.
                m.worked_until < m.judged as ended_paused,
                s.by_event, s.told,
                h.reopenings, h.first_event < s.started as began_before
            from measured m join stopped s using (number) join history h using (number)""";

    private static final String FIGURES = """
            with judged as (
                select c.priority, w.hours, c.used > w.length or (c.used = w.length and c.ended_paused) as missed
                from clock c cross join
                    (select hours, make_interval(hours => hours) as length from unnest(array[4, 24, 48, 72]) hours) w),
            figure as (
                select coalesce(priority, 'total') as name, hours, count(*) as incidents,
                    count(*) filter (where missed) as breaches,
                    round(100.0 * count(*) filter (where not missed) / count(*), 1) as kept
                from judged group by grouping sets ((priority, hours), (hours)))
            select name || '  ' || min(incidents) || '  ' || string_agg(breaches || '  ' || kept, '  ' order by hours)
            from figure group by name order by name = 'total', name""";

    private static final String REMARKS = """
            select format('Resolved by a date only, by no event: %s. Open, judged at %s: %s. Without a start, not judged: 0.',
                count(*) filter (where by_event is null and told is not null),
                to_char((select max(pg_temp.read(sys_updated_at)) from log), 'YYYY-MM-DD"T"HH24:MI"Z"'),
                count(*) filter (where told is null)) from clock
            union all
            select format('Reopened after the first resolution, which is the one judged: %s (%s times).',
                count(*) filter (where reopenings > 0), sum(reopenings)) from clock
            union all
            select format('With events before their opening: %s.', count(*) filter (where began_before)) from clock
            union all
            select format('Rows without a readable date:'
                || ' sys_updated_at %s, opened_at %s, resolved_at %s, closed_at %s.',
                count(*) filter (where sys_updated_at = '?'), count(*) filter (where opened_at = '?'),
                count(*) filter (where resolved_at = '?'), count(*) filter (where closed_at = '?')) from log
            union all
            select format('For comparison, marked as missed by the log itself (made_sla): %s.',
                count(distinct number)) from log where made_sla = 'false'""";

    private Run replayed(String... options) throws IOException {
        List<String> args = new ArrayList<>(List.of("--file", log(HEADER + String.join("\n", rows))));
        args.addAll(List.of(options));
        return run(args.toArray(String[]::new));
    }

    private String log(String content) throws IOException {
        return Files.writeString(folder.resolve("log.csv"), content).toString();
    }

    private static Run run(String... args) {
        Run run = executed(args);
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().get(run.out().size() - 1)).matches("Replayed in [0-9]+\\.[0-9] s\\.");
        return run;
    }

    private static void refuses(String sentence, String... args) {
        Run run = executed(args);
        assertThat(run.err().strip()).isEqualTo(sentence);
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(2);
    }

    private static Run executed(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = new ReplayCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(args);
        return new Run(
                exitCode, out.toString(StandardCharsets.UTF_8).lines().toList(), err.toString(StandardCharsets.UTF_8));
    }
}
