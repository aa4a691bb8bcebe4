package org.servicerecovery.plan;

import org.servicerecovery.Coded;

/** What a customer says would make it right. */
public enum Wish implements Coded {
    APOLOGY("Apology"),
    EXPLANATION("Explanation"),
    REDO("Redo"),
    REFUND("Refund"),
    CREDIT("Credit"),
    SOMETHING_ELSE("Something else"),
    NOTHING_MORE("Nothing more");

    private final String label;

    Wish(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }
}
