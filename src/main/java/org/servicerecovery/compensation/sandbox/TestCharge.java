package org.servicerecovery.compensation.sandbox;

/** What a charge id may contain to make its refunds misbehave, as test card numbers do with other processors. */
final class TestCharge {

    /** Every refund is declined: 402 with code {@code declined}. */
    static final String DECLINED = "-declined-";
    /** A new refund is booked at once and answered late; repeating it is answered at once. */
    static final String SLOW = "-slow-";
    /** A new refund is booked, then the connection is dropped; repeating it is answered. */
    static final String TIMEOUT = "-timeout-";

    /** A new refund is pending, and settled after a while. */
    static final String PENDING = "-pending-";
    /** The money of a new refund comes back after a while; with {@link #PENDING} it never arrives. */
    static final String FAILS_LATER = "-fails-later-";

    private TestCharge() {}
}
