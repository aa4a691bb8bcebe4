package org.servicerecovery.sla.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.servicerecovery.sla.Policy;
import org.servicerecovery.sla.Term;
import org.servicerecovery.sla.calendar.AroundTheClock;
import org.servicerecovery.sla.calendar.OpeningHours;
import org.servicerecovery.sla.calendar.WorkCalendar;
import org.servicerecovery.sla.replay.Replay.Attainment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code replay}: judges the incidents of a log by the ledger of the resolution clock and prints how many
 * would have been resolved within each window. It reads one file and needs neither the database nor the engine. The rules
 * by which a log becomes clocks are in its help, for the reader of the numbers.
 */
@Command(
        name = "replay",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Replays an incident log through the resolution clock and prints, for each priority, how many"
                + " incidents would have missed each deadline, and the share kept.",
        footer = {
            "",
            "The log is CSV in UTF-8 with the columns number, incident_state, priority, made_sla, opened_at,"
                    + " sys_updated_at, resolved_at, closed_at, and dates such as 29/2/2016 01:16.",
            "",
            "One clock per incident:",
            "  - It starts at opened_at, or at the first sys_updated_at where that is missing. What the log tells"
                    + " from before the opening holds from the opening on.",
            "  - Events go in the order of sys_updated_at; in the same minute, in the order of the rows.",
            "  - It is paused while incident_state is Awaiting User Info, Awaiting Problem, Awaiting Vendor or Awaiting"
                    + " Evidence.",
            "  - It stops at the first event that is Resolved or Closed. What comes after a reopening is left out:"
                    + " resolved_at and closed_at hold the last resolution on every row, so they say nothing about the"
                    + " first.",
            "  - Without such an event it stops at resolved_at, else at closed_at. Without these the incident is open"
                    + " and is judged at the log's last event: not yet missed counts as kept.",
            "  - A stop in the very minute of the deadline keeps it. Pausing in that minute does not: once the time is"
                    + " used up, only the end keeps the promise.",
            "  - Its priority is the one it had when the clock stopped, or last.",
            "  - A date that cannot be read (?) is taken as missing, and counted; a row without sys_updated_at is no"
                    + " event.",
            "made_sla, the log's own verdict, is counted for comparison and decides nothing.",
            "",
            "Exit code: 0 the table is printed, 2 it could not run."
        })
public final class ReplayCommand implements Callable<Integer> {

    private static final int COULD_NOT_RUN = 2;
    private static final String OFFICE = "office";

    /** The options cannot be run. The message is a sentence for the reader. */
    private static final class CannotRun extends Exception {

        private static final long serialVersionUID = 1L;

        CannotRun(String message) {
            super(message);
        }
    }

    @Option(
            names = "--file",
            required = true,
            paramLabel = "<csv>",
            description = "The log; compressed when its name ends in .gz.")
    private Path file = Path.of("");

    @Option(
            names = "--calendar",
            paramLabel = "<calendar>",
            description = "Which time counts: 24x7, or office (Monday to Friday, 09:00 to 17:00, no holidays)."
                    + " Default: ${DEFAULT-VALUE}")
    private String calendar = AroundTheClock.CODE;

    @Option(
            names = "--zone",
            paramLabel = "<zone>",
            description = "The time zone of the log's dates and of the office. Default: ${DEFAULT-VALUE}")
    private String zone = "UTC";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    private final PrintStream out;
    private final PrintStream err;

    ReplayCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the command and returns the exit code of the process. */
    public static int run(String... args) {
        return new ReplayCommand(System.out, System.err).execute(args);
    }

