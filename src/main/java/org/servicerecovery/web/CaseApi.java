package org.servicerecovery.web;

import io.swagger.v3.oas.annotations.Operation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.engine.CaseOfTask;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The whole of one case for the people who work it, and the way to it from a task. */
@RestController
class CaseApi {

    /**
     * @param caseNumber absent when the task belongs to no case, such as one of a training signal
     * @param compensationId the compensation that the task is about, when it is about one
     * @param stepSeq the number of the step that the task works, when it works one
     * @param form the id of the task's form; of a step it is the step's type
     */
    record TaskCaseJson(
            String taskId,
            @Nullable String caseNumber,
            @Nullable Long compensationId,
            @Nullable Integer stepSeq,
            @Nullable String form) {}

    private final CaseView view;
    private final CaseOfTask caseOfTask;
    private final Compensations compensations;
    private final TaskState state;

    CaseApi(CaseView view, CaseOfTask caseOfTask, Compensations compensations, TaskState state) {
        this.state = state;
        this.view = view;
        this.compensations = compensations;
        this.caseOfTask = caseOfTask;
    }

    @Operation(summary = "Everything about one case: customer, clock, plan, money, resolution, timeline")
    @GetMapping("/api/cases/{number}")
    CaseView.CaseJson one(@PathVariable String number) {
        return view.of(new CaseNumber(number));
    }

    /**
     * @param entries how many entries the case's journal has; it grows with every change
     * @param visits where the work of its visits stands
     */
    record HeadJson(String number, int entries, String visits) {}

    @Operation(summary = "Whether a case has changed since it was read: cheap enough to be asked every few seconds")
    @GetMapping("/api/cases/{number}/head")
    HeadJson head(@PathVariable String number) {
        CaseNumber of = new CaseNumber(number);
        return new HeadJson(number, view.entries(of), view.visits(of));
    }

    @Operation(summary = "Who has a task, who completed it, or how it ended with its case")
    @GetMapping("/api/tasks/{taskId}/state")
    TaskState.StateJson state(@PathVariable String taskId) {
        return state.of(taskId);
    }

    @Operation(summary = "The case that a task of Tasklist belongs to")
    @GetMapping("/api/tasks/{taskId}/case")
    TaskCaseJson ofTask(@PathVariable String taskId) {
        Actor asker = Actor.current();
        Optional<CaseOfTask.Place> place = caseOfTask.place(taskId, asker.id(), asker.groups());
        return new TaskCaseJson(
                taskId,
                place.flatMap(at -> view.caseNumber(at.businessKey())).orElse(null),
                place.flatMap(at -> compensations.idByInstance(at.processInstanceId()))
                        .orElse(null),
                place.flatMap(at -> view.stepSeq(at.processInstanceId())).orElse(null),
                place.map(CaseOfTask.Place::form).orElse(null));
    }
}
