package org.servicerecovery.files;

import java.io.IOException;

/** The bytes are not what their first ones promise: cut off, or damaged. */
final class BrokenFile extends IOException {

    private static final long serialVersionUID = 1L;

    BrokenFile(String what) {
        super(what);
    }
}
