package org.servicerecovery;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;
import org.joda.money.CurrencyUnit;
import org.joda.money.IllegalCurrencyException;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/** Amounts as people and systems name them, refused with the name of the field. */
public final class Amounts {

    /** Digits before the point: more than any recovery gives, and less than the tables hold. */
    private static final int LARGEST = 12;

    private static final Pattern COMMA = Pattern.compile("^([+-]?\\d+),(\\d{1,2})$");

    private Amounts() {}

    /**
     * A number as people write it, with a point or a comma before its decimals. A comma before three digits may group
     * thousands instead, so that is no number.
     *
     * @throws NumberFormatException when it is none
     */
    public static BigDecimal written(String text) {
        return new BigDecimal(COMMA.matcher(text).replaceFirst("$1.$2"));
    }

    /** @throws Refused when it is missing, not above zero, too large, or has more places than the currency */
    public static Money positive(CurrencyUnit currency, @Nullable BigDecimal amount) {
        if (amount == null) {
            throw Refused.field("amount", "refused.missing");
        }
        if (amount.signum() <= 0) {
            throw Refused.field("amount", "refused.aboveZero");
        }
        BigDecimal plain = inPlacesOf(currency, "amount", amount);
        if ((long) plain.precision() - plain.scale() > LARGEST) {
            throw Refused.field("amount", "refused.tooLarge");
        }
        return Money.of(currency, plain);
    }

    /** The number without the zeros that say nothing; refused when it has more places than the currency. */
    public static BigDecimal inPlacesOf(CurrencyUnit currency, String field, BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.scale() > currency.getDecimalPlaces()) {
            throw Refused.field(
                    field, "refused.decimalPlaces", String.valueOf(currency.getDecimalPlaces()), currency.getCode());
        }
        return plain;
    }

    /** @throws Refused when there is no such currency, or nothing can be paid in it */
    public static CurrencyUnit currency(String code) {
        try {
            CurrencyUnit currency = CurrencyUnit.of(code.strip().toUpperCase(Locale.ROOT));
            // Gold, bonds and "no currency" have codes as well.
            if (!currency.isPseudoCurrency()) {
                return currency;
            }
        } catch (IllegalCurrencyException e) {
            // Refused below, like those in which nothing is paid.
        }
        throw Refused.field("currency", "refused.noCurrency", code);
    }
}
