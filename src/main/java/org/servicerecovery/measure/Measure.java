package org.servicerecovery.measure;

import java.util.List;
import org.servicerecovery.Messages;
import org.servicerecovery.trend.Period;

/**
 * One thing the business is measured by. Its key is stable; what it means is written in the messages, in every
 * language, as {@code measure.<key>.definition}.
 */
interface Measure {

    /** In what its values are. */
    enum Unit {
        /** Of one. */
        SHARE("share"),
        SECONDS("seconds"),
        /** An amount in the currency that its part names. */
        MONEY("money"),
        /** 1 to 5. */
        SCORE("score");

        private final String code;

        Unit(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }
    }

    String key();

    Unit unit();

    /** The series it is read from. */
    String series();

    /** What it is in a period: always the same parts where these are known beforehand, empty ones too. */
    List<Value> of(Figures figures, Period period);

    default boolean isMoney() {
        return unit() == Unit.MONEY;
    }

    default String label() {
        return Messages.text("measure." + key() + ".label");
    }

    default String definition() {
        return Messages.text("measure." + key() + ".definition");
    }
}
