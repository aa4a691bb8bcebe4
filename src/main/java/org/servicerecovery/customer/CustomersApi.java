package org.servicerecovery.customer;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Amounts;
import org.servicerecovery.Refused;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Customers over HTTP: find, register, and make payments known for refunds. */
@RestController
@RequestMapping("/api/customers")
class CustomersApi {

    private static final int LONGEST_NUMBER = 100;
    private static final int LONGEST_TEXT = 300;
    /** Beside the name; the window of an envelope holds nine lines. */
    private static final int MOST_ADDRESS_LINES = 7;
    /** What the payment table's numeric(19, 4) holds. */
    private static final BigDecimal TOO_MUCH = BigDecimal.TEN.pow(15);

    record CustomerJson(
            @Nullable String number,
            @Nullable String name,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String address,
            @Nullable String processorCustomer) {

        static CustomerJson of(Customer customer) {
            return new CustomerJson(
                    customer.number(),
                    customer.name(),
                    customer.email(),
                    customer.phone(),
                    customer.address(),
                    customer.processorCustomer());
        }
    }

    record NewCustomerJson(
            @Nullable String number,
            @Nullable String name,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String address) {}

    record ProcessorCustomerJson(@Nullable String processorCustomer) {}

    record NewPaymentJson(
            @Nullable String chargeId,
            @Nullable String reference,
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable BigDecimal tax,
            @Nullable Instant paidAt) {}

    /** Amounts are texts, so that no reader turns one into a binary fraction. */
    record PaymentJson(
            long id,
            String chargeId,
            String reference,
            String amount,
            String currency,
            @Nullable String tax,
            Instant paidAt) {

        static PaymentJson of(Payment payment) {
            return new PaymentJson(
                    payment.id(),
                    payment.chargeId(),
                    payment.reference(),
                    payment.amount().getAmount().toPlainString(),
                    payment.amount().getCurrencyUnit().getCode(),
                    payment.tax() == null ? null : payment.tax().getAmount().toPlainString(),
                    payment.paidAt());
        }
    }

    record CustomerWithPaymentsJson(
            String number,
            String name,
            @Nullable String email,
            @Nullable String phone,
            @Nullable String address,
            @Nullable String processorCustomer,
            List<PaymentJson> payments) {}

    private final Customers customers;

    CustomersApi(Customers customers) {
        this.customers = customers;
    }

    @GetMapping
    List<CustomerJson> search(@RequestParam(name = "q") String words) {
        return customers.search(words).stream().map(CustomerJson::of).toList();
    }

    @GetMapping("/{number}")
    CustomerWithPaymentsJson one(@PathVariable String number) {
        Customer found = customers.get(number);
        return new CustomerWithPaymentsJson(
                found.number(),
                found.name(),
                found.email(),
                found.phone(),
                found.address(),
                found.processorCustomer(),
                customers.payments(found.id()).stream().map(PaymentJson::of).toList());
    }

    /** 201 for a new customer, 200 when name and contact data of a known one were changed. */
    @PostMapping
    ResponseEntity<CustomerJson> register(@RequestBody NewCustomerJson wanted) {
        Refused.Gathered wrong = new Refused.Gathered();
        String number = required("number", wanted.number(), LONGEST_NUMBER, wrong);
        String name = required("name", wanted.name(), LONGEST_TEXT, wrong);
        String email = optional("email", wanted.email(), wrong);
        String phone = optional("phone", wanted.phone(), wrong);
        String address = optional("address", wanted.address(), wrong);
        if (address != null && address.lines().count() > MOST_ADDRESS_LINES) {
            wrong.add("address", "refused.customer.addressLines", String.valueOf(MOST_ADDRESS_LINES));
        }
        if (email != null && !email.matches("[^\\s@]+@[^\\s@]+")) {
            wrong.add("email", "refused.noEmailAddress");
        }
        wrong.refuseIfAny();
        boolean known = customers.byNumber(number).isPresent();
        CustomerJson registered = CustomerJson.of(customers.register(number, name, email, phone, address));
        return ResponseEntity.status(known ? HttpStatus.OK : HttpStatus.CREATED).body(registered);
    }

