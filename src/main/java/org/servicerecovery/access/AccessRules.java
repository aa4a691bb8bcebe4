package org.servicerecovery.access;

import static org.servicerecovery.access.Role.ACCOUNTANT;
import static org.servicerecovery.access.Role.ADMINISTRATOR;
import static org.servicerecovery.access.Role.BUSINESS_OWNER;
import static org.servicerecovery.access.Role.CASE_OWNER;
import static org.servicerecovery.access.Role.CX_LEAD;
import static org.servicerecovery.access.Role.DISPATCHER;
import static org.servicerecovery.access.Role.MANAGER;
import static org.servicerecovery.access.Role.OFFICE_MANAGER;
import static org.servicerecovery.access.Role.OPERATIVE;
import static org.servicerecovery.access.Role.PROCESS_DESIGNER;
import static org.servicerecovery.access.Role.REVIEWER;
import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/**
 * Which role is let in where, the first matching rule deciding. A route that no rule names is nobody's.
 *
 * <p>The rules admit a role; whether this case is this person's own is the domain's question, and what happens inside
 * the engine is the question of the engine's authorizations ({@link Grants}).
 */
final class AccessRules {

    /** @param method null for every method */
    record Rule(@Nullable HttpMethod method, String path, Set<Role> roles) {}

    static final Set<Role> TASKLIST =
            roles(BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, CASE_OWNER, MANAGER, REVIEWER, ADMINISTRATOR);
    /** The reviewer and the accountant for its Recovery page: of the engine they see there no more than elsewhere. */
    static final Set<Role> COCKPIT = roles(
            BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, MANAGER, REVIEWER, ACCOUNTANT, PROCESS_DESIGNER, ADMINISTRATOR);
    /** Those with any web app at all: the operative has none. */
    static final Set<Role> WEB_APPS = roles(
            BUSINESS_OWNER,
            OFFICE_MANAGER,
            CX_LEAD,
            CASE_OWNER,
            MANAGER,
            REVIEWER,
            ACCOUNTANT,
            PROCESS_DESIGNER,
            ADMINISTRATOR);

    private static final Set<Role> ENGINE_REST = roles(
            BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, CASE_OWNER, MANAGER, REVIEWER, PROCESS_DESIGNER, ADMINISTRATOR);

    static final Set<Role> OPENERS = roles(BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, CASE_OWNER, MANAGER);
    static final Set<Role> CASE_READERS = roles(BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, CASE_OWNER, MANAGER, REVIEWER);
    private static final Set<Role> FINDING = roles(BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, MANAGER, REVIEWER);
    static final Set<Role> LEADERS = roles(BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD);
    static final Set<Role> HAND_OVER = plus(LEADERS, MANAGER);
    /** Who places ordinary jobs, as a rule a system by its token: with this role alone it sees no case. */
    private static final Set<Role> DISPATCHERS = plus(LEADERS, DISPATCHER);

    private static final Set<Role> TREND_READERS = plus(LEADERS, MANAGER, REVIEWER, ACCOUNTANT, PROCESS_DESIGNER);
    private static final Set<Role> TABLE_TRIERS = plus(LEADERS, MANAGER, PROCESS_DESIGNER);
    private static final Set<Role> OPERATIVES = roles(OPERATIVE);
    private static final Set<Role> ALL_BUT_OPERATIVE = EnumSet.complementOf(EnumSet.of(OPERATIVE));
    private static final Set<Role> ADMINISTRATORS = roles(ADMINISTRATOR);
    private static final Set<Role> NOBODY = EnumSet.noneOf(Role.class);

