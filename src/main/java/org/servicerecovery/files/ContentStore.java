package org.servicerecovery.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A place for the bytes of files. A key is written once and never again; {@link Contents} knows which keys there are,
 * so a store lists nothing.
 */
interface ContentStore {

    /** How the table names it; never changes. */
    String name();

    /** Kept for good when it returns. */
    void put(UUID key, Path bytes) throws IOException;

    /** @throws IOException when the bytes are not there, or the store cannot be reached */
    InputStream open(UUID key) throws IOException;

    /** Nothing there to remove is no failure. */
    void delete(UUID key) throws IOException;
}
