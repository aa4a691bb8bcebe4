package org.servicerecovery.correspondence;

import java.text.NumberFormat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Collection;
import java.util.Currency;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Messages;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.compensation.Compensation;
import org.servicerecovery.compensation.CompensationState;
import org.servicerecovery.compensation.Compensations;
import org.servicerecovery.compensation.Kind;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.customer.Payment;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.job.Order;
import org.servicerecovery.workorder.Appointments;
import org.springframework.stereotype.Component;

/** What the merge fields stand for on one case, in the words of a language; what is not known is left out. */
@Component
class MergeValues {

    private final Cases cases;
    private final Customers customers;
    private final Compensations compensations;
    private final Appointments appointments;
    private final CaseOfTask people;
    private final Letterhead business;
    private final BusinessZone zone;
    private final Clock clock;

    MergeValues(
            Cases cases,
            Customers customers,
            Compensations compensations,
            Appointments appointments,
            CaseOfTask people,
            Letterhead business,
            BusinessZone zone,
            Clock clock) {
        this.cases = cases;
        this.customers = customers;
        this.compensations = compensations;
        this.appointments = appointments;
        this.people = people;
        this.business = business;
        this.zone = zone;
        this.clock = clock;
    }

    Map<MergeField, String> of(RecoveryCase found, String language) {
        Locale locale = Messages.asWritten(language);
        Customer customer = customers.byId(found.customerId());
        Map<MergeField, String> values = new EnumMap<>(MergeField.class);
        values.put(MergeField.CUSTOMER_NAME, customer.name());
        values.put(MergeField.CUSTOMER_NUMBER, customer.number());
        values.put(MergeField.CASE_NUMBER, found.number().value());
        values.put(MergeField.CASE_SUMMARY, found.summary());
        values.put(
                MergeField.CASE_REPORTED_ON,
                date(found.reportedAt() == null ? found.openedAt() : found.reportedAt(), locale));
        put(values, MergeField.OWNER_NAME, found.owner() == null ? null : nameOf(found.owner()));
        put(
                values,
                MergeField.APPOINTMENT,
                appointments
                        .latest(found.id())
                        .map(order -> window(order, locale))
                        .orElse(null));
        put(values, MergeField.AMOUNT_SETTLED, settled(compensations.of(found.id()), locale));
        put(values, MergeField.PAYMENT_REFERENCE, paymentOf(found));
        put(values, MergeField.BUSINESS_NAME, business.name());
        put(values, MergeField.BUSINESS_CONTACT, business.contact());
        values.put(MergeField.TODAY, date(clock.instant(), locale));
        return values;
    }

    /** Full name of a person who works here, or the id where there is none. */
    String nameOf(String userId) {
        return people.names(List.of(userId)).getOrDefault(userId, userId);
    }

    String today(String language) {
        return date(clock.instant(), Messages.asWritten(language));
    }

    private static void put(Map<MergeField, String> values, MergeField field, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            values.put(field, value.strip());
        }
    }

    private @Nullable String paymentOf(RecoveryCase found) {
        return cases.origin(found.id())
                .map(origin -> origin.paymentId())
                .flatMap(customers::payment)
                .map(Payment::reference)
                .orElse(null);
    }

    private String date(Instant instant, Locale locale) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(locale)
                .format(zone.dateOf(instant));
    }

    private String window(Order order, Locale locale) {
        ZonedDateTime from = order.windowFrom().atZone(zone.id());
        DateTimeFormatter time =
                DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT).withLocale(locale);
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL)
                        .withLocale(locale)
                        .format(from)
                + ", " + time.format(from) + "–"
                + time.format(order.windowTo().atZone(zone.id()));
    }

    /** Refunds and credits that arrived, summed by currency; a service for free is no amount that was paid. */
    private static @Nullable String settled(Collection<Compensation> given, Locale locale) {
        Map<CurrencyUnit, Money> sums = new TreeMap<>();
        given.stream()
                .filter(each -> each.state() == CompensationState.SETTLED && each.kind() != Kind.COMPED_SERVICE)
                .map(Compensation::amount)
                .forEach(amount -> sums.merge(amount.getCurrencyUnit(), amount, Money::plus));
        return sums.isEmpty()
                ? null
                : sums.values().stream().map(amount -> inWords(amount, locale)).collect(Collectors.joining(" + "));
    }

    private static String inWords(Money amount, Locale locale) {
        NumberFormat format = NumberFormat.getCurrencyInstance(locale);
        format.setCurrency(Currency.getInstance(amount.getCurrencyUnit().getCode()));
        format.setMinimumFractionDigits(amount.getCurrencyUnit().getDecimalPlaces());
        format.setMaximumFractionDigits(amount.getCurrencyUnit().getDecimalPlaces());
        return format.format(amount.getAmount());
    }
}
