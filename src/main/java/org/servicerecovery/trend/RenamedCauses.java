package org.servicerecovery.trend;

import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.trend.taxonomy.TagRenamed;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The process of a training signal has its cause in words, for forms and lists: they say what it is called today. */
@Component
class RenamedCauses {

    private final TrainingSignals signals;
    private final RecoveryProcess process;

    RenamedCauses(TrainingSignals signals, RecoveryProcess process) {
        this.signals = signals;
        this.process = process;
    }

    @EventListener
    @Transactional(propagation = Propagation.MANDATORY)
    public void renamed(TagRenamed tag) {
        signals.asked().stream()
                .filter(each -> each.cluster().tagId() == tag.id())
                .forEach(each -> process.patternRenamed(each.processInstanceId(), signals.causeOf(each.id())));
    }
}