    static final List<Rule> API = List.of(
            rule(GET, "/api/me", ALL_BUT_OPERATIVE),
            rule(GET, "/api/messages", ALL_BUT_OPERATIVE),
            rule(GET, "/api/colleagues", OPENERS),
            rule(GET, "/api/me/absence", OPENERS),
            rule(PUT, "/api/me/absence", OPENERS),
            rule(DELETE, "/api/me/absence", OPENERS),
            rule(GET, "/api/owners", OPENERS),
            rule(PUT, "/api/owners/*/absence", HAND_OVER),
            rule(DELETE, "/api/owners/*/absence", HAND_OVER),
            rule(POST, "/api/owners/*/handover", HAND_OVER),
            // The accountant reads money, not what the customer said.
            rule(GET, "/api/cases/*/compensations", plus(CASE_READERS, ACCOUNTANT)),
            rule(GET, "/api/compensations", plus(CASE_READERS, ACCOUNTANT)),
            rule(GET, "/api/comped-services", CASE_READERS),
            rule(POST, "/api/comped-services/*/completion", OPENERS),
            rule(POST, "/api/comped-services/*/cancellation", OPENERS),
            rule(GET, "/api/ledger/**", plus(LEADERS, ACCOUNTANT)),
            rule(POST, "/api/ledger/closings", roles(ACCOUNTANT)),
            rule(GET, "/api/reconciliations", plus(LEADERS, MANAGER, ACCOUNTANT)),
            rule(GET, "/api/reconciliations/differences", plus(LEADERS, MANAGER, ACCOUNTANT)),
            rule(POST, "/api/reconciliations", plus(LEADERS, MANAGER, ACCOUNTANT)),
            rule(GET, "/api/mail-templates", plus(CASE_READERS, PROCESS_DESIGNER)),
            rule(GET, "/api/letter-templates", plus(CASE_READERS, PROCESS_DESIGNER)),
            rule(GET, "/api/cases", CASE_READERS),
            rule(GET, "/api/cases/**", CASE_READERS),
            rule(GET, "/api/tasks/*/case", CASE_READERS),
            rule(GET, "/api/tasks/*/state", CASE_READERS),
            rule(GET, "/api/tasks/*/training-signal", CASE_READERS),
            rule(GET, "/api/tasks/*/training-signal/pattern", CASE_READERS),
            rule(GET, "/api/clocks", CASE_READERS),
            rule(GET, "/api/cards", CASE_READERS),
            rule(POST, "/api/cases", OPENERS),
            rule(POST, "/api/cases/*/owner", OPENERS),
            rule(POST, "/api/cases/*/plan", OPENERS),
            rule(POST, "/api/cases/*/steps", OPENERS),
            rule(POST, "/api/cases/*/steps/*/outcome", OPENERS),
            rule(POST, "/api/cases/*/steps/*/letter", OPENERS),
            rule(POST, "/api/cases/*/letters/preview", OPENERS),
            rule(POST, "/api/cases/*/steps/*/next-try", OPENERS),
            rule(POST, "/api/cases/*/steps/*/visit/*", OPENERS),
            // What is asked holds words of a case, so it is no query of an address that is logged.
            rule(POST, "/api/cases/*/tag-suggestions", OPENERS),
            rule(POST, "/api/cases/*/resolution", OPENERS),
            rule(POST, "/api/cases/*/closing", OPENERS),
            rule(POST, "/api/cases/*/finding", FINDING),
            rule(POST, "/api/cases/*/regulator-findings", FINDING),
            rule(POST, "/api/cases/*/regulator-findings/*/taking-back", FINDING),
            rule(PUT, "/api/cases/*/causes", OPENERS),
            rule(POST, "/api/cases/*/prevention/done", OPENERS),
            rule(POST, "/api/cases/*/prevention/effect", OPENERS),
            rule(GET, "/api/prevention-actions", CASE_READERS),
            rule(POST, "/api/cases/*/compensations", OPENERS),
            rule(POST, "/api/cases/*/compensations/*/decision", OPENERS),
            rule(POST, "/api/cases/*/photos", OPENERS),
            rule(DELETE, "/api/cases/*/photos/*", OPENERS),
            rule(POST, "/api/cases/*/severity", OPENERS),
            rule(POST, "/api/cases/*/replies", OPENERS),
            rule(POST, "/api/cases/*/clock/pause", OPENERS),
            rule(POST, "/api/cases/*/clock/resumption", OPENERS),
            rule(POST, "/api/cases/*/clock/extensions", OPENERS),
            rule(POST, "/api/cases/*/clock/extensions/*/decision", OPENERS),
            rule(POST, "/api/cases/*/notes", OPENERS),
            rule(POST, "/api/cases/*/withdrawal", OPENERS),
            rule(POST, "/api/cases/*/opened-in-error", OPENERS),
            rule(POST, "/api/cases/*/duplicate", OPENERS),
            rule(POST, "/api/cases/*/reopening", OPENERS),
            rule(POST, "/api/cases/*/review", OPENERS),
            rule(POST, "/api/cases/*/survey/decision", OPENERS),
            rule(GET, "/api/customers", OPENERS),
            rule(GET, "/api/customers/**", OPENERS),
            rule(POST, "/api/customers", OPENERS),
            // A payment on record is what a refund may be paid against, so case owners do not add any.
            rule(PUT, "/api/customers/*/processor-customer", LEADERS),
            rule(POST, "/api/customers/*/payments", LEADERS),
            rule(POST, "/api/customers/*/credits/uses", LEADERS),
            rule(POST, "/api/customers/*/credits/*/taking-back", LEADERS),
            rule(GET, "/api/signals", CASE_READERS),
            rule(GET, "/api/signals/**", CASE_READERS),
            rule(POST, "/api/signals", OPENERS),
            rule(POST, "/api/signals/*/case", OPENERS),
            // Counts alone for those who see no case; a training signal says whose it is and what is done about it.
            rule(GET, "/api/trend/causes", plus(CASE_READERS, ACCOUNTANT, PROCESS_DESIGNER)),
            rule(GET, "/api/trend/parts", plus(CASE_READERS, ACCOUNTANT, PROCESS_DESIGNER)),
            rule(GET, "/api/trend/series", plus(CASE_READERS, ACCOUNTANT, PROCESS_DESIGNER)),
            rule(GET, "/api/trend/signals", CASE_READERS),
            rule(GET, "/api/trend/signals/**", CASE_READERS),
            rule(POST, "/api/trend/recount", ADMINISTRATORS),
            rule(GET, "/api/job-volumes", DISPATCHERS),
            rule(GET, "/api/job-volumes.csv", DISPATCHERS),
            rule(POST, "/api/job-volumes", DISPATCHERS),
            // What the business is measured by; what of it a role sees is the domain's question.
            rule(GET, "/api/measures", TREND_READERS),
            rule(GET, "/api/measures/*", TREND_READERS),
            rule(GET, "/api/recovery", TREND_READERS),
            // Who has lost the role can see why nothing comes any more, and end it.
            rule(GET, "/api/recovery/subscription", ALL_BUT_OPERATIVE),
            rule(PUT, "/api/recovery/subscription", TREND_READERS),
            rule(DELETE, "/api/recovery/subscription", ALL_BUT_OPERATIVE),
            rule(GET, "/api/recovery/*", TREND_READERS),
            // Of processes that the engine lets the reader read; cases are told to those alone who see them.
            rule(GET, "/api/waits/*", TREND_READERS),
            rule(GET, "/api/instances/*/way", CASE_READERS),
            rule(POST, "/api/customers/*/satisfaction", LEADERS),
            // Counts for designers; what of cases and money a role sees is the domain's question.
            rule(GET, "/api/decision-tables", TABLE_TRIERS),
            rule(GET, "/api/decision-tables/*", TABLE_TRIERS),
            rule(POST, "/api/table-trials", TABLE_TRIERS),
            rule(POST, "/api/table-trials.csv", TABLE_TRIERS),
            rule(GET, "/api/tags", plus(CASE_READERS, PROCESS_DESIGNER)),
            rule(GET, "/api/tags/**", plus(CASE_READERS, PROCESS_DESIGNER)),
            rule(POST, "/api/tags", LEADERS),
            rule(POST, "/api/tags/**", LEADERS),
            rule(PUT, "/api/tags/**", LEADERS),
            rule(DELETE, "/api/tags/**", LEADERS),
            rule(GET, "/api/tag-pairs", plus(CASE_READERS, PROCESS_DESIGNER)),
            rule(POST, "/api/tag-pairs/decision", LEADERS),
            rule(GET, "/api/calendars", ALL_BUT_OPERATIVE),
            rule(GET, "/api/calendars/*", ALL_BUT_OPERATIVE),
            rule(PUT, "/api/calendars/*", plus(LEADERS, PROCESS_DESIGNER, ADMINISTRATOR)),
            rule(GET, "/api/installation/switch", ALL_BUT_OPERATIVE),
            rule(PUT, "/api/installation/switch", roles(BUSINESS_OWNER, OFFICE_MANAGER, ADMINISTRATOR)),
            rule(GET, "/api/installation/statutory-profile", ALL_BUT_OPERATIVE),
            rule(PUT, "/api/installation/statutory-profile", roles(BUSINESS_OWNER, OFFICE_MANAGER, ADMINISTRATOR)),
            rule(POST, "/api/jobs", DISPATCHERS),
            rule(GET, "/api/jobs", DISPATCHERS),
            // Where jobs go beside our own queue, and what did not arrive there.
            rule(GET, "/api/jobs/outbound", plus(DISPATCHERS, MANAGER)),
            rule(GET, "/api/jobs/outbound/dead", plus(DISPATCHERS, MANAGER)),
            rule(POST, "/api/jobs/outbound/dead/*/resend", plus(DISPATCHERS, MANAGER)),
            rule(POST, "/api/jobs/outbound/dead/resend", plus(DISPATCHERS, MANAGER)),
            rule(GET, "/api/jobs/*", DISPATCHERS),
            rule(POST, "/api/jobs/*/outcome", DISPATCHERS),
            rule(POST, "/api/jobs/*/rescheduling", DISPATCHERS),
            rule(POST, "/api/jobs/*/cancellation", DISPATCHERS),
            rule(GET, "/api/jobs/*/photos/*", DISPATCHERS),
            rule(GET, "/api/jobs/*/photos/*/thumbnail", DISPATCHERS),
            rule(GET, "/api/tokens", ADMINISTRATORS),
            rule(POST, "/api/tokens", ADMINISTRATORS),
            rule(DELETE, "/api/tokens/*", ADMINISTRATORS),
            rule(GET, "/v3/api-docs", ALL_BUT_OPERATIVE),
            rule(GET, "/v3/api-docs/**", ALL_BUT_OPERATIVE),
            rule(GET, "/v3/api-docs.yaml", ALL_BUT_OPERATIVE));

