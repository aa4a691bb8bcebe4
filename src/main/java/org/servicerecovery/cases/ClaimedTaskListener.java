package org.servicerecovery.cases;

import org.camunda.bpm.engine.delegate.DelegateTask;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.EveryTaskListener;
import org.servicerecovery.engine.FieldJobs;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Who may complete a task, by whatever route: the one who has it, or somebody of its candidate groups while nobody has it;
 * leads may step in. The engine lets every candidate complete a task that somebody else has claimed, lets anybody
 * complete what was assigned to them, and asks nothing when the application completes a task for somebody.
 */
@Component
@Order(1)
class ClaimedTaskListener implements EveryTaskListener {

    @Override
    public void notify(DelegateTask task) {
        Actor actor = Actor.current();
        if (CaseRoles.worksEveryCase(actor)) {
            return;
        }
        String assignee = task.getAssignee();
        if (assignee != null && !assignee.equals(actor.id())) {
            throw Refused.forbidden("refused.task.isWith", task.getName(), assignee);
        }
        // Those who own cases may be given what their group is not asked for, and so may operatives with jobs.
        boolean mayHaveIt =
                assignee != null && (actor.hasAnyRole("case-owner") || actor.hasAnyRole("operative") && isJob(task));
        if (!mayHaveIt && !isCandidate(actor, task)) {
            throw Refused.forbidden("refused.task.forOthers", task.getName());
        }
    }

    private static boolean isJob(DelegateTask task) {
        return task.getProcessDefinitionId() != null
                && task.getProcessDefinitionId().startsWith(FieldJobs.PROCESS + ":");
    }

    private static boolean isCandidate(Actor actor, DelegateTask task) {
        return task.getCandidates().isEmpty()
                || task.getCandidates().stream()
                        .anyMatch(candidate -> actor.id().equals(candidate.getUserId())
                                || actor.groups().contains(String.valueOf(candidate.getGroupId())));
    }
}
