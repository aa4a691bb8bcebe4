package org.servicerecovery.access;

import static org.camunda.bpm.engine.authorization.Permissions.ACCESS;
import static org.camunda.bpm.engine.authorization.Permissions.ALL;
import static org.camunda.bpm.engine.authorization.Permissions.CREATE;
import static org.camunda.bpm.engine.authorization.Permissions.CREATE_INSTANCE;
import static org.camunda.bpm.engine.authorization.Permissions.READ;
import static org.camunda.bpm.engine.authorization.Permissions.READ_HISTORY;
import static org.camunda.bpm.engine.authorization.Permissions.READ_INSTANCE;
import static org.camunda.bpm.engine.authorization.Permissions.READ_TASK;
import static org.camunda.bpm.engine.authorization.Permissions.TASK_ASSIGN;
import static org.camunda.bpm.engine.authorization.Resources.APPLICATION;
import static org.camunda.bpm.engine.authorization.Resources.DECISION_DEFINITION;
import static org.camunda.bpm.engine.authorization.Resources.DECISION_REQUIREMENTS_DEFINITION;
import static org.camunda.bpm.engine.authorization.Resources.DEPLOYMENT;
import static org.camunda.bpm.engine.authorization.Resources.FILTER;
import static org.camunda.bpm.engine.authorization.Resources.GROUP;
import static org.camunda.bpm.engine.authorization.Resources.PROCESS_DEFINITION;
import static org.camunda.bpm.engine.authorization.Resources.PROCESS_INSTANCE;
import static org.camunda.bpm.engine.authorization.Resources.USER;
import static org.servicerecovery.access.Role.ADMINISTRATOR;
import static org.servicerecovery.access.Role.BUSINESS_OWNER;
import static org.servicerecovery.access.Role.CX_LEAD;
import static org.servicerecovery.access.Role.MANAGER;
import static org.servicerecovery.access.Role.OFFICE_MANAGER;
import static org.servicerecovery.access.Role.PROCESS_DESIGNER;
import static org.servicerecovery.access.Role.REVIEWER;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;

/**
 * What each role may do inside the engine, by Tasklist, Cockpit or its REST API. Nobody but the administrator gets
 * anything that deletes or suspends an instance, moves a token, edits a variable or shifts a timer.
 */
final class Grants {

    record Grant(Role role, Resource resource, String resourceId, List<Permission> permissions) {}

    private static final String ANY = Authorization.ANY;

    private static final String OPENED_BY_PEOPLE = "service-recovery";
    private static final List<String> PROCESSES = List.of(
            OPENED_BY_PEOPLE,
            "recovery-step",
            "compensation",
            "refund-difference",
            "undelivered-mail",
            "unhappy-answer",
            "training-signal",
            "field-job",
            "undelivered-order");

    private static final Set<Role> WATCH_INSTANCES =
            EnumSet.of(BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, MANAGER, REVIEWER);
    private static final Set<Role> ASSIGN = EnumSet.of(BUSINESS_OWNER, OFFICE_MANAGER, CX_LEAD, MANAGER);

    static final List<Grant> ALL_GRANTS = grants();

    private Grants() {}

    private static List<Grant> grants() {
        List<Grant> grants = new ArrayList<>();
        for (Resources resource : Resources.values()) {
            add(grants, Set.of(ADMINISTRATOR), resource, ANY, ALL);
        }
        add(grants, withoutAdministrator(AccessRules.TASKLIST), APPLICATION, "tasklist", ACCESS);
        add(grants, withoutAdministrator(AccessRules.COCKPIT), APPLICATION, "cockpit", ACCESS);
        add(grants, withoutAdministrator(AccessRules.TASKLIST), FILTER, ANY, READ);

        for (String process : PROCESSES) {
            for (Role role : withoutAdministrator(AccessRules.TASKLIST)) {
                List<Permission> permissions = new ArrayList<>();
                // The name and the picture of the process, for whoever has one of its tasks.
                permissions.add(READ);
                if (WATCH_INSTANCES.contains(role)) {
                    permissions.addAll(List.of(READ_INSTANCE, READ_HISTORY, READ_TASK));
                }
                if (ASSIGN.contains(role)) {
                    permissions.add(TASK_ASSIGN);
                }
                if (AccessRules.OPENERS.contains(role) && process.equals(OPENED_BY_PEOPLE)) {
                    permissions.add(CREATE_INSTANCE);
                }
                grants.add(new Grant(role, PROCESS_DEFINITION, process, List.copyOf(permissions)));
            }
        }
        add(grants, AccessRules.OPENERS, PROCESS_INSTANCE, ANY, CREATE);

        // Tasklist's assign dialog looks people up: only for those who assign.
        add(grants, ASSIGN, USER, ANY, READ);
        add(grants, ASSIGN, GROUP, ANY, READ);

        add(grants, ASSIGN, DECISION_DEFINITION, ANY, READ);
        add(grants, ASSIGN, DECISION_REQUIREMENTS_DEFINITION, ANY, READ);

        add(grants, Set.of(PROCESS_DESIGNER), DEPLOYMENT, ANY, CREATE, READ);
        add(grants, Set.of(PROCESS_DESIGNER), PROCESS_DEFINITION, ANY, READ);
        add(grants, Set.of(PROCESS_DESIGNER), DECISION_DEFINITION, ANY, READ);
        add(grants, Set.of(PROCESS_DESIGNER), DECISION_REQUIREMENTS_DEFINITION, ANY, READ);
        return List.copyOf(grants);
    }

    private static void add(
            List<Grant> grants,
            Collection<Role> roles,
            Resource resource,
            String resourceId,
            Permission... permissions) {
        for (Role role : roles) {
            grants.add(new Grant(role, resource, resourceId, Arrays.asList(permissions)));
        }
    }

    private static Set<Role> withoutAdministrator(Set<Role> roles) {
        Set<Role> rest = EnumSet.copyOf(roles);
        rest.remove(ADMINISTRATOR);
        return rest;
    }
}
