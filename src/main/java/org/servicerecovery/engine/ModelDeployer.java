package org.servicerecovery.engine;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.camunda.bpm.engine.repository.ProcessDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
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
    private static final Logger LOG = LoggerFactory.getLogger(ModelDeployer.class);
    private static final List<String> PATTERNS = List.of("processes/*.bpmn", "processes/*.dmn", "forms/*.form");

    private final RepositoryService repository;

    ModelDeployer(RepositoryService repository) {
        this.repository = repository;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Map<String, byte[]> models = read();
        String release = "release " + digest(models);
        List<Deployment> earlier = repository
                .createDeploymentQuery()
                .deploymentName(NAME)
                .orderByDeploymentTime()
                .desc()
                .list();
        if (!earlier.isEmpty() && release.equals(earlier.get(0).getSource())) {
            return;
        }
        List<String> replaced = designersVersions();
        DeploymentBuilder builder = repository.createDeployment().name(NAME).source(release);
        models.forEach((name, content) -> builder.addInputStream(name, new java.io.ByteArrayInputStream(content)));
        // Two nodes may start at once: under the engine's deployment lock the second finds nothing changed.
        builder.enableDuplicateFiltering(false).deploy();
        if (!replaced.isEmpty()) {
            LOG.warn(
                    "This release brings changed models. They are now the newest version, in place of: {}. "
                            + "To keep a change, make it on this release's model and deploy it again.",
                    String.join(", ", replaced));
        }
    }

    private List<String> designersVersions() {
        List<String> names = new ArrayList<>();
        for (ProcessDefinition definition :
                repository.createProcessDefinitionQuery().latestVersion().list()) {
            Deployment deployment = repository
                    .createDeploymentQuery()
                    .deploymentId(definition.getDeploymentId())
                    .singleResult();
            if (deployment != null && !NAME.equals(deployment.getName())) {
                names.add(definition.getKey() + " version " + definition.getVersion() + " (deployment \""
                        + deployment.getName() + "\")");
            }
        }
        return names;
    }

    private static Map<String, byte[]> read() {
        var resolver = new PathMatchingResourcePatternResolver(ModelDeployer.class.getClassLoader());
        Map<String, byte[]> models = new TreeMap<>();
        try {
            for (String pattern : PATTERNS) {
                String folder = pattern.substring(0, pattern.indexOf('/') + 1);
                for (Resource resource : resolver.getResources("classpath*:" + pattern)) {
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
                sha.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                sha.update((byte) 0);
                sha.update(content);
            });
            return HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
