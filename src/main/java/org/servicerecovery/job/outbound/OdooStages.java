package org.servicerecovery.job.outbound;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.servicerecovery.Coded;
import org.servicerecovery.job.JobState;

/** Which stage in Odoo means which end of a job. Those not named cannot be told apart by their stage. */
final class OdooStages {

    private final Map<String, String> nameByState = new HashMap<>();
    private final Map<String, JobState> stateByName = new HashMap<>();

    /** @param names of the stages in Odoo, by the code of the state */
    OdooStages(Map<String, String> names) {
        names.forEach((code, name) -> {
            Optional<JobState> state = Coded.find(JobState.class, code).filter(found -> found != JobState.OPEN);
            if (state.isEmpty()) {
                throw new IllegalStateException("service-recovery.jobs.odoo.stages." + code + " is no end of a job: "
                        + List.of("done", "partly", "no-access", "cancelled"));
            }
            if (!name.isBlank()) {
                nameByState.put(state.get().code(), name.strip());
                stateByName.put(name.strip(), state.get());
            }
        });
    }

    Optional<String> named(String state) {
        return Optional.ofNullable(nameByState.get(state));
    }

    Optional<JobState> meant(String stage) {
        return Optional.ofNullable(stateByName.get(stage));
    }
}
