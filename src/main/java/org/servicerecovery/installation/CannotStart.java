package org.servicerecovery.installation;

/** The application cannot start here; the message is the one sentence the operator gets to read, instead of a trace. */
public final class CannotStart extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CannotStart(String sentence) {
        super(sentence);
    }

    CannotStart(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
