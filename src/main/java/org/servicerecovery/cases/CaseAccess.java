package org.servicerecovery.cases;

import java.util.ArrayList;
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

    private static final String PLANNED =
            "select case_id from plan_step where assignee = :reader and settled_at is null";
    private static final String HELD = "select case_id from case_instance where instance_id in (:held)";

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
        String sees = sees(reader, params);
        return "exists (select 1 from recovery_case v"
                + " where (v.id = c.id or (c.duplicate_of is not null and v.id = case_goes_on(c.id))) and (" + sees
                + "))";
    }

    /**
     * The same in parts, for a page out of very many cases: whoever looks for the first rows of each part finds them by an
     * index of its own, where the condition as a whole is asked of one row after the other. A case may be in several.
     *
     * @param params where its parameters go, by name
     */
    public List<String> visibleParts(Map<String, Object> params) {
        Actor reader = Actor.current();
        if (CaseRoles.seesEveryCase(reader)) {
            return List.of("true");
        }
        String sees = sees(reader, params);
        List<String> parts = new ArrayList<>();
        if (reader.hasAnyRole("case-owner")) {
            parts.add("c.owner = :reader");
            parts.add("c.owner is null");
        }
        parts.add("c.id in (" + PLANNED + " union all " + HELD + ")");
        parts.add("c.id in (select f.id from recovery_case v cross join lateral case_family(v.id) f (id)"
                // An array, so that each is looked up: few cases have others merged into them.
                + " where v.id = any(array(select duplicate_of from recovery_case where duplicate_of is not null))"
                + " and v.duplicate_of is null and (" + sees + "))");
        return parts;
    }

    private String sees(Actor reader, Map<String, Object> params) {
        Set<String> held = tasks.instancesWith(reader.id());
        params.put("reader", reader.id());
        params.put("held", held.isEmpty() ? List.of("") : held);
        String own = reader.hasAnyRole("case-owner") ? "v.owner is null or v.owner = :reader or " : "";
        return own + "v.id in (" + PLANNED + ") or v.id in (" + HELD + ")";
    }
}
