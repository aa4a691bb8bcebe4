package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.util.Locale;
import org.joda.money.CurrencyUnit;
import org.joda.money.IllegalCurrencyException;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;

/** Amounts as people and systems name them, refused with the name of the field. */
final class Amounts {

    /** Digits before the point: more than any recovery gives, and less than the tables hold. */
    private static final int LARGEST = 12;

    private Amounts() {}

    /** @throws Refused when it is missing, not above zero, too large, or has more places than the currency */
    static Money positive(CurrencyUnit currency, @Nullable BigDecimal amount) {
        if (amount == null) {
            throw Refused.field("amount", "is missing.");
        }
        if (amount.signum() <= 0) {
            throw Refused.field("amount", "must be above zero.");
        }
        BigDecimal plain = amount.stripTrailingZeros();
        if (plain.scale() > currency.getDecimalPlaces()) {
            throw Refused.field(
                    "amount",
                    "has more than the " + currency.getDecimalPlaces() + " decimal places of " + currency + ".");
        }
        if ((long) plain.precision() - plain.scale() > LARGEST) {
            throw Refused.field("amount", "is too large.");
        }
        return Money.of(currency, plain);
    }

    /** @throws Refused when there is no such currency, or nothing can be paid in it */
    static CurrencyUnit currency(String code) {
        try {
            CurrencyUnit currency = CurrencyUnit.of(code.strip().toUpperCase(Locale.ROOT));
            // Gold, bonds and "no currency" have codes as well.
            if (!currency.isPseudoCurrency()) {
                return currency;
            }
        } catch (IllegalCurrencyException e) {
            // Refused below, like those in which nothing is paid.
        }
        throw Refused.field("currency", "\"" + code + "\" is not a currency such as EUR.");
    }
}
