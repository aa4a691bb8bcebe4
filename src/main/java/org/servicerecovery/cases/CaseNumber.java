package org.servicerecovery.cases;

import java.util.regex.Pattern;
import org.servicerecovery.Refused;

/** The number people know a case by, such as {@code SR-2026-000123}; also the business key of its process instances. */
public record CaseNumber(String value) {

    private static final Pattern FORM = Pattern.compile("SR-\\d{4}-\\d{6,9}");

    public CaseNumber {
        if (!FORM.matcher(value).matches()) {
            throw Refused.notFound("refused.case.noSuchNumber");
        }
    }

    static CaseNumber of(int year, long sequence) {
        return new CaseNumber("SR-%04d-%06d".formatted(year, sequence));
    }

    @Override
    public String toString() {
        return value;
    }
}
