package org.servicerecovery.compensation;

/** What came is not believed to be the processor's; the message says why, for whoever set the two up. */
public final class NoticeRefused extends Exception {

    private static final long serialVersionUID = 1L;

    public NoticeRefused(String why) {
        super(why);
    }
}
