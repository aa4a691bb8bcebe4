package org.servicerecovery;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/** Money in tables: columns amount, numeric(19,4), and currency, an ISO 4217 code. */
public final class MoneyColumns {

    private MoneyColumns() {}

    public static Money read(ResultSet row) throws SQLException {
        return of(row.getBigDecimal("amount"), row.getString("currency"));
    }

    /** A further amount of the row, in its currency; null where there is none. */
    public static @Nullable Money read(ResultSet row, String column) throws SQLException {
        BigDecimal amount = row.getBigDecimal(column);
        return amount == null ? null : of(amount, row.getString("currency"));
    }

    /** The columns hold four places for every currency: the zeros beyond those of the currency go. */
    public static Money of(BigDecimal amount, String currency) {
        return Money.of(CurrencyUnit.of(currency), amount.stripTrailingZeros());
    }
}
