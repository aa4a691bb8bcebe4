package org.servicerecovery.cases;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;

/**
 * What is needed to open a case.
 *
 * @param summary what went wrong, in at most 500 characters
 * @param verbatim the customer's own words, kept as received, at most 100,000 characters
 * @param reportedAt when the customer reported the failure; kept beside the opening, it does not start the clock
 * @param owner user id of the owner, null for a case that somebody still has to take
 */
public record NewCase(
        String customerNumber,
        Severity severity,
        FailureSource source,
        String summary,
        @Nullable String verbatim,
        @Nullable Instant reportedAt,
        @Nullable String owner,
        @Nullable Origin origin) {

    public static final int LONGEST_SUMMARY = 500;
    public static final int LONGEST_VERBATIM = 100_000;

    public NewCase {
        Refused.Gathered wrong = new Refused.Gathered();
        check(wrong, customerNumber, summary, verbatim);
        wrong.refuseIfAny();
        customerNumber = customerNumber.strip();
        summary = summary.strip();
    }

    /**
     * From what somebody typed or another system sent.
     *
     * @param severity code of a severity
     * @param source code of a failure source
     * @throws Refused naming everything that is missing or wrong
     */
    static NewCase read(
            @Nullable String customerNumber,
            @Nullable String severity,
            @Nullable String source,
            @Nullable String summary,
            @Nullable String verbatim,
            @Nullable Instant reportedAt,
            @Nullable String owner,
            @Nullable Origin origin) {
        Refused.Gathered wrong = new Refused.Gathered();
        String customer = customerNumber == null ? "" : customerNumber;
        String brief = summary == null ? "" : summary;
        Severity howBad = wrong.take(() -> Coded.parse(Severity.class, "severity", severity));
        FailureSource learnedOf = wrong.take(() -> Coded.parse(FailureSource.class, "source", source));
        check(wrong, customer, brief, verbatim);
        wrong.refuseIfAny();
        return new NewCase(
                customer,
                Objects.requireNonNull(howBad),
                Objects.requireNonNull(learnedOf),
                brief,
                verbatim,
                reportedAt,
                owner,
                origin);
    }

    private static void check(
            Refused.Gathered wrong, String customerNumber, String summary, @Nullable String verbatim) {
        if (customerNumber.isBlank()) {
            wrong.add("customerNumber", "refused.case.whichCustomer");
        }
        if (summary.isBlank()) {
            wrong.add("summary", "refused.case.whatWentWrong");
        } else if (summary.length() > LONGEST_SUMMARY) {
            wrong.add(
                    "summary",
                    "refused.case.longSummary",
                    String.valueOf(summary.length()),
                    String.valueOf(LONGEST_SUMMARY));
        }
        if (verbatim != null && verbatim.length() > LONGEST_VERBATIM) {
            wrong.add(
                    "verbatim",
                    "refused.manyCharacters",
                    String.valueOf(verbatim.length()),
                    String.valueOf(LONGEST_VERBATIM));
        }
        if (summary.indexOf('\0') >= 0 || (verbatim != null && verbatim.indexOf('\0') >= 0)) {
            wrong.add("summary", "refused.nul");
        }
    }
}
