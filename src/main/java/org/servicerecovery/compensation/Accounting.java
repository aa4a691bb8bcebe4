package org.servicerecovery.compensation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.MoneyColumns;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.workorder.Invoicing;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the accountant reads of the ledger, and the closing of a period. Days are those of the business's zone; a posting
 * belongs to the day on which it was made, however long ago the money was promised.
 */
@Component
@EnableConfigurationProperties(AccountingProperties.class)
class Accounting {

    /**
     * One transfer, with the codes of the general ledger where the business has given any.
     *
     * @param tax how much of the amount is tax; null where the payment has none, or there is none
     */
    record Posting(
            long id,
            Instant postedAt,
            TransferKind kind,
            String debitCode,
            String creditCode,
            Money amount,
            @Nullable Money tax,
            @Nullable String caseNumber,
            @Nullable Long compensationId,
            @Nullable String paymentReference,
            @Nullable String processorReference,
            String actor,
            @Nullable String note) {}

    /** What an account moved in a period, in one currency. */
    record Balance(LedgerAccount account, String currency, BigDecimal debit, BigDecimal credit) {

        /** On the side on which the account grows. */
        public BigDecimal balance() {
            return account.normal() == LedgerAccount.Side.DEBIT ? debit.subtract(credit) : credit.subtract(debit);
        }
    }

    /** Number and sum of the transfers of a period, in one currency. */
    record Total(String currency, long transfers, BigDecimal amount) {}

    /** A refund that is reserved and not known to have arrived. */
    record InFlight(long compensationId, String caseNumber, Money amount, String paymentReference, Instant since) {}

    /** A comped service that was promised and is not done yet. */
    record OpenService(
            String number,
            long compensationId,
            String caseNumber,
            CompedService service,
            Money value,
            @Nullable String reference,
            Instant since) {}

    record Closing(LocalDate closedUntil, String closedBy, Instant closedAt, List<Total> totals) {}

    private static final TypeReference<List<Total>> TOTALS = new TypeReference<>() {};

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Credits credits;
    private final ObjectMapper json;
    private final AccountingProperties codes;
    private final Invoicing invoicing;

