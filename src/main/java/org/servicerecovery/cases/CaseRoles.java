package org.servicerecovery.cases;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** The part of the role table that depends on the case: who may work which. */
public final class CaseRoles {

    private static final String[] WORK_EVERY_CASE = {"business-owner", "office-manager", "cx-lead", "manager"};

    /** The roles whose people can do something about a case, by the ids of their groups. */
    public static final List<String> WORK_CASES = Stream.concat(Stream.of("case-owner"), Arrays.stream(WORK_EVERY_CASE))
            .toList();

    /** The roles of those who lead, by the ids of their groups. */
    public static final Set<String> LEADS = Set.of("business-owner", "office-manager", "cx-lead");

    private CaseRoles() {}

    /** Whether the actor is in a role that works every case; such a role also decides for others and hands cases on. */
    public static boolean worksEveryCase(Actor actor) {
        return actor.isSystem() || actor.hasAnyRole(WORK_EVERY_CASE);
    }

    /** Whether the actor leads those who own cases: a rule that guards the whole business is theirs to set aside. */
    public static boolean isLead(Actor actor) {
        return actor.hasAnyRole(LEADS.toArray(String[]::new));
    }

    /** Whether the current user is the case's owner, or in a role that works every case. */
    public static boolean mayWork(RecoveryCase found) {
        return mayWorkOf(found.owner());
    }

    /** The same of a case with this owner. */
    public static boolean mayWorkOf(@Nullable String owner) {
        Actor actor = Actor.current();
        return actor.id().equals(owner) || worksEveryCase(actor);
    }

    /** @throws Refused when the current user is neither the case's owner nor in a role that works every case */
    public static void requireMayWork(RecoveryCase found) {
        if (!mayWork(found)) {
            throw Refused.forbidden(
                    found.owner() == null ? "refused.case.takeFirst" : "refused.case.belongsTo",
                    found.number().value(),
                    String.valueOf(found.owner()));
        }
    }

    /** Whether the actor is let into every case, and not just into their own and those nobody owns yet. */
    public static boolean seesEveryCase(Actor actor) {
        return worksEveryCase(actor) || actor.hasAnyRole("reviewer");
    }

    /** Whether the actor sees the money of every case: those who see every case, and the accountant. */
    public static boolean seesEveryMoney(Actor actor) {
        return seesEveryCase(actor) || actor.hasAnyRole("accountant");
    }

    /** Whether the actor sees what repeats across all cases: counts, without the cases behind them. */
    public static boolean seesEveryTrend(Actor actor) {
        return seesEveryCase(actor) || actor.hasAnyRole("accountant", "process-designer");
    }

    /** Whether the current user may keep a note on the case: who sees it and works cases. */
    public static boolean mayNote(RecoveryCase found) {
        return maySee(found)
                && (Actor.current().isSystem() || Actor.current().hasAnyRole(WORK_CASES.toArray(String[]::new)));
    }

    /** A case owner sees their own cases and those nobody owns yet, the other roles of the loop see every case. */
    static boolean maySee(RecoveryCase found) {
        return maySeeOf(found.owner());
    }

    static boolean maySeeOf(@Nullable String owner) {
        Actor actor = Actor.current();
        boolean ownOrNobodys = owner == null || actor.id().equals(owner);
        return seesEveryCase(actor) || (ownOrNobodys && actor.hasAnyRole("case-owner"));
    }
}