    int execute(String... args) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler((wrong, given) -> {
                    err.println(wrong.getMessage());
                    return COULD_NOT_RUN;
                })
                .execute(args);
    }

    @Override
    public Integer call() {
        try {
            long began = System.nanoTime();
            ZoneId zoneOfLog = zone();
            WorkCalendar counting = calendar(zoneOfLog);
            try (InputStream in = open()) {
                IncidentLog log = IncidentLog.read(in, zoneOfLog);
                tell(log, new Replay(log, counting), zoneOfLog);
            }
            out.printf(Locale.ROOT, "Replayed in %.1f s.%n", (System.nanoTime() - began) / 1e9);
            return 0;
        } catch (CannotRun | IncidentLog.NotALog e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("The file " + file + " could not be read to its end: " + e.getMessage());
        }
        return COULD_NOT_RUN;
    }

    private ZoneId zone() throws CannotRun {
        try {
            return ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw new CannotRun("--zone must be a time zone such as Europe/London, not " + zone + ".");
        }
    }

    private WorkCalendar calendar(ZoneId zoneOfLog) throws CannotRun {
        return switch (calendar) {
            case AroundTheClock.CODE -> new AroundTheClock(zoneOfLog);
            case OFFICE -> office(zoneOfLog);
            default ->
                throw new CannotRun(
                        "--calendar must be " + AroundTheClock.CODE + " or " + OFFICE + ", not " + calendar + ".");
        };
    }

    private static WorkCalendar office(ZoneId zoneOfLog) {
        List<OpeningHours.Interval> hours = List.of(new OpeningHours.Interval(LocalTime.of(9, 0), LocalTime.of(17, 0)));
        Map<DayOfWeek, List<OpeningHours.Interval>> week = new EnumMap<>(DayOfWeek.class);
        for (DayOfWeek day = DayOfWeek.MONDAY; day != DayOfWeek.SATURDAY; day = day.plus(1)) {
            week.put(day, hours);
        }
        return new OpeningHours(zoneOfLog, week, day -> false);
    }

    private InputStream open() throws CannotRun, IOException {
        if (!Files.isRegularFile(file)) {
            throw new CannotRun("There is no file " + file + ".");
        }
        InputStream in;
        try {
            in = Files.newInputStream(file);
        } catch (IOException e) {
            throw new CannotRun("The file " + file + " cannot be read.");
        }
        if (!file.toString().endsWith(".gz")) {
            return in;
        }
        try {
            return new GZIPInputStream(in, 1 << 16);
        } catch (IOException e) {
            in.close();
            throw new CannotRun("The file " + file + " is not compressed with gzip, as its name says.");
        }
    }

    private void tell(IncidentLog log, Replay replay, ZoneId zoneOfLog) {
        out.printf(
                Locale.ROOT,
                "%d rows, %d incidents, calendar %s, zone %s%n%n",
                log.rows(),
                log.incidents().size(),
                calendar,
                zoneOfLog);
        StringBuilder windows = new StringBuilder();
        StringBuilder columns = new StringBuilder();
        for (Policy window : Replay.WINDOWS) {
            windows.append(String.format(Locale.ROOT, "%16d h", hours(window)));
            columns.append(String.format(Locale.ROOT, "%10s%8s", "breaches", "kept"));
        }
        out.printf(Locale.ROOT, "%-16s%10s%s%n", "", "", windows);
        out.printf(Locale.ROOT, "%-16s%10s%s%n", "priority", "incidents", columns);
        replay.byPriority().forEach(this::row);
        row("total", replay.total());
        out.printf(
                Locale.ROOT,
                "%nResolved by a date only, by no event: %d. Open, judged at %s: %d. Without a start, not judged: %d.%n",
                replay.stoppedByDateOnly(),
                log.lastInstant().atZone(zoneOfLog).toOffsetDateTime(),
                replay.open(),
                replay.withoutStart());
        out.printf(
                Locale.ROOT,
                "Reopened after the first resolution, which is the one judged: %d (%d times).%n",
                replay.reopened(),
                replay.reopenings());
        out.printf(Locale.ROOT, "With events before their opening: %d.%n", replay.beganBeforeOpening());
        out.printf(
                Locale.ROOT,
                "Rows without a readable date: sys_updated_at %d, opened_at %d, resolved_at %d, closed_at %d.%n",
                log.unreadable(IncidentLog.UPDATED_AT),
                log.unreadable(IncidentLog.OPENED_AT),
                log.unreadable(IncidentLog.RESOLVED_AT),
                log.unreadable(IncidentLog.CLOSED_AT));
        out.printf(
                Locale.ROOT,
                "For comparison, marked as missed by the log itself (made_sla): %d.%n",
                replay.markedMissed());
    }

    private static long hours(Policy window) {
        return ((Term.CountingTime) window.term()).length().toHours();
    }

    private void row(String name, Attainment attainment) {
        StringBuilder row = new StringBuilder();
        for (int window = 0; window < Replay.WINDOWS.size(); window++) {
            row.append(String.format(Locale.ROOT, "%10d", attainment.breaches(window)));
            row.append(String.format(Locale.ROOT, "%7s%%", attainment.kept(window)));
        }
        out.printf(Locale.ROOT, "%-16s%10d%s%n", name, attainment.incidents(), row);
    }
}
