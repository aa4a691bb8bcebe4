package org.servicerecovery.cases;

import java.util.Map;
import java.util.TreeMap;
import org.servicerecovery.engine.FurtherAnswers;
import org.springframework.stereotype.Component;

/** The answers to fields that a designer added go into the journal of the case. */
@Component
class JournaledAnswers implements FurtherAnswers {

    static final String KIND = "further answers";

    private final Cases cases;
    private final Journal journal;

    JournaledAnswers(Cases cases, Journal journal) {
        this.cases = cases;
        this.journal = journal;
    }

    @Override
    public boolean keep(String processInstanceId, String task, Map<String, String> answers) {
        return cases.idByAnyInstance(processInstanceId)
                .map(cases::lock)
                .map(found -> {
                    Map<String, String> content = new TreeMap<>(answers);
                    content.put("task", task);
                    journal.append(found.id(), KIND, content);
                    return true;
                })
                .orElse(false);
    }
}
