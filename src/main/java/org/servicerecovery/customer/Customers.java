package org.servicerecovery.customer;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The customers known to this installation, and their payments. */
@Component
public class Customers {

    private static final int SEARCH_LIMIT = 20;
    private static final String COLUMNS =
            "select id, number, name, email, phone, address, processor_customer from customer ";
    private static final RowMapper<Customer> CUSTOMER = (row, n) -> new Customer(
            row.getLong("id"),
            row.getString("number"),
            row.getString("name"),
            row.getString("email"),
            row.getString("phone"),
            row.getString("address"),
            row.getString("processor_customer"));
    private static final RowMapper<Payment> PAYMENT = (row, n) -> new Payment(
            row.getLong("id"),
            row.getLong("customer_id"),
            row.getString("charge_id"),
            row.getString("reference"),
            MoneyColumns.read(row),
            MoneyColumns.read(row, "tax"),
            row.getTimestamp("paid_at").toInstant());

    private final JdbcClient db;
    private final Clock clock;
    private final ApplicationEventPublisher events;

    Customers(JdbcClient db, Clock clock, ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.events = events;
    }

    public boolean isEmpty() {
        return db.sql("select not exists (select 1 from customer)")
                .query(Boolean.class)
                .single();
    }

    public Optional<Customer> byNumber(String number) {
        return db.sql(COLUMNS + "where number = ?")
                .param(number)
                .query(CUSTOMER)
                .optional();
    }

    /** @throws Refused when there is no customer with that number */
    public Customer get(String number) {
        return byNumber(number).orElseThrow(() -> Refused.notFound("refused.customer.none", number));
    }

    public Customer byId(long id) {
        return db.sql(COLUMNS + "where id = ?").param(id).query(CUSTOMER).single();
    }

    /** The customers with exactly this e-mail address, in upper or lower case. */
    public List<Customer> byEmail(String email) {
        return db.sql(COLUMNS + "where lower(email) = lower(?) order by number")
                .param(email.strip())
                .query(CUSTOMER)
                .list();
    }

    /** The customers whose phone number has exactly these digits, however it is punctuated. */
    public List<Customer> byPhone(String phone) {
        String digits = phone.replaceAll("[^0-9]", "");
        return digits.isEmpty()
                ? List.of()
                : db.sql(COLUMNS + "where regexp_replace(phone, '[^0-9]', '', 'g') = ? order by number")
                        .param(digits)
                        .query(CUSTOMER)
                        .list();
    }

    /** At most 20 customers whose number, name, e-mail or phone number holds the words, best known first. */
    public List<Customer> search(String words) {
        String text = words.strip().toLowerCase(Locale.ROOT);
        if (text.isEmpty()) {
            return List.of();
        }
        String pattern = "%" + text.replaceAll("([\\\\%_])", "\\\\$1") + "%";
        // Within the country a number is said with a 0 that goes when the country's code stands before it.
        String digits = text.replaceAll("[^0-9]", "").replaceFirst("^0+", "");
        return db.sql(COLUMNS + """
                        where lower(name) like :pattern or lower(email) like :pattern or lower(number) like :pattern
                           or (length(:digits) >= 3 and regexp_replace(phone, '[^0-9]', '', 'g') like '%' || :digits || '%')
                        order by name, number limit :limit""")
                .param("pattern", pattern)
                .param("digits", digits)
                .param("limit", SEARCH_LIMIT)
                .query(CUSTOMER)
                .list();
    }

    /** Registers a customer of whom no address is known; see below. */
    @Transactional
    public Customer register(String number, String name, @Nullable String email, @Nullable String phone) {
        return register(number, name, email, phone, null);
    }

    /**
     * Registers a customer; the same number again changes name and contact data.
     *
     * @param address null keeps the one that is known: not everybody who tells of a customer knows it
     */
    @Transactional
    public Customer register(
            String number, String name, @Nullable String email, @Nullable String phone, @Nullable String address) {
        requireText("customer number", number);
        requireText("customer name", name);
        return db.sql("""
                        insert into customer (number, name, email, phone, address, created_at) values (?, ?, ?, ?, ?, ?)
                        on conflict (number) do update set name = excluded.name, email = excluded.email,
                               phone = excluded.phone, address = coalesce(excluded.address, customer.address)
                        returning id, number, name, email, phone, address, processor_customer""")
                .params(number.strip(), name.strip(), email, phone, address, Timestamp.from(clock.instant()))
                .query(CUSTOMER)
                .single();
    }

    /**
     * Says what the payment processor calls a customer. Credit that stands there already stays under the name it was put
     * there with.
     *
     * @throws org.springframework.dao.DuplicateKeyException when it is another customer
     */
    @Transactional
    public Customer knownAtProcessor(Customer customer, String as) {
        db.sql("update customer set processor_customer = ? where id = ?")
                .params(as, customer.id())
                .update();
        events.publishEvent(new CustomerAtProcessor(customer.id(), as));
        return byId(customer.id());
    }

    /**
     * Makes a payment known for refunds.
     *
     * @param tax how much of the amount was tax; null where nobody tells
     */
    @Transactional
    public Payment registerPayment(
            long customerId, String chargeId, String reference, Money amount, @Nullable Money tax, Instant paidAt) {
        Payment registered = db.sql("""
                        insert into payment (customer_id, charge_id, reference, amount, currency, tax, paid_at)
                        values (?, ?, ?, ?, ?, ?, ?) returning *""")
                .params(
                        customerId,
                        chargeId,
                        reference,
                        amount.getAmount(),
                        amount.getCurrencyUnit().getCode(),
                        tax == null ? null : tax.getAmount(),
                        Timestamp.from(paidAt))
                .query(PAYMENT)
                .single();
        events.publishEvent(new PaymentRegistered(registered));
        return registered;
    }

    public List<Payment> payments(long customerId) {
        return db.sql("select * from payment where customer_id = ? order by paid_at desc, id desc")
                .param(customerId)
                .query(PAYMENT)
                .list();
    }

    public Optional<Payment> payment(long paymentId) {
        return db.sql("select * from payment where id = ?")
                .param(paymentId)
                .query(PAYMENT)
                .optional();
    }

    public Optional<Payment> paymentByCharge(String chargeId) {
        return db.sql("select * from payment where charge_id = ?")
                .param(chargeId)
                .query(PAYMENT)
                .optional();
    }

    /** Takes the payment's row lock until the transaction ends. Lock order: case, payment, credit account. */
    public Payment lockPayment(long paymentId) {
        return db.sql("select * from payment where id = ? for update")
                .param(paymentId)
                .query(PAYMENT)
                .single();
    }

    private static void requireText(String field, String value) {
        if (value.isBlank()) {
            throw Refused.field(field, "refused.customer.needed", field);
        }
    }
}
