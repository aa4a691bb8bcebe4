package org.servicerecovery.cases;

import java.util.HashMap;
import java.util.Map;
import org.servicerecovery.engine.EngineOperated;
import org.servicerecovery.engine.InstanceEnded;
import org.servicerecovery.engine.OnceTheEngineIsDone;
import org.servicerecovery.engine.RecoveryProcess;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Somebody operated the engine instead of working the case: the journal says so. An instance that ends while its case
 * is not resolved leaves the case interrupted, never resolved.
 */
@Component
class InterventionListener {

    private final Cases cases;
    private final Journal journal;
    private final RecoveryProcess process;

    InterventionListener(Cases cases, Journal journal, RecoveryProcess process) {
        this.cases = cases;
        this.journal = journal;
        this.process = process;
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
        if (ended.deleted()) {
            cases.idByAnyInstance(ended.processInstanceId()).ifPresent(this::endIfNothingRecovers);
        }
    }

    private void endIfNothingRecovers(long caseId) {
        OnceTheEngineIsDone.run(() -> {
            RecoveryCase found = cases.lock(caseId);
            if (found.state() == CaseState.OPEN && found.processInstanceId() != null) {
                process.endIfNothingRecovers(found.processInstanceId());
            }
        });
    }

    @EventListener
    void engineOperated(EngineOperated operated) {
        if (operated.processInstanceId() == null || "Delete".equals(operated.operation())) {
            // The deletion of an instance is journaled when it ends.
            return;
        }
        cases.idByAnyInstance(operated.processInstanceId()).map(cases::lock).ifPresent(found -> {
            Map<String, Object> content = new HashMap<>();
            content.put("operation", operated.operation());
            content.put("on", operated.entity());
            content.put("property", operated.property());
            journal.append(found.id(), "process changed by intervention", content);
            endIfNothingRecovers(found.id());
        });
    }
}
