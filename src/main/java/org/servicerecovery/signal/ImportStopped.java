package org.servicerecovery.signal;

/** The import cannot go on with any row; the message is the sentence for whoever runs it. */
final class ImportStopped extends Exception {

    private static final long serialVersionUID = 1L;

    ImportStopped(String message) {
        super(message);
    }
}
