package org.servicerecovery.installation;

import java.util.Set;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitializationDetector;

/** Our tables are there before the engine starts, because a delegate may run as soon as it does. */
final class EngineAfterMigration implements DependsOnDatabaseInitializationDetector {

    /** The bean's name in Camunda's starter. */
    private static final String ENGINE = "processEngineFactoryBean";

    @Override
    public Set<String> detect(ConfigurableListableBeanFactory beans) {
        return beans.containsBeanDefinition(ENGINE) ? Set.of(ENGINE) : Set.of();
    }
}
