package org.servicerecovery.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.servicerecovery.TestPeople;

/**
 * A real Chromium for tests: its headless shell by choice, which is the same engine without a window, and shows a page of
 * Tasklist with half the processor time. It takes what is installed; the shell is brought from Debian's package where that
 * may be done (as root), else any Chromium does, and where there is none Playwright downloads its own. It says what it does
 * and fails with a sentence; it never skips.
 */
public final class Browser implements AutoCloseable {

    /** Screenshots are build output, one file by name. */
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private static final String SHELL = "chromium-headless-shell";
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final List<String> QUIET = List.of(
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");
    private static final long INSTALL_MINUTES = 8;
    /** How long a page may take on a busy machine; what comes sooner is seen sooner. */
    private static final double PATIENCE_MS = 30_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium) {
        this.playwright = playwright;
        this.chromium = chromium;
    }

    /** @throws IllegalStateException when there is no browser and none could be brought */
    public static Browser launch() {
        Optional<Path> installed = found(List.of(SHELL))
                .or(() -> fromDebian(SHELL))
                .or(() -> found(NAMES))
                .or(() -> fromDebian("chromium"));
        if (installed.isEmpty()) {
            System.out.println("No Chromium is installed here: Playwright downloads its own.");
        }
        Map<String, String> environment = new HashMap<>();
        if (installed.isPresent()) {
            environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        }
        try {
            Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(environment));
            var options = new BrowserType.LaunchOptions().setHeadless(true).setArgs(QUIET);
            installed.ifPresent(options::setExecutablePath);
            PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
            return new Browser(playwright, playwright.chromium().launch(options));
        } catch (PlaywrightException e) {
            throw new IllegalStateException(
                    "The browser tests need Chromium, and it could not be "
                            + installed.map(path -> "started from " + path).orElse("downloaded by Playwright")
                            + ". Install it (Debian: apt-get install chromium), or put it on the PATH.",
                    e);
        }
    }

    /** A page of somebody new, without cookies, of that many CSS pixels. */
    public Page open(int width, int height) {
        return open(width, height, "UTC");
    }

    /** The same, for somebody in another zone. */
    public Page open(int width, int height, String zone) {
        return open(width, height, zone, "en-GB");
    }

    /** The same, for somebody who speaks another language. */
    public Page open(int width, int height, String zone, String language) {
        BrowserContext somebody = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setLocale(language)
                .setTimezoneId(zone));
        somebody.setDefaultTimeout(PATIENCE_MS);
        return somebody.newPage();
    }

    /**
     * Goes to an address of the application and signs in on the page that stands before it; what one came for is there
     * then. A route that is set between two documents may be that of the one before, and hold nothing back.
     */
    static void signIn(Page page, int port, String person, String path) {
        page.navigate("http://127.0.0.1:" + port + path);
        page.fill("input[name=name]", person);
        page.fill("input[name=password]", TestPeople.PASSWORD);
        page.click("button[type=submit]");
        page.waitForURL(url -> !url.contains("/sign-in"));
    }

    /** Waits until nothing sticks out of the window: what is drawn to measure follows it a moment later. */
    static void fits(Page page, String selector) {
        page.waitForFunction("selector => document.querySelector(selector).scrollWidth <= window.innerWidth", selector);
    }

    /** Keeps what the page shows as {@code target/screenshots/<name>.png}. */
    public static Path keep(Page page, String name) {
        Path file = SCREENSHOTS.resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        return file;
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }

    private static Optional<Path> found(List<String> names) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return names.stream()
                .flatMap(name ->
                        List.of(path.split(File.pathSeparator)).stream().map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The package, whose program has the same name. */
    private static Optional<Path> fromDebian(String name) {
        if (!isDebian() || !"root".equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        // Several JVMs may run tests, and Debian's tools take one caller at a time.
        Path lock = Path.of(System.getProperty("java.io.tmpdir"), "service-recovery-chromium.lock");
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock unused = file.lock()) {
            return found(List.of(name)).or(() -> install(name));
        } catch (IOException e) {
            System.out.println("The lock " + lock + " could not be had: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<Path> install(String name) {
        System.out.println("The browser tests run in " + name + ", which is not here: installing Debian's package.");
        boolean done = apt("install", "-y", "--no-install-recommends", name)
                || apt("update") && apt("install", "-y", "--no-install-recommends", name);
        return done ? found(List.of(name)) : Optional.empty();
    }

    private static boolean apt(String... what) {
        // Where nothing can be had, that is known soon.
        return run(Stream.concat(Stream.of("apt-get", "-o", "Acquire::http::Timeout=20"), Stream.of(what))
                .toArray(String[]::new));
    }

    private static boolean isDebian() {
        try {
            return Files.readAllLines(Path.of("/etc/os-release")).contains("ID=debian");
        } catch (IOException notLinux) {
            return false;
        }
    }

    private static boolean run(String... command) {
        System.out.println("> " + String.join(" ", command));
        try {
            Path log = Files.createDirectories(Path.of("target")).resolve("chromium-install.log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
            Process process = builder.start();
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                System.out.println("It took longer than " + INSTALL_MINUTES + " minutes and was ended.");
                return false;
            }
            if (process.exitValue() != 0) {
                System.out.println("It ended with " + process.exitValue() + ", see " + log + ".");
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            System.out.println("It could not be run: " + e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