    /** Camunda's own API: what the engine's authorizations leave open is closed here, at each of its addresses. */
    static final List<Rule> ENGINE = Stream.concat(
                    Stream.of("/engine-rest", "/engine-rest/engine/*", "/camunda/api/engine/engine/*")
                            .flatMap(AccessRules::pastTheDomain),
                    Stream.of(rule(null, "/engine-rest/**", ENGINE_REST)))
            .toList();

    static final List<Rule> APPS = List.of(
            // All that operatives reach: their jobs, what the page needs, and the photos of their jobs.
            rule(GET, "/jobs", OPERATIVES),
            rule(GET, "/jobs/assets/*", OPERATIVES),
            rule(GET, "/jobs/*", OPERATIVES),
            rule(POST, "/jobs/*", OPERATIVES),
            rule(POST, "/jobs/*/taking", OPERATIVES),
            rule(GET, "/jobs/*/photos/*", OPERATIVES),
            rule(GET, "/jobs/*/photos/*/thumbnail", OPERATIVES),
            // Managers decide on what does not agree with the payment processor.
            rule(GET, "/accounting", plus(LEADERS, MANAGER, ACCOUNTANT)),
            rule(POST, "/accounting/closings", roles(ACCOUNTANT)),
            rule(POST, "/accounting/reconciliations", plus(LEADERS, MANAGER, ACCOUNTANT)),
            rule(GET, "/time-rules", COCKPIT),
            rule(POST, "/time-rules/calendars", plus(LEADERS, PROCESS_DESIGNER, ADMINISTRATOR)),
            rule(POST, "/time-rules/statutory-profile", roles(BUSINESS_OWNER, OFFICE_MANAGER, ADMINISTRATOR)),
            // The address of a case that is pasted into a chat.
            rule(GET, "/cases/*", TASKLIST),
            // Cockpit's pages of ours are made of the same scripts as Tasklist's.
            rule(GET, "/camunda/app/tasklist/scripts/service-recovery/**", WEB_APPS),
            rule(null, "/camunda/app/tasklist/**", TASKLIST),
            rule(null, "/camunda/app/cockpit/**", COCKPIT),
            rule(null, "/camunda/app/admin/**", ADMINISTRATORS),
            rule(null, "/camunda/app/welcome/**", WEB_APPS),
            rule(GET, "/camunda/app", WEB_APPS),
            rule(GET, "/camunda/app/", WEB_APPS),
            rule(GET, "/camunda/lib/**", WEB_APPS),
            rule(GET, "/camunda/assets/**", WEB_APPS),
            rule(GET, "/camunda/favicon.ico", WEB_APPS),
            // Camunda's own sign-in, and its page that makes the first administrator: there is one front door.
            rule(null, "/camunda/api/admin/setup/**", NOBODY),
            rule(POST, "/camunda/api/admin/auth/user/*/login/*", NOBODY),
            rule(GET, "/camunda/api/admin/auth/user/*", WEB_APPS),
            rule(null, "/camunda/api/admin/**", ADMINISTRATORS),
            rule(null, "/camunda/api/tasklist/**", TASKLIST),
            rule(null, "/camunda/api/cockpit/**", COCKPIT),
            rule(null, "/camunda/api/engine/**", WEB_APPS),
            rule(null, "/camunda/api/welcome/**", WEB_APPS),
            rule(null, "/actuator/**", ADMINISTRATORS));

