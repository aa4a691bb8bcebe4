package org.servicerecovery.trend;

import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;

/** What of the figures somebody may see: case owners their own cases, and what an operative did those alone who lead. */
public final class TrendAccess {

    private TrendAccess() {}

    /** The owner whose cases alone the current user may count; null for all. */
    public static @Nullable String onlyOf() {
        Actor actor = Actor.current();
        return CaseRoles.seesEveryTrend(actor) ? null : actor.id();
    }

    public static boolean seesOperatives() {
        Actor actor = Actor.current();
        return actor.isSystem() || CaseRoles.isLead(actor);
    }

    /** @throws Refused when figures by operative are asked for by somebody who does not lead */
    public static void requireMaySee(Dimension dimension) {
        if (dimension == Dimension.OPERATIVE && !seesOperatives()) {
            throw Refused.forbidden("refused.trend.operative");
        }
    }
}