    Accounting(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Credits credits,
            ObjectMapper json,
            AccountingProperties codes,
            Invoicing invoicing) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.credits = credits;
        this.json = json;
        this.codes = codes;
        this.invoicing = invoicing;
    }

    /** The postings from one day to another, both included, oldest first. */
    List<Posting> postings(LocalDate from, LocalDate until) {
        return db.sql("""
                        select t.*, d.code as debit, k.code as credit, c.number, p.reference,
                               -- Postings of before have it at the compensation alone.
                               coalesce(t.processor_reference,
                                        case when t.kind = 'REFUND_PAID' then m.processor_reference end) as at_processor
                          from ledger_transfer t
                          join ledger_account d on d.id = t.debit_account
                          join ledger_account k on k.id = t.credit_account
                          left join compensation m on m.id = t.compensation_id
                          left join recovery_case c on c.id = m.case_id
                          left join payment p on p.id = t.payment_id
                         where t.posted_at >= ? and t.posted_at < ? order by t.posted_at, t.id""")
                .params(start(from), start(until.plusDays(1)))
                .query((row, n) -> {
                    TransferKind kind = TransferKind.valueOf(row.getString("kind"));
                    return new Posting(
                            row.getLong("id"),
                            row.getTimestamp("posted_at").toInstant(),
                            kind,
                            codes.glCode(kind.debit(), kind),
                            codes.glCode(kind.credit(), kind),
                            MoneyColumns.read(row),
                            MoneyColumns.read(row, "tax"),
                            row.getString("number"),
                            row.getObject("compensation_id", Long.class),
                            row.getString("reference"),
                            row.getString("at_processor"),
                            row.getString("actor"),
                            row.getString("note"));
                })
                .list();
    }

    /** What each account moved from one day to another, both included; debits and credits are equal by currency. */
    List<Balance> balances(LocalDate from, LocalDate until) {
        return db.sql("""
                        select a.code, a.currency,
                               sum(case when t.debit_account = a.id then t.amount else 0 end) as debit,
                               sum(case when t.credit_account = a.id then t.amount else 0 end) as credit
                          from ledger_account a join ledger_transfer t on a.id in (t.debit_account, t.credit_account)
                         where t.posted_at >= ? and t.posted_at < ?
                         group by a.code, a.currency order by a.currency, a.code""")
                .params(start(from), start(until.plusDays(1)))
                .query((row, n) -> new Balance(
                        LedgerAccount.valueOf(row.getString("code")),
                        row.getString("currency"),
                        row.getBigDecimal("debit"),
                        row.getBigDecimal("credit")))
                .list();
    }

    List<Total> totals(LocalDate from, LocalDate until) {
        return totals(start(from), start(until.plusDays(1)));
    }

    private List<Total> totals(Timestamp from, Timestamp before) {
        return db.sql("""
                        select currency, count(*) as transfers, sum(amount) as amount from ledger_transfer
                         where posted_at >= ? and posted_at < ? group by currency order by currency""").params(from, before).query(Total.class).list();
    }

    /** The refunds that are reserved and neither paid nor declined, the oldest first. */
    List<InFlight> inFlight() {
        return db.sql("""
                        select m.id, c.number, m.amount, m.currency, p.reference,
                               (select max(posted_at) from ledger_transfer t
                                 where t.compensation_id = m.id and t.kind = 'REFUND_RESERVED') as since
                          from compensation m
                          join recovery_case c on c.id = m.case_id
                          join payment p on p.id = m.payment_id
                         where m.state = 'IN_FLIGHT' order by since, m.id""")
                .query((row, n) -> new InFlight(
                        row.getLong("id"),
                        row.getString("number"),
                        MoneyColumns.read(row),
                        row.getString("reference"),
                        row.getTimestamp("since").toInstant()))
                .list();
    }

    /** The comped services that are scheduled and neither done nor known to be cancelled, the oldest first. */
    List<OpenService> openServices() {
        return db.sql("""
                        select s.number, s.reference, m.id, c.number as case_number, m.comped_service, m.amount, m.currency,
                               m.executed_at
                          from comped_service s
                          join compensation m on m.id = s.compensation_id
                          join recovery_case c on c.id = m.case_id
                         where s.state in ('SCHEDULED', 'CANCELLING') order by m.executed_at, m.id""")
                .query((row, n) -> new OpenService(
                        row.getString("number"),
                        row.getLong("id"),
                        row.getString("case_number"),
                        CompedService.valueOf(row.getString("comped_service")),
                        MoneyColumns.read(row),
                        row.getString("reference"),
                        row.getTimestamp("executed_at").toInstant()))
                .list();
    }

    /** What customers may still use, by currency and the month in which it expires ({@code 2027-03}). */
    Map<String, Map<String, Money>> creditLiability() {
        Map<String, Map<String, Money>> liability = new TreeMap<>();
        credits.left().forEach(credit -> {
            LocalDate lastDay = zone.dateOf(credit.expiresAt().minusMillis(1));
            liability
                    .computeIfAbsent(credit.left().getCurrencyUnit().getCode(), currency -> new TreeMap<>())
                    .merge(lastDay.toString().substring(0, 7), credit.left(), Money::plus);
        });
        return liability;
    }

    /** The closings, newest first. */
    List<Closing> closings() {
        return db.sql("select * from ledger_closing order by closed_until desc")
                .query((row, n) -> new Closing(
                        row.getDate("closed_until").toLocalDate(),
                        row.getString("closed_by"),
                        row.getTimestamp("closed_at").toInstant(),
                        read(row.getString("totals"))))
                .list();
    }

    /**
     * Closes everything up to the end of a day: no posting is made into it any more.
     *
     * @throws Refused when the day is not over, or is closed already
     */
    @Transactional
    Closing close(LocalDate until) {
        if (!until.isBefore(zone.dateOf(clock.instant()))) {
            throw Refused.field("until", "refused.ledger.dayNotOver");
        }
        // Waits for those who are posting: the trigger of the ledger holds the same lock, shared.
        db.sql("select pg_advisory_xact_lock(hashtext('ledger_closing'))")
                .query((row, n) -> true)
                .single();
        List<Closing> before = closings();
        if (!before.isEmpty() && !until.isAfter(before.get(0).closedUntil())) {
            throw Refused.field(
                    "until",
                    "refused.ledger.closedAlready",
                    String.valueOf(before.get(0).closedUntil()));
        }
        Timestamp from = before.isEmpty()
                ? Timestamp.from(Instant.EPOCH)
                : start(before.get(0).closedUntil().plusDays(1));
        List<Total> totals = totals(from, start(until.plusDays(1)));
        db.sql("""
                        insert into ledger_closing (closed_until, closed_before, closed_by, closed_at, totals)
                        values (?, ?, ?, ?, cast(? as jsonb))""")
                .params(
                        Date.valueOf(until),
                        start(until.plusDays(1)),
                        Actor.current().id(),
                        Timestamp.from(clock.instant()),
                        write(totals))
                .update();
        return closings().get(0);
    }

    /** The visits of cases that ended in these days and are not to be invoiced as their orders say. */
    List<Invoicing.Held> heldVisits(LocalDate from, LocalDate until) {
        return invoicing.held(start(from).toInstant(), start(until.plusDays(1)).toInstant());
    }

    private Timestamp start(LocalDate day) {
        return Timestamp.from(day.atStartOfDay(zone.id()).toInstant());
    }

    private String write(List<Total> totals) {
        try {
            return json.writeValueAsString(totals);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Totals cannot be written.", e);
        }
    }

    private List<Total> read(String totals) {
        try {
            return json.readValue(totals, TOTALS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Totals cannot be read.", e);
        }
    }
}
