package org.servicerecovery.cases;

import java.util.HashMap;
import java.util.Map;
import org.servicerecovery.engine.ProcessStuck;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The process of a case, a step or a compensation stands still: its people see it at the case, not only in Cockpit. */
@Component
class StuckProcessListener {

    private final Cases cases;
    private final Journal journal;

    StuckProcessListener(Cases cases, Journal journal) {
        this.cases = cases;
        this.journal = journal;
    }

    @EventListener
    void processStuck(ProcessStuck stuck) {
        cases.idByAnyInstance(stuck.processInstanceId()).map(cases::lock).ifPresent(found -> {
            Map<String, Object> content = new HashMap<>();
            content.put("reason", stuck.message());
            journal.append(found.id(), "process stuck", content);
        });
    }
}
