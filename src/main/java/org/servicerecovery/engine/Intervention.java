package org.servicerecovery.engine;

import org.camunda.bpm.engine.RuntimeService;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What an administrator can do in Cockpit, for the demo's story of it. Exists in the demo profile only. */
@Component
@Profile("demo")
public class Intervention {

    private final RuntimeService runtime;

    Intervention(RuntimeService runtime) {
        this.runtime = runtime;
    }

    public void deleteInstance(String processInstanceId, String reason) {
        runtime.deleteProcessInstance(processInstanceId, reason);
    }
}
