package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Amounts;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The credit of a customer over HTTP: what is left, what was used, what is taken back. Amounts are texts. */
@RestController
@RequestMapping("/api/customers/{number}/credits")
class CreditsApi {

    record CreditJson(
            long compensation,
            String caseNumber,
            String amount,
            String left,
            String currency,
            Instant grantedAt,
            Instant expiresAt) {

        static CreditJson of(Credit credit) {
            return new CreditJson(
                    credit.compensationId(),
                    credit.caseNumber(),
                    credit.granted().getAmount().toPlainString(),
                    credit.left().getAmount().toPlainString(),
                    credit.granted().getCurrencyUnit().getCode(),
                    credit.grantedAt(),
                    credit.expiresAt());
        }
    }

    /** @param key the caller's own, so that the same use told twice is one */
    record UseJson(
            @Nullable BigDecimal amount,
            @Nullable String currency,
            @Nullable String reference,
            @Nullable String key) {}

    record PartJson(long compensation, String amount) {}

    record ReasonJson(@Nullable String reason) {}

    private final Customers customers;
    private final Credits credits;
    private final BalanceReading balances;

    CreditsApi(Customers customers, Credits credits, BalanceReading balances) {
        this.customers = customers;
        this.credits = credits;
        this.balances = balances;
    }

    @GetMapping
    List<CreditJson> list(@PathVariable String number) {
        return credits.of(customers.get(number).id()).stream()
                .map(CreditJson::of)
                .toList();
    }

    /** Uses credit, what expires first before the rest, and answers with what was taken of which. */
    @PostMapping("/uses")
    @ResponseStatus(HttpStatus.CREATED)
    List<PartJson> use(@PathVariable String number, @RequestBody UseJson wanted) {
        Customer customer = customers.get(number);
        String currency = ShortText.required("currency", wanted.currency());
        Money amount = Amounts.positive(Amounts.currency(currency), wanted.amount());
        String reference = ShortText.required("reference", wanted.reference());
        String key = ShortText.required("key", wanted.key());
        // What was taken is answered also while the payment processor cannot be asked.
        return credits
                .toldBefore(customer, amount, reference, key)
                .orElseGet(() -> {
                    balances.catchUp(customer.id());
                    return credits.use(customer, amount, reference, key);
                })
                .stream()
                .map(part -> new PartJson(
                        part.compensationId(), part.amount().getAmount().toPlainString()))
                .toList();
    }

    /** Takes back what is left of one. */
    @PostMapping("/{compensation}/taking-back")
    CreditJson takeBack(@PathVariable String number, @PathVariable long compensation, @RequestBody ReasonJson given) {
        Customer customer = customers.get(number);
        String reason = ShortText.required("reason", given.reason());
        balances.catchUp(customer.id());
        return CreditJson.of(credits.takeBack(customer, compensation, reason));
    }
}
