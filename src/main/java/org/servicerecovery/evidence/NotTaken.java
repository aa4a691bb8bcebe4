package org.servicerecovery.evidence;

/** A file is not taken; the message is a sentence for whoever sent it. Never leaves this package. */
final class NotTaken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotTaken(String sentence) {
        super(sentence, null, false, false);
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
