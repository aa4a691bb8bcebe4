package org.servicerecovery;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Instants in tables: timestamptz columns that may be empty. */
public final class InstantColumns {

    private InstantColumns() {}

    public static @Nullable Instant read(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
