package org.servicerecovery.job.outbound;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.ProcessBean;
import org.servicerecovery.engine.Submission;

/** Somebody has seen to the messages about jobs that were given up. */
@ProcessBean("undeliveredOrderListener")
class UndeliveredOrderListener implements TaskListener {

    private static final String CHOICES = "send-again, told";

    private final Outbox outbox;

    UndeliveredOrderListener(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Submission form = Submission.take(task);
        String choice = form.requiredText("decision", "refused.missingChoose", CHOICES);
        switch (choice) {
            case "send-again" -> outbox.resendAllAsAnswered(task.getProcessInstanceId());
            case "told" ->
                outbox.toldAnotherWay(
                        task.getProcessInstanceId(),
                        numbers(form.textOrEmpty("jobs")),
                        form.requiredText("notes", "jobs.outbound.refused.notes"));
            default -> throw Refused.field("decision", "refused.notKnownChoose", choice, CHOICES);
        }
    }

    private static Set<String> numbers(String text) {
        return Arrays.stream(text.split("[\\s,;]+"))
                .filter(number -> !number.isEmpty())
                .map(number -> number.toUpperCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }
}
