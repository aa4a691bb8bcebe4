package org.servicerecovery.cases;

import org.servicerecovery.Refused;

/** The part of the role table that depends on the case: who may work which. */
public final class CaseRoles {

    private static final String[] WORK_EVERY_CASE = {"business-owner", "office-manager", "cx-lead", "manager"};

    private CaseRoles() {}

    static boolean mayAssignOthers(Actor actor) {
        return actor.hasAnyRole(WORK_EVERY_CASE);
    }

    /** @throws Refused when the current user is neither the case's owner nor in a role that works every case */
    public static void requireMayWork(RecoveryCase found) {
        Actor actor = Actor.current();
        if (!actor.isSystem() && !actor.id().equals(found.owner()) && !actor.hasAnyRole(WORK_EVERY_CASE)) {
            throw Refused.forbidden(
                    found.owner() == null
                            ? "Case " + found.number() + " has no owner yet. Take it first."
                            : "Case " + found.number() + " belongs to " + found.owner() + ".");
        }
    }
}
