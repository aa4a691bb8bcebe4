package org.servicerecovery.correspondence;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a template may name, as <code>{{customer.name}}</code>: this list and nothing else. */
enum MergeField {
    CUSTOMER_NAME("customer.name", "the customer's name"),
    CUSTOMER_NUMBER("customer.number", "the customer's number"),
    CASE_NUMBER("case.number", "the number of the case"),
    CASE_SUMMARY("case.summary", "what went wrong, as the case says it"),
    CASE_REPORTED_ON("case.reportedOn", "the day on which the customer told us, else the day of opening"),
    OWNER_NAME("owner.name", "who owns the case"),
    APPOINTMENT("appointment", "day and time of the latest visit that was agreed"),
    AMOUNT_SETTLED("amount.settled", "what was refunded and credited on the case"),
    PAYMENT_REFERENCE("payment.reference", "the payment for the affected work, such as an invoice number"),
    BUSINESS_NAME("business.name", "our name, as in the letterhead"),
    BUSINESS_CONTACT("business.contact", "how to reach us, as in the letterhead"),
    TODAY("today", "today's date");

    private final String key;
    private final String meaning;

    MergeField(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    String key() {
        return key;
    }

    String meaning() {
        return meaning;
    }

    static Optional<MergeField> named(String key) {
        return Arrays.stream(values()).filter(field -> field.key.equals(key)).findFirst();
    }

    static String all() {
        return Arrays.stream(values()).map(MergeField::key).collect(Collectors.joining(", "));
    }
}
