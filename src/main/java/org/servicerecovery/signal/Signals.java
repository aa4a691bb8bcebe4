package org.servicerecovery.signal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Coded;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.CustomerHeard;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.NewCase;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.customer.Customer;
import org.servicerecovery.customer.Customers;
import org.servicerecovery.installation.RecoverySwitch;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The inbox: takes in each event of a source once and opens its case, both in one transaction. The unique key of the
 * table decides what "once" means, so that two senders of the same event never open two cases.
 */
@Component
class Signals {

    /** The line of an import file that a signal stands in; lines count from 1. */
    record ImportLine(UUID run, long line) {}

    enum Outcome implements Coded {
        OPENED("Opened"),
        ALREADY_IN("Already in"),
        HELD("Held");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        @Override
        public String label() {
            return label;
        }
    }

    /**
     * What became of a signal.
     *
     * @param caseNumber null while the signal is held
     */
    record Taken(long id, Outcome outcome, @Nullable CaseNumber caseNumber) {}

    /** A signal that waits for somebody to name its customer. */
    record Held(long id, Signal signal, String reason, Instant receivedAt) {}

    private record Known(
            long id,
            byte[] digest,
            @Nullable String caseNumber,
            @Nullable UUID run,
            @Nullable Long line) {}

    /** Clocks of two machines differ; more than this is a wrong date and not a wrong clock. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final JdbcClient db;
    private final Clock clock;
    private final Customers customers;
    private final Cases cases;
    private final Journal journal;
    private final RecoverySwitch recoverySwitch;
    private final ApplicationEventPublisher events;
    private final ObjectMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            // A field that a later release adds must not make every signal look like another one.
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    Signals(
            JdbcClient db,
            Clock clock,
            Customers customers,
            Cases cases,
            Journal journal,
            RecoverySwitch recoverySwitch,
            ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.customers = customers;
        this.cases = cases;
        this.journal = journal;
        this.recoverySwitch = recoverySwitch;
        this.events = events;
    }

    /** The latest moment at which a failure can have been reported. */
    Instant latestReport() {
        return clock.instant().plus(CLOCK_SKEW);
    }

    /**
     * Why no signal of this kind can be taken in now, or empty. An installation is not ready while no customer is known;
     * a signal that brings its customer along ends that, so it is let through.
     */
    Optional<RecoverySwitch.Status> closed(UnknownCustomer unknownCustomer) {
        RecoverySwitch.Status status = recoverySwitch.status();
        return switch (status.state()) {
            case ON -> Optional.empty();
            case NOT_READY -> unknownCustomer == UnknownCustomer.CREATE ? Optional.empty() : Optional.of(status);
            case OFF, NOT_INCLUDED -> Optional.of(status);
        };
    }

    /**
     * Takes in a signal: opens its case, holds it, or says that it is in already.
     *
     * @param unknownCustomer what to do when the customer is not known
     * @param from where an import found it; null for a signal from anywhere else
     * @throws Refused when another content is in under the same id, when another line of the same import had the id, or
     *     when no case can be opened for it; nothing of it is kept then
     */
    @Transactional
    Taken take(Signal signal, UnknownCustomer unknownCustomer, @Nullable ImportLine from) {
        String content = write(signal);
        byte[] digest = sha256(content);
        // First the unique key, then the case: a second sender waits here until the first has committed or given up.
        Optional<Long> inserted = db.sql("""
                        insert into signal (source_system, external_id, content_digest, state, content, received_at,
                                            import_run, import_line)
                        values (?, ?, ?, 'OPENED', cast(? as jsonb), ?, ?, ?)
                        on conflict (source_system, external_id) do nothing returning id""")
                .params(
                        signal.sourceSystem(),
                        signal.externalId(),
                        digest,
                        content,
                        Timestamp.from(clock.instant()),
                        from == null ? null : from.run(),
                        from == null ? null : from.line())
                .query(Long.class)
                .optional();
        if (inserted.isEmpty()) {
            return alreadyIn(signal, digest, from);
        }
        long id = inserted.get();
        Customer customer;
        try {
            customer = customerOf(signal.customer(), unknownCustomer);
        } catch (Refused unknown) {
            if (unknownCustomer != UnknownCustomer.HOLD) {
                throw unknown;
            }
            db.sql("update signal set state = 'HELD', held_because = ? where id = ?")
                    .params(unknown.problems().get(0).inEnglish(), id)
                    .update();
            return new Taken(id, Outcome.HELD, null);
        }
        return new Taken(id, Outcome.OPENED, open(id, signal, customer.number()));
    }

