package org.servicerecovery.cases;

import java.util.HashMap;
import java.util.Map;
import org.servicerecovery.engine.EngineOperated;
import org.servicerecovery.engine.InstanceEnded;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Somebody operated the engine instead of working the case: the journal says so. An instance that ends while its case
 * is not resolved leaves the case interrupted, never resolved.
 */
@Component
class InterventionListener {

    private final Cases cases;
    private final Journal journal;
    private final JdbcClient db;

    InterventionListener(Cases cases, Journal journal, JdbcClient db) {
        this.cases = cases;
        this.journal = journal;
        this.db = db;
    }

    @EventListener
    void instanceEnded(InstanceEnded ended) {
        cases.idByInstance(ended.processInstanceId()).map(cases::lock).ifPresent(found -> {
            boolean live = ended.processInstanceId().equals(found.processInstanceId());
            if (live && (found.state() == CaseState.OPEN || found.state() == CaseState.RESOLVED)) {
                Map<String, Object> how = new HashMap<>();
                how.put("how", ended.deleted() ? "the process instance was deleted" : "its token was moved to the end");
                how.put("reason", ended.reason());
                cases.interrupted(found, how);
            }
        });
    }

    @EventListener
    void engineOperated(EngineOperated operated) {
        if (operated.processInstanceId() == null || "Delete".equals(operated.operation())) {
            // The deletion of an instance is journaled when it ends.
            return;
        }
        caseOfAnyInstance(operated.processInstanceId()).map(cases::lock).ifPresent(found -> {
            Map<String, Object> content = new HashMap<>();
            content.put("operation", operated.operation());
            content.put("on", operated.entity());
            content.put("property", operated.property());
            journal.append(found.id(), "process changed by intervention", content);
        });
    }

    /** The case of its own instance, or of the instance of one of its steps or compensations. */
    private java.util.Optional<Long> caseOfAnyInstance(String processInstanceId) {
        return db.sql("""
                        select case_id from case_epoch where process_instance_id = :id
                        union select case_id from plan_step where process_instance_id = :id
                        union select case_id from compensation where process_instance_id = :id""").param("id", processInstanceId).query(Long.class).optional();
    }
}
