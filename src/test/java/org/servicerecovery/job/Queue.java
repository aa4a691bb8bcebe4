package org.servicerecovery.job;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.servicerecovery.TestPeople;
import org.servicerecovery.access.Role;
import org.springframework.context.ApplicationContext;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;

/** Jobs and operatives for tests, and the tick that nobody waits for. */
public final class Queue {

    private final ApplicationContext application;

    public Queue(ApplicationContext application) {
        this.application = application;
    }

    /** A plumbing job tomorrow morning. */
    public static OrderFields order(String area) {
        Instant from = tomorrow().plus(Duration.ofHours(8));
        return new OrderFields(
                "3 Mill Lane, second floor",
                "Mr Ashworth",
                "+44 113 496 0001",
                "plumbing",
                area,
                "Replace the mixer valve.\nTest for leaks.",
                from,
                from.plus(Duration.ofHours(2)),
                "Mixer valve 15 mm",
                90,
                "PL-204");
    }

    public static Instant tomorrow() {
        return ClockUtil.getCurrentTime()
                .toInstant()
                .truncatedTo(ChronoUnit.DAYS)
                .plus(Duration.ofDays(1));
    }

    /** The same as JSON, with some fields set otherwise; null leaves one out. */
    public static Map<String, Object> json(String externalId) {
        OrderFields order = order("north");
        Map<String, Object> json = new HashMap<>();
        json.put("system", "erp");
        json.put("externalId", externalId);
        json.put("site", order.site());
        json.put("contactName", order.contactName());
        json.put("contactPhone", order.contactPhone());
        json.put("skill", order.skill());
        json.put("area", order.area());
        json.put("task", order.task());
        json.put("windowFrom", String.valueOf(order.windowFrom()));
        json.put("windowTo", String.valueOf(order.windowTo()));
        json.put("parts", order.parts());
        json.put("durationMinutes", order.durationMinutes());
        json.put("priceReference", order.priceReference());
        return json;
    }

    /** The same as answers to the form of the task "Schedule visit". */
    public static Map<String, Object> form(String area) {
        Map<String, Object> answers = json("");
        answers.keySet().removeAll(List.of("system", "externalId"));
        answers.put("area", area);
        answers.put("durationMinutes", "90");
        return answers;
    }

    /** Places a job and releases it; its number. */
    public String released(String area) {
        UUID id = application.getBean(Jobs.class).place(order(area));
        release();
        return number(id);
    }

    String number(UUID id) {
        return String.valueOf(application.getBean(Jobs.class).get(id).number());
    }

    public void release() {
        application.getBean(ReleaseTick.class).release();
    }

    /** Somebody who is in these teams, made when first asked for. */
    public String operative(String id, String... teams) {
        IdentityService identities = application.getBean(IdentityService.class);
        if (identities.createUserQuery().userId(id).count() == 0) {
            TestPeople.add(identities, id, Role.OPERATIVE);
            // A name that is no word of an order: who came before is named in none.
            User operative = identities.createUserQuery().userId(id).singleResult();
            operative.setFirstName("Yorick");
            operative.setLastName("Ottewell");
            identities.saveUser(operative);
        }
        for (String team : teams) {
            if (identities.createGroupQuery().groupId(team).count() == 0) {
                var group = identities.newGroup(team);
                group.setType("FIELD_TEAM");
                identities.saveGroup(group);
            }
            if (identities.createUserQuery().userId(id).memberOfGroup(team).count() == 0) {
                identities.createMembership(id, team);
            }
        }
        return id;
    }

    /** An operative takes a job of their team. */
    public void takes(String person, Job job) {
        as(person, List.of(String.valueOf(job.team())), () -> {
            application.getBean(Jobs.class).take(String.valueOf(job.number()));
            return true;
        });
    }

    /** The operative who has a job says how it ended. */
    public void reports(String person, Job job, JobState outcome, String notes) {
        as(
                person,
                List.of(String.valueOf(job.team())),
                () -> application.getBean(Jobs.class).report(String.valueOf(job.number()), outcome, notes));
    }

    <T> T as(String person, List<String> groups, Callable<T> work) {
        SecurityContextHolder.getContext()
                .setAuthentication(UsernamePasswordAuthenticationToken.authenticated(
                        person,
                        "",
                        AuthorityUtils.createAuthorityList(Stream.concat(Stream.of("operative"), groups.stream())
                                .toList())));
        try {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            SecurityContextHolder.clearContext();
        }
    }
}