    private Taken alreadyIn(Signal signal, byte[] digest, @Nullable ImportLine from) {
        Known known = db.sql("""
                        select s.id, s.content_digest, c.number, s.import_run, s.import_line
                          from signal s left join recovery_case c on c.id = s.case_id
                         where s.source_system = ? and s.external_id = ?""")
                .params(signal.sourceSystem(), signal.externalId())
                .query((row, n) -> new Known(
                        row.getLong("id"),
                        row.getBytes("content_digest"),
                        row.getString("number"),
                        row.getObject("import_run", UUID.class),
                        row.getObject("import_line", Long.class)))
                .single();
        String id = signal.sourceSystem() + " " + signal.externalId();
        if (!Arrays.equals(known.digest(), digest)) {
            throw known.line() == null
                    ? Refused.conflict("refused.signal.otherContent", id)
                    : Refused.conflict("refused.signal.otherContentOfLine", id, String.valueOf(known.line()));
        }
        CaseNumber number = known.caseNumber() == null
                ? null
                : cases.goesOnAs(cases.get(new CaseNumber(known.caseNumber()))).number();
        if (from == null || !from.run().equals(known.run())) {
            return new Taken(known.id(), Outcome.ALREADY_IN, number);
        }
        if (known.line() != null && known.line() != from.line()) {
            throw Refused.conflict("refused.signal.repeatedRow", id, String.valueOf(known.line()));
        }
        // The answer to the first request was lost on its way, and the same line asks again.
        return new Taken(known.id(), number == null ? Outcome.HELD : Outcome.OPENED, number);
    }

    /** The signals that wait for a customer, oldest first. */
    List<Held> held(int limit) {
        return db.sql("select id, content, held_because, received_at from signal where state = 'HELD'"
                        + " order by received_at, id limit ?")
                .param(limit)
                .query((row, n) -> new Held(
                        row.getLong("id"),
                        read(row.getString("content")),
                        row.getString("held_because"),
                        row.getTimestamp("received_at").toInstant()))
                .list();
    }

    /**
     * Opens the case of a held signal for the customer somebody has found.
     *
     * @throws Refused when there is no such signal, it has a case already, or there is no such customer
     */
    @Transactional
    CaseNumber openHeld(long id, String customerNumber) {
        record Row(String state, String content) {}
        Row row = db.sql("select state, content from signal where id = ? for update")
                .param(id)
                .query((found, n) -> new Row(found.getString("state"), found.getString("content")))
                .optional()
                .orElseThrow(() -> Refused.notFound("refused.signal.none", String.valueOf(id)));
        if (!row.state().equals("HELD")) {
            throw Refused.conflict("refused.signal.hasCase", String.valueOf(id));
        }
        return open(id, read(row.content()), customerNumber);
    }

    private CaseNumber open(long id, Signal signal, String customerNumber) {
        customers
                .byNumber(customerNumber)
                .ifPresent(customer -> events.publishEvent(
                        new CustomerHeard(customer.id(), signal.failureSource().label())));
        RecoveryCase opened = cases.open(new NewCase(
                customerNumber,
                signal.severity(),
                signal.failureSource(),
                signal.summary(),
                signal.verbatim(),
                signal.reportedAt(),
                null,
                signal.origin()));
        db.sql("update signal set state = 'OPENED', held_because = null, case_id = ? where id = ?")
                .params(opened.id(), id)
                .update();
        journal.append(
                opened.id(),
                "signal taken in",
                Map.of("sourceSystem", signal.sourceSystem(), "externalId", signal.externalId()));
        return opened.number();
    }

    /**
     * A customer number is what the source knows the customer by, so where there is one it alone decides. Without one, an
     * e-mail address or else a phone number that exactly one customer has.
     */
    private Customer customerOf(Signal.Account account, UnknownCustomer unknownCustomer) {
        if (account.number() != null) {
            Optional<Customer> known = customers.byNumber(account.number());
            if (known.isPresent()) {
                return known.get();
            }
            if (unknownCustomer == UnknownCustomer.CREATE) {
                if (account.name() == null) {
                    throw Refused.field("customer.name", "refused.signal.registeredBy");
                }
                return customers.register(account.number(), account.name(), account.email(), account.phone());
            }
            throw Refused.field("customer.number", "refused.signal.noSuchCustomer", Signal.shown(account.number()));
        }
        if (account.email() != null) {
            List<Customer> found = customers.byEmail(account.email());
            if (!found.isEmpty()) {
                return only(found, "customer.email", "refused.signal.sharedEmail");
            }
        }
        if (account.phone() != null) {
            List<Customer> found = customers.byPhone(account.phone());
            if (!found.isEmpty()) {
                return only(found, "customer.phone", "refused.signal.sharedPhone");
            }
        }
        if (unknownCustomer == UnknownCustomer.CREATE) {
            throw Refused.field("customer.number", "refused.signal.registeredBy");
        }
        if (account.email() != null) {
            throw Refused.field(
                    "customer.email",
                    account.phone() == null ? "refused.signal.noSuchEmail" : "refused.signal.noSuchEmailOrPhone");
        }
        if (account.phone() != null) {
            throw Refused.field("customer.phone", "refused.signal.noSuchPhone");
        }
        throw Refused.field("customer.number", "refused.signal.foundBy");
    }

    private static Customer only(List<Customer> found, String field, String severalKey) {
        if (found.size() > 1) {
            throw Refused.field(field, severalKey, String.valueOf(found.size()));
        }
        return found.get(0);
    }

    private String write(Signal signal) {
        try {
            return json.writeValueAsString(signal);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A signal is plain values.", e);
        }
    }

    private Signal read(String content) {
        try {
            return json.readValue(content, Signal.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A signal's content is not readable.", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
