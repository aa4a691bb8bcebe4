package org.servicerecovery.cases;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.CaseOfTask;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who may see a case: as {@link CaseRoles} says by role and owner, or because part of its work is with them. A step that
 * is planned for somebody and an open task of it that is theirs both are; whoever works somebody else's case has to know
 * whom they are calling. Who sees a case sees those that were merged into it. The same is asked of one case and, as a
 * condition, of many.
 */
@Component
public class CaseAccess {

    private final JdbcClient db;
    private final CaseOfTask tasks;

    CaseAccess(JdbcClient db, CaseOfTask tasks) {
        this.db = db;
        this.tasks = tasks;
    }

    /** Whether the current user may see the case. */
    public boolean maySee(RecoveryCase found) {
        if (CaseRoles.maySee(found) || takesPart(found.id())) {
            return true;
        }
        if (found.mergedInto() == null) {
            return false;
        }
        record GoesOn(
                long id, @org.jspecify.annotations.Nullable String owner) {}
        GoesOn goesOn = db.sql("select id, owner from recovery_case where id = case_goes_on(?)")
                .param(found.id())
                .query((row, n) -> new GoesOn(row.getLong("id"), row.getString("owner")))
                .single();
        return CaseRoles.maySeeOf(goesOn.owner()) || takesPart(goesOn.id());
    }

    /** @throws Refused when the current user may not see the case */
    public void requireMaySee(RecoveryCase found) {
        if (!maySee(found)) {
            throw Refused.forbidden("refused.case.somebodyElses", found.number().value());
        }
    }

    /** Whether part of the work on the case is the current user's: a step, or any open task. */
    public boolean takesPart(RecoveryCase found) {
        return takesPart(found.id());
    }

    private boolean takesPart(long caseId) {
        String me = Actor.current().id();
        boolean isPlannedFor =
                db.sql("""
                        select exists (select 1 from plan_step
                                        where case_id = ? and settled_at is null and assignee = ?)""").params(caseId, me).query(Boolean.class).single();
        return isPlannedFor
                || tasks.holdsTaskIn(
                        db.sql("select instance_id from case_instance where case_id = ?")
                                .param(caseId)
                                .query(String.class)
                                .list(),
                        me);
    }

    /** @throws Refused when the current user neither may work the case nor has part of its work */
    public void requireTakesPart(RecoveryCase found) {
        if (!CaseRoles.mayWork(found) && !takesPart(found)) {
            CaseRoles.requireMayWork(found);
        }
    }

    /**
     * The same as a condition on the row {@code c} of a case.
     *
     * @param params where its parameters go, by name
     */
    public String visible(Map<String, Object> params) {
        Actor reader = Actor.current();
        if (CaseRoles.seesEveryCase(reader)) {
            return "true";
        }
        Set<String> held = tasks.instancesWith(reader.id());
        params.put("reader", reader.id());
        params.put("held", held.isEmpty() ? List.of("") : held);
        String own = reader.hasAnyRole("case-owner") ? "v.owner is null or v.owner = :reader or " : "";
        return "exists (select 1 from recovery_case v"
                + " where (v.id = c.id or (c.duplicate_of is not null and v.id = case_goes_on(c.id))) and (" + own
                + "v.id in (select case_id from plan_step where assignee = :reader and settled_at is null)"
                + " or v.id in (select case_id from case_instance where instance_id in (:held))))";
    }
}