    /** Where credit of the customer goes, so it is not for everybody who registers customers. */
    @PutMapping("/{number}/processor-customer")
    CustomerJson knownAtProcessor(@PathVariable String number, @RequestBody ProcessorCustomerJson wanted) {
        Customer customer = customers.get(number);
        Refused.Gathered wrong = new Refused.Gathered();
        String as = required("processorCustomer", wanted.processorCustomer(), LONGEST_TEXT, wrong);
        if (!as.isEmpty() && !as.matches("[A-Za-z0-9._:-]{1,128}")) {
            wrong.add("processorCustomer", "refused.customer.nameAtProcessor");
        }
        wrong.refuseIfAny();
        try {
            return CustomerJson.of(customers.knownAtProcessor(customer, as));
        } catch (DuplicateKeyException e) {
            throw Refused.field("processorCustomer", "refused.customer.nameOfAnother");
        }
    }

    @PostMapping("/{number}/payments")
    @ResponseStatus(HttpStatus.CREATED)
    PaymentJson pay(@PathVariable String number, @RequestBody NewPaymentJson wanted) {
        Customer customer = customers.get(number);
        Refused.Gathered wrong = new Refused.Gathered();
        String chargeId = required("chargeId", wanted.chargeId(), LONGEST_TEXT, wrong);
        String reference = required("reference", wanted.reference(), LONGEST_TEXT, wrong);
        Money amount = money(wanted.amount(), wanted.currency(), wrong);
        BigDecimal taxOfIt = wanted.tax();
        Money tax = taxOfIt == null || amount == null ? null : tax(taxOfIt, amount, wrong);
        Instant paidAt = wanted.paidAt();
        if (paidAt == null) {
            wrong.add("paidAt", "refused.payment.paidAt");
        }
        wrong.refuseIfAny();
        try {
            return PaymentJson.of(customers.registerPayment(
                    customer.id(),
                    chargeId,
                    reference,
                    Objects.requireNonNull(amount),
                    tax,
                    Objects.requireNonNull(paidAt)));
        } catch (DuplicateKeyException e) {
            throw Refused.conflict("refused.payment.known", chargeId);
        }
    }

    private static @Nullable Money money(
            @Nullable BigDecimal amount, @Nullable String currency, Refused.Gathered wrong) {
        String code = required("currency", currency, LONGEST_NUMBER, wrong);
        CurrencyUnit unit = code.isEmpty() ? null : wrong.take(() -> Amounts.currency(code));
        if (amount == null || amount.signum() <= 0 || amount.compareTo(TOO_MUCH) >= 0) {
            wrong.add("amount", amount == null ? "refused.missing" : "refused.payment.amount");
            return null;
        }
        return unit == null ? null : wrong.take(() -> Money.of(unit, Amounts.inPlacesOf(unit, "amount", amount)));
    }

    /** Less than the amount, in its currency. */
    private static @Nullable Money tax(BigDecimal tax, Money paid, Refused.Gathered wrong) {
        CurrencyUnit unit = paid.getCurrencyUnit();
        if (tax.signum() < 0 || tax.compareTo(paid.getAmount()) >= 0) {
            wrong.add("tax", "refused.payment.tax");
            return null;
        }
        return wrong.take(() -> Money.of(unit, Amounts.inPlacesOf(unit, "tax", tax)));
    }

    private static String required(String field, @Nullable String value, int longest, Refused.Gathered wrong) {
        if (value == null || value.isBlank()) {
            wrong.add(field, "refused.missing");
            return "";
        }
        checkText(field, value, longest, wrong);
        return value.strip();
    }

    private static @Nullable String optional(String field, @Nullable String value, Refused.Gathered wrong) {
        if (value == null || value.isBlank()) {
            return null;
        }
        checkText(field, value, LONGEST_TEXT, wrong);
        return value.strip();
    }

    private static void checkText(String field, String value, int longest, Refused.Gathered wrong) {
        if (value.length() > longest) {
            wrong.add(field, "refused.manyCharacters", String.valueOf(value.length()), String.valueOf(longest));
        }
        if (value.indexOf('\0') >= 0) {
            wrong.add(field, "refused.nul");
        }
    }
}
