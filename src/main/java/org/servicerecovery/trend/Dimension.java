package org.servicerecovery.trend;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** What cases are put together by: their cause, the family of it, or the cause and something of its origin. */
public enum Dimension {
    TAG,
    /** A cause that others have as their parent, with all below it. */
    FAMILY,
    TEAM,
    AREA,
    PRODUCT,
    /** For those alone who lead: see {@link TrendAccess}. */
    OPERATIVE;

    /** Those that narrow a cause by something of the failure's origin. */
    static final List<Dimension> OF_ORIGIN = List.of(TEAM, AREA, PRODUCT, OPERATIVE);

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The series of the roll-up that it is read from. */
    String series() {
        return this == FAMILY ? TAG.code() : code();
    }

    /** @throws Refused naming the field and the choices */
    static Dimension parse(String field, @Nullable String code) {
        for (Dimension each : values()) {
            if (each.code().equals(code)) {
                return each;
            }
        }
        throw Refused.field(
                field, "refused.notKnownChoose", String.valueOf(code), "tag, family, team, area, product, operative");
    }
}
