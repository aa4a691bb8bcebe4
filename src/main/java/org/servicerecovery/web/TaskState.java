package org.servicerecovery.web;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.CaseOfTask;
import org.springframework.stereotype.Component;

/**
 * What became of a task while somebody had it open: who has it, who completed it, how its case ended. Of the customer it
 * says nothing, so that whoever lost a case to somebody else is told as well.
 */
@Component
class TaskState {

    /**
     * @param caseNumber the case that goes on, where the reader may keep a note on it
     * @param open whether the task waits for somebody
     * @param sentence why it is not the reader's to claim or complete; absent where it is
     */
    record StateJson(
            String task,
            @Nullable String caseNumber,
            boolean open,
            @Nullable String sentence) {}

    private final CaseOfTask engine;
    private final CaseView view;
    private final Cases cases;
    private final BusinessZone zone;
    private final ModelWords words;

    TaskState(CaseOfTask engine, CaseView view, Cases cases, BusinessZone zone, ModelWords words) {
        this.engine = engine;
        this.view = view;
        this.cases = cases;
        this.zone = zone;
        this.words = words;
    }

    /** @throws Refused as not found when there was no such task of a case */
    StateJson of(String taskId) {
        CaseOfTask.Standing task = engine.standing(taskId).orElseThrow(TaskState::unknown);
        RecoveryCase of = view.caseNumber(task.businessKey())
                .flatMap(number -> cases.find(new CaseNumber(number)))
                .orElseThrow(TaskState::unknown);
        RecoveryCase goesOn = cases.goesOnAs(of);
        return new StateJson(
                name(task),
                CaseRoles.mayNote(goesOn) ? goesOn.number().value() : null,
                task.endedAt() == null,
                task.endedAt() == null ? heldBy(task) : end(task, task.endedAt(), of, goesOn));
    }

    private @Nullable String heldBy(CaseOfTask.Standing task) {
        String person = task.person();
        return person == null || person.equals(Actor.current().id())
                ? null
                : Messages.text("taskState.with", name(task), name(person));
    }

    private String end(CaseOfTask.Standing task, Instant at, RecoveryCase of, RecoveryCase goesOn) {
        if (task.completed()) {
            return Optional.ofNullable(task.person())
                    .map(person -> Messages.text("taskState.gone.completed", name(task), name(person), moment(at)))
                    .orElseGet(() -> Messages.text("taskState.gone.completedByItself", name(task), moment(at)));
        }
        if (of.mergedInto() != null) {
            return Messages.text(
                    "taskState.gone.merged",
                    name(task),
                    of.number().value(),
                    goesOn.number().value());
        }
        return of.state().isOpen()
                ? Messages.text("taskState.gone.other", name(task))
                : Messages.text(
                        "taskState.gone.ended",
                        name(task),
                        of.number().value(),
                        of.state().shownInText());
    }

    private String name(CaseOfTask.Standing task) {
        return words.task(task.key(), task.name());
    }

    private String name(String person) {
        return engine.names(List.of(person)).getOrDefault(person, person);
    }

    private String moment(Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(Messages.reader())
                .format(at.atZone(zone.id()));
    }

    private static Refused unknown() {
        return Refused.notFound("refused.task.none");
    }
}
