package org.servicerecovery.correspondence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The templates of this release, and those of the business in the folders {@code mail} and {@code letter} of its
 * templates folder. A file of the same name there takes the place of ours; it is read anew each time, so that a change
 * shows at once.
 */
@Component
class Templates {

    private static final Logger LOG = LoggerFactory.getLogger(Templates.class);
    private static final long LONGEST_FILE = 100_000;

    private final Map<Template.Kind, Map<String, Template>> ours = Map.of(
            Template.Kind.MAIL, ofThisRelease(Template.Kind.MAIL),
            Template.Kind.SURVEY, ofThisRelease(Template.Kind.SURVEY),
            Template.Kind.LETTER, ofThisRelease(Template.Kind.LETTER));
    private final Path folder;

    Templates(
            @Value("${service-recovery.data-dir:data}") Path dataDirectory,
            @Value("${service-recovery.templates-dir:}") String folder) {
        this.folder = folder.isBlank() ? dataDirectory.resolve("templates") : Path.of(folder);
    }

    /** By name and language; one with a problem is among them, so that its author sees it. */
    List<Template> all(Template.Kind kind) {
        Map<String, Template> found = new TreeMap<>(ours.getOrDefault(kind, Map.of()));
        found.putAll(ofTheBusiness(kind));
        return found.values().stream()
                .sorted(Comparator.comparing(Template::name).thenComparing(Template::language))
                .toList();
    }

    /** @throws Refused naming the field {@code template} or {@code language} */
    Template get(Template.Kind kind, String code, String language) {
        List<Template> found =
                all(kind).stream().filter(each -> each.code().equals(code)).toList();
        if (found.isEmpty()) {
            throw Refused.field("template", "refused.template.none");
        }
        Template template = found.stream()
                .filter(each -> each.language().equals(language))
                .findFirst()
                .orElseThrow(() -> Refused.field(
                        "language",
                        "refused.template.languages",
                        code,
                        String.join(", ", found.stream().map(Template::language).toList())));
        if (template.problem() != null) {
            throw Refused.field("template", template.problem());
        }
        return template;
    }

    /** As it came with this release, in English where it has no other language. */
    Template ofThisRelease(Template.Kind kind, String code, String language) {
        Map<String, Template> known = ours.getOrDefault(kind, Map.of());
        @Nullable Template found = known.get(code + "." + language + ".txt");
        return found != null ? found : Objects.requireNonNull(known.get(code + ".en.txt"), code);
    }

    private Map<String, Template> ofTheBusiness(Template.Kind kind) {
        Path own = folder.resolve(kind.folder());
        if (!Files.isDirectory(own)) {
            return Map.of();
        }
        Map<String, Template> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : files.sorted().toList()) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                if (Template.FILE.matcher(name).matches() && Files.size(file) <= LONGEST_FILE) {
                    // Bytes that are no UTF-8 show as such in the text; they do not take the list away.
                    String content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                    found.put(name, Template.read(kind, name, content));
                }
            }
        } catch (IOException e) {
            LOG.warn("The templates in {} could not be read; those of this release are used.", own, e);
        }
        return found;
    }

    private static Map<String, Template> ofThisRelease(Template.Kind kind) {
        Map<String, Template> found = new TreeMap<>();
        try {
            for (Resource file : new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:correspondence/" + kind.folder() + "/*.txt")) {
                @Nullable String name = file.getFilename();
                found.put(
                        Objects.requireNonNull(name),
                        Template.read(kind, name, file.getContentAsString(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The templates of this release cannot be read.", e);
        }
        return found;
    }
}
