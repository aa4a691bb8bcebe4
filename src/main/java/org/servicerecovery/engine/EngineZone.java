package org.servicerecovery.engine;

import java.util.TimeZone;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Runs this JVM in UTC. The engine keeps its times in columns without a zone and reads them in the JVM's: where clocks
 * are put back, a deadline in the hour that there is twice would be an hour late, and two nodes in different zones would
 * not agree on any. The business's own zone is another matter, see {@link org.servicerecovery.BusinessZone}.
 */
final class EngineZone implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    }
}
