package org.servicerecovery.job.outbound;

/** What is told of a job. Each message says how the job stands after it, so that the last one, by its revision, is all that counts. */
enum ChangeType {
    RELEASED("job.released"),
    RESCHEDULED("job.rescheduled"),
    CANCELLED("job.cancelled"),
    /** Done, partly done or without access: reported by the receiver itself, on the operatives' page or at the API. */
    CLOSED("job.closed");

    private final String code;

    ChangeType(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }

    static ChangeType of(String code) {
        for (ChangeType type : values()) {
            if (type.code.equals(code)) {
                return type;
            }
        }
        throw new IllegalArgumentException("No change is called " + code);
    }
}
