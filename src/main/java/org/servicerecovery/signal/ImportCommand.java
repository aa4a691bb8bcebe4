package org.servicerecovery.signal;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code import}: reads a CSV file of complaints and sends each to a running application. It needs neither
 * the database nor the engine, so it runs in a process of its own, on another machine if need be.
 */
@Command(
        name = "import",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Opens a case for every complaint in a CSV file. Running it again opens nothing twice.",
        footer = {
            "",
            "Password and token can also come from the environment: SERVICE_RECOVERY_PASSWORD, SERVICE_RECOVERY_TOKEN.",
            "Exit code: 0 every row is in, 1 some rows were refused (see the report), 2 it could not run or stopped."
        })
public final class ImportCommand implements Callable<Integer> {

    private static final int SOME_REFUSED = 1;
    private static final int COULD_NOT_RUN = 2;
    private static final int MOST_CONNECTIONS = 32;
    static final List<Duration> PAUSES = List.of(
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8));

    @Option(names = "--file", required = true, paramLabel = "<csv>", description = "The CSV file, in UTF-8.")
    private Path file = Path.of("");

    @Option(
            names = "--mapping",
            required = true,
            paramLabel = "<name or yml>",
            description = "Says which columns mean what: a mapping that comes along (cfpb), or the path of one.")
    private String mapping = "";

    @Option(
            names = "--url",
            paramLabel = "<url>",
            description = "Address of the application. Default: ${DEFAULT-VALUE}")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(names = "--user", paramLabel = "<user>", description = "Who opens the cases; the password is asked for.")
    private @Nullable String user;

    @Option(names = "--token", paramLabel = "<token>", description = "An API token, instead of a user.")
    private @Nullable String token;

    @Option(
            names = "--report",
            paramLabel = "<csv>",
            description = "Where the refused rows go, each with line, column and reason. Default: ${DEFAULT-VALUE}")
    private Path report = Path.of("import-report.csv");

    @Option(
            names = "--connections",
            paramLabel = "<n>",
            description = "How many rows are sent at the same time. Default: ${DEFAULT-VALUE}")
    private int connections = 4;

    @Option(
            names = "--from-line",
            paramLabel = "<line>",
            description = "Go on at this line of the file, after a run that stopped there.")
    private long fromLine = 1;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    private final List<Duration> pauses;

    /** @param pauses before each further attempt to reach the application */
    ImportCommand(Map<String, String> environment, PrintStream out, PrintStream err, List<Duration> pauses) {
        this.pauses = pauses;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Runs the command and returns the exit code of the process. */
    public static int run(String... args) {
        return new ImportCommand(System.getenv(), System.out, System.err, PAUSES).execute(args);
    }

    int execute(String... args) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return importAll();
        } catch (ImportStopped | Mapping.DoesNotFit | CsvRecords.NoHeader | PhysicalLines.NotUtf8 e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("The file " + file + " could not be read to its end: " + e.getMessage());
        }
        return COULD_NOT_RUN;
    }

    private int importAll() throws ImportStopped, Mapping.DoesNotFit, IOException, InterruptedException {
        checkOptions();
        Mapping known = MappingFile.read(mapping);
        try (InputStream in = open();
                CsvRecords records = new CsvRecords(in, known.separator())) {
            Mapping.Bound bound = known.to(records.header());
            SignalSender sender = new SignalSender(url, authorization(), pauses);
            ComplaintImport.Summary summary;
            try (ImportReport refusals = openReport();
                    Progress progress = new Progress(Files.size(file))) {
                summary = new ComplaintImport(
                                records, bound, refusals, sender, Clock.systemUTC(), connections, fromLine)
                        .run(progress::reached);
            }
            return tell(summary);
        }
    }

    private void checkOptions() throws ImportStopped {
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw new ImportStopped("--connections must be between 1 and " + MOST_CONNECTIONS + ".");
        }
        if (url.getHost() == null || !List.of("http", "https").contains(String.valueOf(url.getScheme()))) {
            throw new ImportStopped("--url must be an address such as http://127.0.0.1:8080.");
        }
    }

    private InputStream open() throws ImportStopped {
        if (!Files.isRegularFile(file)) {
            throw new ImportStopped("There is no file " + file + ".");
        }
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new ImportStopped("The file " + file + " cannot be read.");
        }
    }

    private ImportReport openReport() throws ImportStopped {
        try {
            if (Files.exists(report) && Files.isSameFile(report, file)) {
                throw new ImportStopped("--report names the file to import. Give the report a file of its own.");
            }
            return new ImportReport(report);
        } catch (IOException e) {
            throw new ImportStopped("The report " + report + " cannot be written.");
        }
    }

    private String authorization() throws ImportStopped {
        String apiToken = token != null ? token : environment.get("SERVICE_RECOVERY_TOKEN");
        if (user == null) {
            if (apiToken == null) {
                throw new ImportStopped("Say who opens the cases: --user, or --token.");
            }
            return "Bearer " + apiToken;
        }
        if (token != null) {
            throw new ImportStopped("--user and --token are two ways to sign in. Give one of them.");
        }
        String pair = user + ":" + password(user);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private String password(String of) throws ImportStopped {
        String given = environment.get("SERVICE_RECOVERY_PASSWORD");
        if (given != null) {
            return given;
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password of %s: ", of);
        if (typed == null) {
            throw new ImportStopped("There is no terminal to ask for the password on: set SERVICE_RECOVERY_PASSWORD.");
        }
        return new String(typed);
    }

    private int tell(ComplaintImport.Summary summary) {
        out.printf(
                Locale.ROOT,
                "opened %d, already in %d, held %d, refused %d (%d rows in %.1f s, %.0f rows/s)%n",
                summary.opened(),
                summary.alreadyIn(),
                summary.held(),
                summary.refused(),
                summary.rows(),
                summary.took().toMillis() / 1000.0,
                summary.rowsPerSecond());
        if (summary.refused() > 0) {
            out.println("The refused rows are in " + report + ".");
        }
        if (summary.stopped() != null) {
            err.println(summary.stopped());
            err.println("Stopped before line " + summary.resumeAt()
                    + ". Run the import again as it was, or with --from-line " + summary.resumeAt()
                    + "; what is in stays in.");
            return COULD_NOT_RUN;
        }
        return summary.refused() > 0 ? SOME_REFUSED : 0;
    }

    /** The bar on a terminal; nothing where the output goes to a file or another program. */
    private static final class Progress implements AutoCloseable {

        private final @Nullable ProgressBar bar;

        Progress(long size) {
            bar = !isTerminal()
                    ? null
                    : new ProgressBarBuilder()
                            .setTaskName("Import")
                            .setInitialMax(size)
                            .setUnit(" KiB", 1024)
                            .setStyle(ProgressBarStyle.ASCII)
                            .setUpdateIntervalMillis(500)
                            .build();
        }

        void reached(long bytes) {
            if (bar != null) {
                bar.stepTo(bytes);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }

        /** From Java 22 on there is a console without a terminal too, and a method to ask. */
        private static boolean isTerminal() {
            Console console = System.console();
            if (console == null) {
                return false;
            }
            try {
                return (boolean) Console.class.getMethod("isTerminal").invoke(console);
            } catch (ReflectiveOperationException olderJava) {
                return true;
            }
        }
    }
}
