package org.servicerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.engine.task.Task;
import org.servicerecovery.access.Role;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.resolution.Resolutions;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.springframework.context.ApplicationContext;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

/** Takes cases of a running application along the loop, each for a customer of its own. */
public final class Loop {

    private final ApplicationContext application;

    public Loop(ApplicationContext application) {
        this.application = application;
    }

    /** The id of the case owner that opens and owns the cases here. */
    public String owner() {
        return person(Role.CASE_OWNER);
    }

    public String person(Role role) {
        return TestPeople.person(the(IdentityService.class), role);
    }

    /** Does something in the name of somebody with this role. */
    public <T> T as(Role role, Callable<T> work) {
        var signedIn = UsernamePasswordAuthenticationToken.authenticated(
                person(role), "", List.of(new SimpleGrantedAuthority(role.groupId())));
        SecurityContextHolder.getContext().setAuthentication(signedIn);
        try {
            return work.call();
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (Exception thrown) {
            throw new IllegalStateException(thrown);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }

    public void does(Role role, Runnable work) {
        as(role, () -> {
            work.run();
            return "done";
        });
    }

    /** A customer of a test's own; the number. */
    public String customer() {
        String number = "C-" + UUID.randomUUID();
        the(Customers.class).register(number, "Test Customer", null, null);
        return number;
    }

    /** A tag of a test's own; the code. */
    public String tag() {
        String code = "tag-" + UUID.randomUUID();
        // Whoever the test is at the moment: tags are added by those who keep them.
        var before = SecurityContextHolder.getContext().getAuthentication();
        does(Role.CX_LEAD, () -> the(Taxonomy.class).add(code, "Label of " + code));
        SecurityContextHolder.getContext().setAuthentication(before);
        return code;
    }

    public RecoveryCase opened(Severity severity) {
        return opened(severity, customer());
    }

    /** One more case of the same customer. */
    public RecoveryCase another(RecoveryCase of) {
        return opened(Severity.MINOR, the(Customers.class).byId(of.customerId()).number());
    }

    private RecoveryCase opened(Severity severity, String customer) {
        NewCase wanted =
                new NewCase(customer, severity, FailureSource.COMPLAINT, "Nobody came", null, null, owner(), null);
        return as(Role.CASE_OWNER, () -> the(Cases.class).open(wanted));
    }

    /** A case whose plan runs, with so many steps to be worked. */
    public RecoveryCase planned(Severity severity, int steps) {
        RecoveryCase opened = opened(severity);
        List<NewStep> plan = java.util.stream.IntStream.rangeClosed(1, steps)
                .mapToObj(i -> new NewStep("call-customer", "Call number " + i, null))
                .toList();
        does(Role.CASE_OWNER, () -> the(Plan.class).finish(opened.number(), plan));
        return again(opened);
    }

    public void work(RecoveryCase of, int step) {
        does(
                Role.CASE_OWNER,
                () -> the(Plan.class)
                        .work(
                                of.number(),
                                step,
                                Map.of("outcome", "completed", "reached", "reached", "notes", "Said sorry.")));
    }

    /** A case that waits for nothing but its resolution. */
    public RecoveryCase readyToResolve(Severity severity) {
        RecoveryCase planned = planned(severity, 1);
        work(planned, 1);
        return again(planned);
    }

    public RecoveryCase resolve(RecoveryCase ready, String tag) {
        does(
                Role.CASE_OWNER,
                () -> the(Resolutions.class)
                        .resolve(ready.number(), new Resolutions.Draft("apology-only", tag, "Call before each visit")));
        return again(ready);
    }

    public RecoveryCase closeLoop(RecoveryCase resolved) {
        does(
                Role.CASE_OWNER,
                () -> the(Resolutions.class)
                        .closeLoop(resolved.number(), Map.of("told", "phone", "notes", "All is well.")));
        return again(resolved);
    }

    public RecoveryCase closed(String tag) {
        return closeLoop(resolve(readyToResolve(Severity.MINOR), tag));
    }

    /** Opened again, and closed under the same plan once more. */
    public RecoveryCase closedAgain(RecoveryCase closed, String tag) {
        does(Role.CASE_OWNER, () -> the(Cases.class).reopen(closed.number(), "It dripped again"));
        int step = the(Plan.class).steps(closed.id()).size() + 1;
        does(
                Role.CASE_OWNER,
                () -> the(Plan.class)
                        .finish(closed.number(), List.of(new NewStep("call-customer", "Once more", null))));
        work(closed, step);
        return closeLoop(resolve(again(closed), tag));
    }

    /** A zone for the business other than the one that the application is configured with. */
    public static BusinessZone businessIn(String zone) {
        return new BusinessZone(zone);
    }

    /** The case as it stands now. */
    public RecoveryCase again(RecoveryCase known) {
        return again(known.number());
    }

    public RecoveryCase again(CaseNumber number) {
        return the(Cases.class).get(number);
    }

    /** Moves the clock of the application, which is the engine's. Whoever moves it resets it afterwards. */
    public static void itIs(Instant instant) {
        ClockUtil.setCurrentTime(Date.from(instant));
    }

    /** The keys of the open tasks of the case's own process, not of its steps. */
    public List<String> openTasks(RecoveryCase of) {
        return the(TaskService.class).createTaskQuery().processInstanceId(of.processInstanceId()).list().stream()
                .map(Task::getTaskDefinitionKey)
                .toList();
    }

    /** The only open task of the case's own process with this key. */
    public Task task(RecoveryCase of, String key) {
        return the(TaskService.class)
                .createTaskQuery()
                .processInstanceId(of.processInstanceId())
                .taskDefinitionKey(key)
                .singleResult();
    }

    /** The only timer of the case's own process at this activity. */
    public Job timer(RecoveryCase of, String activity) {
        Job timer = the(ManagementService.class)
                .createJobQuery()
                .processInstanceId(of.processInstanceId())
                .activityId(activity)
                .singleResult();
        assertThat(timer).as(activity).isNotNull();
        return timer;
    }

    public void fire(RecoveryCase of, String activity) {
        fire(timer(of, activity));
    }

    /** Runs a timer that is due. */
    public void fire(Job timer) {
        assertThat(timer.getDuedate()).isBeforeOrEqualTo(ClockUtil.getCurrentTime());
        the(ManagementService.class).executeJob(timer.getId());
    }

    private <T> T the(Class<T> part) {
        return application.getBean(part);
    }
}
