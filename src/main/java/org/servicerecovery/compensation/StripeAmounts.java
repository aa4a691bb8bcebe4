package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.joda.money.CurrencyUnit;
import org.joda.money.IllegalCurrencyException;
import org.joda.money.Money;

/**
 * Amounts as Stripe counts them: whole numbers of a unit that is not in every currency the smallest one of ISO 4217. The
 * lists are those of <a href="https://docs.stripe.com/currencies">Stripe's page on currencies</a> ("Zero-decimal
 * currencies", "Three-decimal currencies", "Special cases"); whatever is not in them has two decimals. HUF and TWD have
 * two as well: that page has them whole for payouts alone.
 */
final class StripeAmounts {

    private static final Set<String> NO_DECIMALS = Set.of(
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF");

    /** The third must be zero. */
    private static final Set<String> THREE_DECIMALS = Set.of("BHD", "JOD", "KWD", "OMR", "TND");

    /** UGX stands among the zero-decimal ones too; what the page says of it by name is newer. */
    private static final Set<String> TWO_DECIMALS_THAT_ARE_ZERO = Set.of("ISK", "UGX");

    private StripeAmounts() {}

    /** Empty for an amount that Stripe does not pay in this currency. */
    static OptionalLong toStripe(Money amount) {
        String currency = amount.getCurrencyUnit().getCode();
        BigDecimal units = amount.getAmount().movePointRight(decimals(currency));
        return units.remainder(step(currency)).signum() == 0
                ? OptionalLong.of(units.longValueExact())
                : OptionalLong.empty();
    }

    /**
     * Empty for a currency that no payment here can have.
     *
     * @param currency as Stripe writes it, in lower case
     * @throws ArithmeticException when the amount has more decimals than the currency
     */
    static Optional<Money> ofStripe(String currency, long units) {
        String code = currency.toUpperCase(Locale.ROOT);
        try {
            return Optional.of(Money.of(
                    CurrencyUnit.of(code), BigDecimal.valueOf(units, decimals(code)), RoundingMode.UNNECESSARY));
        } catch (IllegalCurrencyException e) {
            return Optional.empty();
        }
    }

    private static int decimals(String currency) {
        if (NO_DECIMALS.contains(currency)) {
            return 0;
        }
        return THREE_DECIMALS.contains(currency) ? 3 : 2;
    }

    private static BigDecimal step(String currency) {
        if (TWO_DECIMALS_THAT_ARE_ZERO.contains(currency)) {
            return BigDecimal.valueOf(100);
        }
        return THREE_DECIMALS.contains(currency) ? BigDecimal.TEN : BigDecimal.ONE;
    }
}
