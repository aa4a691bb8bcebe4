package org.servicerecovery.cases;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.engine.RecoveryProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks for people who have left, work no cases any more or lead no more, and leaves their cases to those that nobody owns, the steps
 * planned for them by name to the owner, and their other tasks to whoever may do them. The engine tells nobody when a person
 * is removed. Nodes may look at the same time: the lock of each case lets one of them act.
 */
@Component
class GoneOwners {

    private static final Logger LOG = LoggerFactory.getLogger(GoneOwners.class);

    private record Planned(String person, long caseId) {}

    private final JdbcClient db;
    private final Cases cases;
    private final OwnerDirectory owners;
    private final Journal journal;
    private final RecoveryProcess process;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;

    GoneOwners(
            JdbcClient db,
            Cases cases,
            OwnerDirectory owners,
            Journal journal,
            RecoveryProcess process,
            ApplicationEventPublisher events,
            PlatformTransactionManager transactions) {
        this.db = db;
        this.cases = cases;
        this.owners = owners;
        this.journal = journal;
        this.process = process;
        this.events = events;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Scheduled(fixedDelayString = "${service-recovery.gone-owners.every:PT5M}")
    void look() {
        for (String owner : cases.ownersAtWork()) {
            if (!owners.mayOwnCases(owner)) {
                cases.notOverOf(owner).forEach(number -> attempt("Case " + number, number, cases::release));
            }
        }
        for (Planned planned : planned()) {
            attempt("A step of the case with the id " + planned.caseId(), planned, this::release);
        }
        for (String person : process.peopleWithTasks()) {
            if (!owners.mayOwnCases(person)) {
                release(process.tasksWith(person), person);
            }
        }
        // Whoever leads no more still works, and cannot see these.
        for (String person : process.peopleWithTasksForLeads()) {
            release(process.tasksForLeadsWith(person), person);
        }
    }

    private void release(List<RecoveryProcess.Held> held, String person) {
        Set<String> groups = owners.rolesOf(person);
        held.forEach(task -> attempt("Task " + task.taskId(), task, it -> release(it, person, groups)));
    }

    private List<Planned> planned() {
        return db
                .sql(
                        "select distinct assignee, case_id from plan_step where settled_at is null and assignee is not null")
                .query((row, n) -> new Planned(row.getString(1), row.getLong(2)))
                .list()
                .stream()
                .filter(planned -> !owners.mayOwnCases(planned.person()))
                .toList();
    }

    private void release(Planned planned) {
        transaction.executeWithoutResult(status -> {
            cases.lock(planned.caseId());
            events.publishEvent(new AssigneeGone(planned.caseId(), planned.person()));
        });
    }

    private void release(RecoveryProcess.Held task, String person, Set<String> groups) {
        transaction.executeWithoutResult(status -> {
            @Nullable
            RecoveryCase found = Optional.ofNullable(task.processInstanceId())
                    .flatMap(cases::idByAnyInstance)
                    .map(cases::lock)
                    .orElse(null);
            if (process.letGo(task.taskId(), person, groups) && found != null) {
                journal.append(found.id(), "task let go", Map.of("task", task.name(), "from", person));
            }
        });
    }

    /** One that cannot be released keeps none of the others. */
    private static <T> void attempt(String what, T of, Consumer<T> work) {
        try {
            work.accept(of);
        } catch (RuntimeException e) {
            LOG.warn("{} could not be taken from somebody who is gone. It is tried again.", what, e);
        }
    }
}
