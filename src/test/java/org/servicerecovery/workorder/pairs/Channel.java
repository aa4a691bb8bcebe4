package org.servicerecovery.workorder.pairs;

/** Where something of an order can be seen by those who are not to know where it came from. */
enum Channel {
    LIST("its line on the list of jobs"),
    PAGE("its page, as bytes"),
    PAGE_HEADERS("headers of its page and of what its forms answer"),
    ASSETS("what its page loads"),
    API("the API, as an operative and as a system"),
    WEBHOOK_HEADERS("headers of the webhook"),
    WEBHOOK_BODY("bodies of the webhook"),
    NUMBERS("its number, and gaps beside it"),
    RHYTHM("when it came, is due and was told");

    private final String label;

    Channel(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