    private AccessRules() {}

    private static Stream<Rule> pastTheDomain(String engine) {
        return Stream.of(
                // These start an instance anywhere in the model, for whoever may start one at all. Tasklist uses
                // submit-form, which starts at the start.
                rule(POST, engine + "/process-definition/*/start", ADMINISTRATORS),
                rule(POST, engine + "/process-definition/key/*/start", ADMINISTRATORS),
                rule(POST, engine + "/process-definition/key/*/tenant-id/*/start", ADMINISTRATORS),
                rule(POST, engine + "/process-definition/*/restart", ADMINISTRATORS),
                rule(POST, engine + "/process-definition/*/restart-async", ADMINISTRATORS),
                // Messages come from the application alone: one from elsewhere moves a case beside the domain, and the
                // engine writes no operation log of it that would tell the case's journal.
                rule(POST, engine + "/message", NOBODY),
                rule(POST, engine + "/process-instance/message-async", NOBODY),
                rule(POST, engine + "/execution/*/messageSubscriptions/*/trigger", NOBODY),
                rule(POST, engine + "/signal", NOBODY),
                rule(POST, engine + "/execution/*/signal", NOBODY),
                rule(POST, engine + "/condition", NOBODY),
                // For many instances at once: the engine's operation log names none of them, so no journal could tell.
                rule(null, engine + "/modification/**", NOBODY),
                rule(null, engine + "/migration/**", NOBODY),
                rule(POST, engine + "/process-instance/*/modification-async", NOBODY),
                rule(POST, engine + "/process-instance/variables-async", NOBODY),
                rule(POST, engine + "/process-instance/delete", NOBODY),
                rule(POST, engine + "/process-instance/delete-historic-query-based", NOBODY),
                // A timer or a payment that is gone is told by nothing, and money in flight would wait forever.
                rule(DELETE, engine + "/job/*", NOBODY),
                // Timers stand where the case's clock puts them and run when that is reached: one that is run early is
                // gone, and the real deadline would pass unnoticed. A failed job is tried again by giving it retries.
                rule(POST, engine + "/job/*/execute", NOBODY),
                rule(PUT, engine + "/job/*/duedate", NOBODY),
                rule(POST, engine + "/job/*/duedate/recalculate", NOBODY),
                rule(PUT, engine + "/job/*/suspended", NOBODY),
                rule(PUT, engine + "/job/suspended", NOBODY),
                rule(PUT, engine + "/job-definition/**", NOBODY),
                // A way to try passwords that nothing slows down.
                rule(POST, engine + "/identity/verify", NOBODY),
                // These leave a task without completing it, so that no listener asks for the outcome, or set
                // variables on the way; for the engine they are part of working on a task.
                rule(POST, engine + "/task/*/bpmnError", NOBODY),
                rule(POST, engine + "/task/*/bpmnEscalation", NOBODY),
                rule(POST, engine + "/task/*/resolve", NOBODY),
                // Free texts and files, which are about customers, would stay in the engine: a case has notes and
                // photos.
                rule(POST, engine + "/task/*/comment/**", NOBODY),
                rule(PUT, engine + "/task/*/comment/**", NOBODY),
                rule(DELETE, engine + "/task/*/comment/**", NOBODY),
                rule(POST, engine + "/task/*/attachment/**", NOBODY),
                rule(DELETE, engine + "/task/*/attachment/**", NOBODY),
                rule(POST, engine + "/process-instance/*/comment/**", NOBODY),
                rule(PUT, engine + "/process-instance/*/comment/**", NOBODY),
                rule(DELETE, engine + "/process-instance/*/comment/**", NOBODY),
                // These count what belongs to a tenant for those too who are not in it, see engine/LeadsAlone.
                rule(null, engine + "/history/process-definition/*/statistics", ADMINISTRATORS),
                rule(null, engine + "/history/process-definition/cleanable-process-instance-report/**", ADMINISTRATORS),
                // Whoever may assign a task could give it another name, date or state as well.
                rule(PUT, engine + "/task/*", ADMINISTRATORS),
                rule(DELETE, engine + "/task/*", ADMINISTRATORS));
    }

    private static Rule rule(@Nullable HttpMethod method, String path, Set<Role> roles) {
        return new Rule(method, path, roles);
    }

    private static Set<Role> roles(Role... roles) {
        return EnumSet.copyOf(Arrays.asList(roles));
    }

    private static Set<Role> plus(Set<Role> roles, Role... more) {
        Set<Role> all = EnumSet.copyOf(roles);
        all.addAll(Arrays.asList(more));
        return all;
    }
}
