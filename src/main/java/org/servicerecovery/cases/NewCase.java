package org.servicerecovery.cases;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
        List<Refused.Problem> problems = new ArrayList<>();
        if (customerNumber.isBlank()) {
            problems.add(new Refused.Problem("customerNumber", "is missing. A case is for one known customer."));
        }
        if (summary.isBlank()) {
            problems.add(new Refused.Problem("summary", "is missing. Say briefly what went wrong."));
        } else if (summary.length() > LONGEST_SUMMARY) {
            problems.add(new Refused.Problem(
                    "summary",
                    "has " + summary.length() + " characters; at most " + LONGEST_SUMMARY
                            + " fit. The customer's own words go into the verbatim."));
        }
        if (verbatim != null && verbatim.length() > LONGEST_VERBATIM) {
            problems.add(new Refused.Problem(
                    "verbatim", "has " + verbatim.length() + " characters; at most " + LONGEST_VERBATIM + " fit."));
        }
        if (summary.indexOf('\0') >= 0 || (verbatim != null && verbatim.indexOf('\0') >= 0)) {
            problems.add(new Refused.Problem("summary", "holds a character that cannot be stored (NUL)."));
        }
        if (!problems.isEmpty()) {
            throw Refused.fields(problems);
        }
        customerNumber = customerNumber.strip();
        summary = summary.strip();
    }
}
