package org.servicerecovery.files;

/** A file is not taken; the message is a sentence for whoever sent it. Caught by whoever takes files. */
public final class NotTaken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public NotTaken(String sentence) {
        super(sentence, null, false, false);
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
