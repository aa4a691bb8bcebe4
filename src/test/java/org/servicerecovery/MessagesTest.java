package org.servicerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.servicerecovery.access.Role;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;

/** The messages file, and what the scripts of our pages ask it for. */
class MessagesTest {

    private static final Path MESSAGES = Path.of("src/main/resources/messages");
    private static final Path SCRIPTS = Path.of("src/main/resources/META-INF/resources/webjars");
    /** The English of these stands in the models and forms. */
    private static final Pattern OF_MODELS = Pattern.compile("(form|task|activity|process)\\..*");

    private static final Pattern HOLE = Pattern.compile("\\{\\d}");
    private static final Path JAVA = Path.of("src/main/java/org/servicerecovery");
    /** A literal that can only be a key. */
    private static final Pattern NAMED = Pattern.compile(
            "\"((?:refused|table|problem|timeRules|notAdmitted|remedy|term|clock|format|taxonomy)\\.[\\w.-]+)\"");
    /** The first literal that is told. */
    private static final Pattern TOLD = Pattern.compile(
            "(?:Refused\\.(?:conflict|notFound|forbidden)\\(|"
                    + "Refused\\.field\\(\\s*(?:[\\w.]+|[\\w.]+\\(\"\\w+\"\\)|\"[^\"]*\"),|wrong\\.add\\(\\s*\"[^\"]*\",|"
                    + "requiredText\\(\\s*\"[^\"]*\",|Messages\\.text\\(|TableCell\\.oneOf\\(|requireOpen\\()\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Path TEMPLATES = Path.of("src/main/resources/templates");
    private static final List<Path> READ_BY_WHO_WORKS_JOBS = List.of(
            JAVA.resolve("job"),
            JAVA.resolve("files"),
            JAVA.resolve("engine/FieldJobs.java"),
            JAVA.resolve("web/Problems.java"),
            JAVA.resolve("WebhookSignature.java"),
            TEMPLATES.resolve("jobs.html"),
            TEMPLATES.resolve("job.html"),
            TEMPLATES.resolve("sign-in.html"),
            TEMPLATES.resolve("error"),
            Path.of("src/main/resources/static/jobs"));
    private static final Pattern ANY_KEY = Pattern.compile("[a-z]\\w*(?:\\.[\\w-]+)+");
    private static final Pattern OF_A_CASE =
            Pattern.compile("(?i)\\b(cases?|complaints?|recover\\w*|fall|falls|falles|fälle|fällen|beschwerde\\w*)\\b");

    /** What is said of so many, and at {@code .one} of one. */
    private static final Pattern OF_COUNT = Pattern.compile("\\bofCount\\(['\"]([\\w.-]+)['\"],");

    private static final Pattern ASKED = Pattern.compile("\\b(?:t|told)\\('([\\w.-]+)'[,)]");

    @ParameterizedTest
    @ValueSource(strings = {"messages_de.properties"})
    void everyLanguageSaysAllThereIsToSayWithTheSameArguments(String file) throws IOException {
        Properties english = read("messages.properties");
        Properties other = read(file);

        assertThat(other.stringPropertyNames())
                .filteredOn(key -> !OF_MODELS.matcher(key).matches())
                .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames())
                .isNotEmpty();
        for (String key : english.stringPropertyNames()) {
            assertThat(holes(other.getProperty(key))).as(key).isEqualTo(holes(english.getProperty(key)));
            assertThat(other.getProperty(key)).as(key).isNotBlank();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages.properties", "messages_de.properties"})
    void noTextHoldsAnApostropheThatTheServerWouldTakeForAQuotation(String file) throws IOException {
        Properties texts = read(file);
        assertThat(texts.stringPropertyNames())
                .filteredOn(key -> texts.getProperty(key).contains("'"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages.properties", "messages_de.properties"})
    void noKeyIsThereTwice(String file) throws IOException {
        List<String> keys = Files.readAllLines(MESSAGES.resolve(file)).stream()
                .filter(line -> line.contains("=") && !line.startsWith("#"))
                .map(line -> line.substring(0, line.indexOf('=')).strip())
                .toList();
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void everyTextThatAScriptAsksForIsThere() throws IOException {
        SortedSet<String> asked = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SCRIPTS)) {
            for (Path script :
                    files.filter(each -> each.toString().endsWith(".js")).toList()) {
                ASKED.matcher(Files.readString(script)).results().forEach(found -> asked.add(found.group(1)));
                addOfCount(Files.readString(script), asked);
            }
        }
        assertThat(asked).isNotEmpty();
        assertThat(read("messages.properties").stringPropertyNames()).containsAll(asked);
    }

    @Test
    void everyTextThatJavaNamesIsThereAndNoSentenceIsLeftInTheCode() throws IOException {
        SortedSet<String> named = new TreeSet<>();
        SortedSet<String> sentences = new TreeSet<>();
        try (Stream<Path> files = Files.walk(JAVA)) {
            for (Path source :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String code = Files.readString(source);
                NAMED.matcher(code).results().forEach(found -> named.add(found.group(1)));
                addOfCount(code, named);
                TOLD.matcher(code)
                        .results()
                        .map(found -> found.group(1))
                        .forEach(text -> (text.contains(" ") ? sentences : named).add(text));
            }
        }
        // A key that is put together at run time ends with a dot here.
        named.removeIf(key -> key.endsWith("."));
        assertThat(sentences).isEmpty();
        assertThat(named).contains("refused.case.none", "table.none", "problem.conflict");
        assertThat(read("messages.properties").stringPropertyNames()).containsAll(named);
    }

    @Test
    void everyTermOfTheDomainHasItsLabel() throws Exception {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(Coded.class));
        List<String> keys = new ArrayList<>();
        for (BeanDefinition found : scanner.findCandidateComponents("org.servicerecovery")) {
            Class<?> type = Class.forName(found.getBeanClassName());
            if (type.isEnum()) {
                Stream.of(type.getEnumConstants())
                        .map(term -> ((Coded) term).key())
                        .forEach(keys::add);
            }
        }
        Stream.of(Role.values()).map(role -> "role." + role.groupId()).forEach(keys::add);
        assertThat(keys).contains("severity.minor", "verdict.kept");
        assertThat(read("messages.properties").stringPropertyNames()).containsAll(keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages.properties", "messages_de.properties"})
    void noSentenceThatAnOperativeOrASystemForJobsCanReadNamesACase(String file) throws IOException {
        Properties texts = read(file);
        SortedSet<String> told = new TreeSet<>();
        for (Path part : READ_BY_WHO_WORKS_JOBS) {
            try (Stream<Path> files = Files.walk(part)) {
                for (Path source : files.filter(Files::isRegularFile)
                        .filter(each -> each.toString().matches(".*\\.(java|html|js)"))
                        .toList()) {
                    ANY_KEY.matcher(Files.readString(source))
                            .results()
                            .map(found -> found.group())
                            .filter(texts::containsKey)
                            .forEach(told::add);
                }
            }
        }
        // ProblemsTest shows that these two go elsewhere.
        told.removeAll(List.of("problem.conflict", "problem.suspended"));
        assertThat(told)
                .contains("problem.conflictHere", "jobs.outbound.refused.later", "jobs.refused.notNow", "jobs.done")
                .contains("photos.refused.empty", "refused.webhook.id", "notForRole.text", "signIn.wrong")
                .filteredOn(key -> OF_A_CASE.matcher(texts.getProperty(key)).find())
                .isEmpty();
    }

    private static void addOfCount(String code, SortedSet<String> keys) {
        OF_COUNT.matcher(code)
                .results()
                .forEach(found -> keys.addAll(List.of(found.group(1), found.group(1) + ".one")));
    }

    private static Properties read(String file) throws IOException {
        Properties texts = new Properties();
        try (Reader reader = Files.newBufferedReader(MESSAGES.resolve(file))) {
            texts.load(reader);
        }
        return texts;
    }

    private static SortedSet<String> holes(String text) {
        return HOLE.matcher(text).results().map(found -> found.group()).collect(Collectors.toCollection(TreeSet::new));
    }
}
