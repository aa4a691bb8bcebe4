package org.servicerecovery.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.repository.ResourceDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;
import org.springframework.stereotype.Component;

/**
 * Deploys the models and forms of this release as one deployment, when they differ from those of the last release. The
 * engine's own way leaves forms out and makes a new version whenever the application is started from another place.
 *
 * <p>A designer's deployment stays the newest version until a release brings changed models. Then the release is the
 * newest, and the log names what it replaced: models and the code they call change together.
 */
@Component
class ModelDeployer implements SmartInitializingSingleton {

    static final String NAME = "Service Recovery release";
    private static final String SOURCE = "release ";
    private static final Logger LOG = LoggerFactory.getLogger(ModelDeployer.class);
    private static final List<String> PATTERNS = List.of("processes/*.bpmn", "processes/*.dmn", "forms/*.form");

    private final RepositoryService repository;
    private final ResourcePatternResolver release;

    /** @param release where this release's models and forms lie */
    ModelDeployer(RepositoryService repository, ResourceLoader release) {
        this.repository = repository;
        this.release = ResourcePatternUtils.getResourcePatternResolver(release);
    }

    @Override
    public void afterSingletonsInstantiated() {
        Map<String, byte[]> models = read();
        String source = SOURCE + digest(models);
        Optional<Deployment> earlier =
                repository.createDeploymentQuery().deploymentName(NAME).orderByDeploymentTime().desc().list().stream()
                        .filter(ModelDeployer::isRelease)
                        .findFirst();
        if (earlier.filter(last -> last.getSource().startsWith(source)).isPresent()) {
            return;
        }
        List<String> replaced = designersVersions();
        // Two nodes may start at once: under the engine's deployment lock the second finds its deployment made. It is
        // known by its source, which names the one before, so that a release that returns is not taken for itself.
        DeploymentBuilder builder = repository
                .createDeployment()
                .name(NAME)
                .source(source + earlier.map(last -> " after " + last.getId()).orElse(""));
        models.forEach((name, content) -> builder.addInputStream(name, new ByteArrayInputStream(content)));
        builder.enableDuplicateFiltering(false).deploy();
        if (!replaced.isEmpty()) {
            LOG.warn(
                    "This release brings changed models. They are now the newest version, in place of: {}. "
                            + "To keep a change, make it on this release's model and deploy it again.",
                    String.join(", ", replaced));
        }
    }

    /** The newest processes and tables that are not of a release. */
    private List<String> designersVersions() {
        Stream<ResourceDefinition> newest = Stream.concat(
                repository.createProcessDefinitionQuery().latestVersion().list().stream(),
                repository.createDecisionDefinitionQuery().latestVersion().list().stream());
        List<String> names = new ArrayList<>();
        newest.forEach(definition -> {
            Deployment deployment = repository
                    .createDeploymentQuery()
                    .deploymentId(definition.getDeploymentId())
                    .singleResult();
            if (deployment != null && !isRelease(deployment)) {
                names.add(definition.getKey() + " version " + definition.getVersion() + " (deployment \""
                        + deployment.getName() + "\")");
            }
        });
        return names;
    }

    private static boolean isRelease(Deployment deployment) {
        return NAME.equals(deployment.getName())
                && deployment.getSource() != null
                && deployment.getSource().startsWith(SOURCE);
    }

    private Map<String, byte[]> read() {
        Map<String, byte[]> models = new TreeMap<>();
        try {
            for (String pattern : PATTERNS) {
                String folder = pattern.substring(0, pattern.indexOf('/') + 1);
                for (Resource resource : release.getResources("classpath*:" + pattern)) {
                    try (InputStream in = resource.getInputStream()) {
                        models.put(folder + resource.getFilename(), in.readAllBytes());
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("The models of this release cannot be read.", e);
        }
        return models;
    }

    private static String digest(Map<String, byte[]> models) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            models.forEach((name, content) -> {
                sha.update(name.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
                sha.update(content);
            });
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
