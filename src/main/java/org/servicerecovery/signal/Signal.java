package org.servicerecovery.signal;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.FailureSource;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.Severity;

/**
 * One event of a source that says a customer was let down. Whoever holds a Signal holds one that can be taken in: its
 * texts fit, hold no control characters and its terms are ours.
 *
 * @param sourceSystem the system that owns the event; with {@code externalId} it tells one event from another
 * @param verbatim the customer's own words, kept as received
 * @param reportedAt when the customer reported the failure, null where the source does not say
 */
record Signal(
        String sourceSystem,
        String externalId,
        Account customer,
        Severity severity,
        FailureSource failureSource,
        String summary,
        @Nullable String verbatim,
        @Nullable Origin origin,
        @Nullable Instant reportedAt) {

    /** What the source says of the customer; any of it may be missing. */
    record Account(
            @Nullable String number,
            @Nullable String name,
            @Nullable String email,
            @Nullable String phone) {}

    static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/#@-]*");
    static final int LONGEST_ID = 100;

    private static final int LONGEST_SHOWN = 60;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_EMAIL = 254;
    private static final int LONGEST_PHONE = 40;
    private static final Pattern EMAIL =
            Pattern.compile("[^\\s@<>()\\[\\],;:\"\\\\]+@[\\p{L}\\p{N}]+([.-]+[\\p{L}\\p{N}]+)*\\.\\p{L}{2,}");
    private static final Pattern PHONE =
            Pattern.compile("[+(]*[0-9 ()./-]{5,}((ext\\.?|x) ?[0-9]{1,6})?", Pattern.CASE_INSENSITIVE);

    /** A signal as another system sends it, before anything is checked. */
    record Draft(
            @Nullable String sourceSystem,
            @Nullable String externalId,
            @Nullable Account customer,
            @Nullable String unknownCustomer,
            @Nullable String severity,
            @Nullable String failureSource,
            @Nullable String summary,
            @Nullable String verbatim,
            @Nullable OriginDraft origin,
            @Nullable Instant reportedAt) {

        /**
         * Judges every field, so that the sender learns of all that is wrong at once.
         *
         * @param now the latest moment a failure can have been reported
         * @throws Refused with one problem for each wrong field
         */
        Signal check(Instant now) {
            Checks checks = new Checks();
            Signal signal = new Signal(
                    checks.id("sourceSystem", sourceSystem),
                    checks.id("externalId", externalId),
                    checks.account(customer),
                    checks.term(Severity.class, "severity", severity, Severity.MINOR),
                    checks.term(FailureSource.class, "failureSource", failureSource, FailureSource.COMPLAINT),
                    checks.required("summary", summary, NewCase.LONGEST_SUMMARY),
                    checks.verbatim(verbatim),
                    checks.origin(origin),
                    checks.reported(reportedAt, now));
            checks.term(UnknownCustomer.class, "unknownCustomer", unknownCustomer, UnknownCustomer.MATCH);
            checks.done();
            return signal;
        }

        /** The sender's policy, which is no part of the event. */
        UnknownCustomer policy() {
            return Coded.parse(UnknownCustomer.class, "unknownCustomer", unknownCustomer);
        }
    }

    record OriginDraft(
            @Nullable String kind,
            @Nullable String externalId,
            @Nullable String team,
            @Nullable String area,
            @Nullable String product,
            @Nullable String operative) {}

    /** Collects what is wrong; what it returns is only used when nothing is. */
    private static final class Checks {

        private final Refused.Gathered wrong = new Refused.Gathered();

        void done() {
            wrong.refuseIfAny();
        }

        String id(String field, @Nullable String text) {
            if (text == null || text.isBlank()) {
                return wrong(field, "refused.missing");
            }
            if (text.length() > LONGEST_ID) {
                return wrong(
                        field, "refused.manyCharacters", String.valueOf(text.length()), String.valueOf(LONGEST_ID));
            }
            if (!ID.matcher(text).matches()) {
                return wrong(field, "refused.signal.id");
            }
            return text;
        }

        Account account(@Nullable Account given) {
            if (given == null) {
                return new Account(null, null, null, null);
            }
            String email = optional("customer.email", given.email(), LONGEST_EMAIL);
            if (email != null && !EMAIL.matcher(email).matches()) {
                wrong("customer.email", "refused.noEmailAddress");
            }
            String phone = optional("customer.phone", given.phone(), LONGEST_PHONE);
            if (phone != null && !PHONE.matcher(phone).matches()) {
                wrong("customer.phone", "refused.signal.phone");
            }
            return new Account(
                    optional("customer.number", given.number(), LONGEST_ID),
                    optional("customer.name", given.name(), LONGEST_NAME),
                    email,
                    phone);
        }

        <E extends Enum<E> & Coded> E term(Class<E> terms, String field, @Nullable String text, E instead) {
            E known = wrong.take(() -> Coded.parse(terms, field, text));
            return known == null ? instead : known;
        }

        @Nullable
        Origin origin(@Nullable OriginDraft given) {
            if (given == null) {
                return null;
            }
            if (given.kind() == null || !Origin.KINDS.contains(given.kind())) {
                String kinds = "job, invoice, ticket, review, survey, call";
                if (given.kind() == null) {
                    wrong("origin.kind", "refused.missingChoose", kinds);
                } else {
                    wrong("origin.kind", "refused.notKnownChoose", shown(given.kind()), kinds);
                }
                return null;
            }
            return new Origin(
                    given.kind(),
                    optional("origin.externalId", given.externalId(), LONGEST_NAME),
                    optional("origin.team", given.team(), LONGEST_NAME),
                    optional("origin.area", given.area(), LONGEST_NAME),
                    optional("origin.product", given.product(), LONGEST_NAME),
                    optional("origin.operative", given.operative(), LONGEST_NAME),
                    null);
        }

        @Nullable
        String verbatim(@Nullable String text) {
            if (text == null || text.isBlank()) {
                return null;
            }
            checkText("verbatim", text, NewCase.LONGEST_VERBATIM);
            return text;
        }

        @Nullable
        Instant reported(@Nullable Instant at, Instant now) {
            if (at != null && at.isAfter(now)) {
                wrong("reportedAt", "refused.signal.future");
            }
            if (at != null && at.isBefore(AskedDay.EARLIEST_MOMENT)) {
                wrong("reportedAt", "refused.signal.longAgo");
            }
            return at;
        }

        String required(String field, @Nullable String text, int longest) {
            String kept = optional(field, text, longest);
            return kept == null ? wrong(field, "refused.missing") : kept;
        }

        private @Nullable String optional(String field, @Nullable String text, int longest) {
            if (text == null || text.isBlank()) {
                return null;
            }
            String kept = text.strip();
            checkText(field, kept, longest);
            return kept;
        }

        private void checkText(String field, String text, int longest) {
            if (text.length() > longest) {
                wrong(field, "refused.manyCharacters", String.valueOf(text.length()), String.valueOf(longest));
            }
            damage(text).ifPresent(what -> wrong(field, what));
        }

        private String wrong(String field, String key, Object... arguments) {
            wrong.add(field, key, arguments);
            return "";
        }
    }

    /** What makes a text unfit to be stored and read again, if anything. Line breaks and tabs are fine. */
    static Optional<String> damage(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r') {
                return Optional.of(
                        c == 0
                                ? Messages.text("refused.signal.damage.nul")
                                : Messages.text("refused.signal.damage.control", "U+%04X".formatted((int) c)));
            }
            if (c == '\uFFFD') {
                return Optional.of(Messages.text("refused.signal.damage.lost"));
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return Optional.of(Messages.text("refused.signal.damage.half"));
            }
        }
        return Optional.empty();
    }

    /** The beginning of a text for a message, with what cannot be printed made visible. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        int i = 0;
        while (i < text.length() && i < LONGEST_SHOWN) {
            int point = text.codePointAt(i);
            if (Character.isISOControl(point)
                    || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
                shown.append("\\u%04X".formatted(point));
            } else {
                shown.appendCodePoint(point);
            }
            i += Character.charCount(point);
        }
        return i < text.length() ? shown.append('…').toString() : shown.toString();
    }
}
