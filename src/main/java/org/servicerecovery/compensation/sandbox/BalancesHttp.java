package org.servicerecovery.compensation.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.compensation.sandbox.Balances.Entry;
import org.servicerecovery.compensation.sandbox.Balances.Outcome;
import org.servicerecovery.compensation.sandbox.SandboxHttp.Answer;
import org.servicerecovery.compensation.sandbox.SandboxHttp.BadRequest;
import org.servicerecovery.compensation.sandbox.SandboxHttp.Result;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;

/** The HTTP side of customers' balances. What it speaks is written at {@link SandboxProcessor}. */
final class BalancesHttp implements HttpHandler {

    private static final String ID = "([A-Za-z0-9._:-]{1,128})";
    private static final Pattern CUSTOMER = Pattern.compile("/customers/" + ID);
    private static final Pattern BALANCE = Pattern.compile("/customers/" + ID + "/balance");
    private static final Pattern INVOICES = Pattern.compile("/customers/" + ID + "/invoices");
    private static final Pattern VOID = Pattern.compile("/customers/" + ID + "/invoices/" + ID + "/void");

    private record EntryView(
            long id,
            String reference,
            @Nullable String key,
            String type,
            @Nullable String credit,
            @Nullable String invoice,
            String amount,
            String currency,
            String after,
            String at) {

        static EntryView of(Entry entry) {
            return new EntryView(
                    entry.id(),
                    "sandbox-balance-" + entry.id(),
                    entry.key(),
                    entry.type(),
                    entry.credit(),
                    entry.invoice(),
                    Long.toString(entry.amount()),
                    entry.currency(),
                    Long.toString(entry.after()),
                    entry.bookedAt().toString());
        }
    }

    private record CustomerView(String id) {}

    private record EntryPage(
            List<EntryView> entries, @Nullable Long next) {}

    private final Balances balances;
    private final SandboxHttp http;

    BalancesHttp(Balances balances, SandboxHttp http) {
        this.balances = balances;
        this.http = http;
    }

    @Override
    public void handle(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        Matcher customer = CUSTOMER.matcher(path);
        Matcher balance = BALANCE.matcher(path);
        Matcher invoices = INVOICES.matcher(path);
        Matcher voided = VOID.matcher(path);
        if (customer.matches() && method.equals("PUT")) {
            SandboxHttp.answer(exchange, () -> register(customer.group(1)));
        } else if (balance.matches() && method.equals("POST")) {
            http.answerAsMarked(exchange, () -> adjust(exchange, balance.group(1)));
        } else if (balance.matches() && method.equals("GET")) {
            SandboxHttp.answer(exchange, () -> show(exchange, balance.group(1)));
        } else if (invoices.matches() && method.equals("POST")) {
            SandboxHttp.answer(exchange, () -> apply(exchange, invoices.group(1)));
        } else if (voided.matches() && method.equals("POST")) {
            SandboxHttp.answer(exchange, () -> unapply(voided.group(1), voided.group(2)));
        } else {
            SandboxHttp.answer(exchange, () -> Answer.refusal(404, "not_found", "There is nothing here."));
        }
    }

    private Answer register(String customer) {
        return new Answer(balances.register(customer) ? 201 : 200, new CustomerView(customer));
    }

    private Result adjust(HttpExchange exchange, String customer) throws IOException, BadRequest {
        String key = SandboxHttp.key(exchange);
        JsonNode body = SandboxHttp.body(exchange);
        String digits = SandboxHttp.text(body, "amount");
        boolean takesOff = digits.startsWith("-");
        long amount = SandboxHttp.amount(takesOff ? digits.substring(1) : digits);
        if (customer.contains(TestCharge.DECLINED)) {
            return new Result(Answer.refusal(402, "declined", "This balance takes no adjustments."));
        }
        Outcome outcome = balances.adjust(
                key,
                customer,
                SandboxHttp.text(body, "credit"),
                takesOff ? -amount : amount,
                SandboxHttp.currency(body));
        if (outcome instanceof Outcome.Booked booked) {
            return new Result(new Answer(201, EntryView.of(booked.entry())), booked.first(), customer);
        }
        return new Result(
                outcome instanceof Outcome.KeyTaken
                        ? Answer.refusal(422, "key_reused", "The key belongs to another entry.")
                        : noSuchCustomer());
    }

    private Answer show(HttpExchange exchange, String customer) throws BadRequest {
        if (!balances.knows(customer)) {
            return noSuchCustomer();
        }
        MultiValueMap<String, String> query =
                UriComponentsBuilder.fromUri(exchange.getRequestURI()).build().getQueryParams();
        int limit = SandboxHttp.limit(query.getFirst("limit"));
        List<Entry> entries = balances.entries(customer, SandboxHttp.number(query.getFirst("after"), 0), limit);
        Long next = entries.size() == limit ? entries.get(entries.size() - 1).id() : null;
        return new Answer(200, new EntryPage(entries.stream().map(EntryView::of).toList(), next));
    }

    private Answer apply(HttpExchange exchange, String customer) throws IOException, BadRequest {
        JsonNode body = SandboxHttp.body(exchange);
        Optional<Entry> applied = balances.apply(
                customer,
                SandboxHttp.text(body, "invoice"),
                SandboxHttp.amount(SandboxHttp.text(body, "amount")),
                SandboxHttp.currency(body));
        return applied.map(entry -> new Answer(201, EntryView.of(entry))).orElseGet(BalancesHttp::notPossible);
    }

    private Answer unapply(String customer, String invoice) {
        return balances.unapply(customer, invoice)
                .map(entry -> new Answer(201, EntryView.of(entry)))
                .orElseGet(BalancesHttp::notPossible);
    }

    private static Answer notPossible() {
        return Answer.refusal(409, "not_possible", "Nothing stands there for that.");
    }

    private static Answer noSuchCustomer() {
        return Answer.refusal(404, "customer_unknown", "The processor knows no such customer.");
    }
}
