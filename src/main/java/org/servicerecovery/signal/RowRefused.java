package org.servicerecovery.signal;

import org.jspecify.annotations.Nullable;

/**
 * Why one row of a file is not taken in.
 *
 * @param line where the row's record starts in the file, counted from 1
 * @param column the column at fault, or several joined by " + "; empty when it is the row as a whole
 * @param value what stood there, abbreviated
 */
record RowRefused(long line, String column, String value, String reason) {

    static RowRefused of(long line, @Nullable String column, String value, String reason) {
        return new RowRefused(line, column == null ? "" : column, Signal.shown(value), reason);
    }
}
