package org.servicerecovery.compensation;

import org.jspecify.annotations.Nullable;

/** The payment processor cannot be asked now. */
public final class ProcessorUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ProcessorUnavailable(String why, @Nullable Throwable cause) {
        super(why, cause);
    }
}
