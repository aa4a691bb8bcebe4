package org.servicerecovery.compensation;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.trial.TrialSpan;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The offers of the past, each with what {@link Approvals} knew when it asked the table. Not of the past are those on
 * cases that were withdrawn, opened in error or merged into another; what was offered on a merged case counts for the
 * other from the merge on.
 */
@Component
class PastOffers {

    /**
     * @param askedAt when the table was asked last; for one that was never put to it the moment of the offer
     * @param closedAt when it was decided that it is not given; null while it may be, or was
     */
    record Offer(
            long id,
            long caseId,
            String caseNumber,
            long customerId,
            Kind kind,
            String currency,
            BigDecimal amount,
            CompensationState state,
            Severity severity,
            Instant offeredAt,
            Instant askedAt,
            @Nullable Instant executedAt,
            @Nullable Instant closedAt,
            boolean wasAsked) {

        /** As the sums of {@link Approvals} take it: it may still move, or has moved not before a moment. */
        boolean countedAt(Instant moment, Instant since) {
            if (offeredAt.isAfter(moment)) {
                return false;
            }
            if (state == CompensationState.SETTLED) {
                Instant settled = Objects.requireNonNullElse(executedAt, offeredAt);
                return settled.isAfter(moment) || !settled.isBefore(since);
            }
            return state.isOpen() || (closedAt != null && closedAt.isAfter(moment));
        }
    }

    private record Merge(long into, Instant at) {}

    /** The offers about which the table was asked, and those beside them that counted. */
    static final class Asked {

        private record Alike(long customerId, String family, String currency) {

            static Alike of(Offer offer) {
                return new Alike(offer.customerId(), offer.kind().family(), offer.currency());
            }
        }

        private final List<Offer> asked;
        private final Map<Alike, List<Offer>> alike;
        private final Map<Long, Merge> merges;
        private final boolean cut;

        private Asked(List<Offer> all, Map<Long, Merge> merges, int most) {
            List<Offer> every = all.stream().filter(Offer::wasAsked).toList();
            this.cut = every.size() > most;
            this.asked = cut ? every.subList(every.size() - most, every.size()) : every;
            this.alike = all.stream().collect(Collectors.groupingBy(Alike::of));
            this.merges = merges;
        }

        List<Offer> offers() {
            return asked;
        }

        boolean isCut() {
            return cut;
        }

        Approvals.Question question(Offer offer) {
            Instant at = offer.askedAt();
            Instant since = at.minus(Approvals.LOOK_BACK);
            BigDecimal onCase = BigDecimal.ZERO;
            BigDecimal toCustomer = BigDecimal.ZERO;
            for (Offer other : alike.getOrDefault(Alike.of(offer), List.of())) {
                boolean same = other.id() == offer.id();
                if ((same || other.countedAt(at, Instant.EPOCH)) && isOfFamily(other.caseId(), offer.caseId(), at)) {
                    onCase = onCase.add(other.amount());
                }
                if (same || other.countedAt(at, since)) {
                    toCustomer = toCustomer.add(other.amount());
                }
            }
            return new Approvals.Question(
                    offer.kind().family(),
                    onCase.stripTrailingZeros(),
                    toCustomer.stripTrailingZeros(),
                    offer.severity());
        }

        /** Whether a case is that case, or had been merged into it by then, over others as well. */
        private boolean isOfFamily(long caseId, long head, Instant at) {
            long each = caseId;
            while (each != head) {
                Merge merge = merges.get(each);
                if (merge == null || merge.at().isAfter(at)) {
                    return false;
                }
                each = merge.into();
            }
            return true;
        }
    }

    /** Every column by an index: the newest offers by their day, the others by their customers. */
    private static final String OFFERS = """
            with asked as materialized (
              select m.id, c.customer_id from compensation m join recovery_case c on c.id = m.case_id
               where m.offered_at >= :from and m.offered_at < :to and m.approval <> ''
                 and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')
               order by m.offered_at desc, m.id desc limit :most)
            select m.*, c.number, c.customer_id, c.severity as severity_now, a.id is not null and d.at is not null as was_asked,
                   coalesce(d.at, m.offered_at) as asked_at, x.at as closed_at, s.severity as severity_then
              from compensation m
              join recovery_case c on c.id = m.case_id
              left join asked a on a.id = m.id
              left join lateral (
                select max(e.at) as at from case_event e
                 where a.id is not null and e.case_id = m.case_id and e.kind = 'approval determined'
                   and coalesce(e.content ->> 'compensation', m.id::text) = m.id::text) d on true
              left join lateral (
                select max(e.at) as at from case_event e
                 where m.state in ('CUSTOMER_DECLINED', 'NOT_APPROVED', 'GIVEN_UP') and e.case_id = m.case_id
                   and e.kind in ('offer declined', 'compensation not approved', 'compensation given up')
                   and coalesce(e.content ->> 'compensation', m.id::text) = m.id::text) x on true
              left join lateral (
                select k.policy ->> 'severity' as severity from clock_entry k
                 where a.id is not null and k.case_id = m.case_id and k.clock = 'resolution' and k.policy is not null
                   and k.at <= coalesce(d.at, m.offered_at)
                 order by k.epoch desc, k.seq desc limit 1) s on true
             where c.customer_id in (select customer_id from asked)
             order by m.offered_at, m.id""";

    private final JdbcClient db;

    PastOffers(JdbcClient db) {
        this.db = db;
    }

    Asked asked(TrialSpan span, int most) {
        List<Offer> all = db.sql(OFFERS)
                .param("from", Timestamp.from(span.start()))
                .param("to", Timestamp.from(span.end()))
                .param("most", most + 1)
                .query(PastOffers::read)
                .list();
        return new Asked(new ArrayList<>(all), merges(all), most);
    }

    private Map<Long, Merge> merges(List<Offer> all) {
        Map<Long, Merge> merges = new HashMap<>();
        db.sql("""
                        select c.id, c.duplicate_of,
                               (select max(e.ended_at) from case_epoch e where e.case_id = c.id) as merged_at
                          from recovery_case c
                         where c.customer_id = any(:customers) and c.duplicate_of is not null""")
                .param(
                        "customers",
                        all.stream().map(Offer::customerId).distinct().toArray(Long[]::new))
                .query(row -> {
                    Instant at = InstantColumns.read(row, "merged_at");
                    if (at != null) {
                        merges.put(row.getLong("id"), new Merge(row.getLong("duplicate_of"), at));
                    }
                });
        return merges;
    }

    private static Offer read(ResultSet row, int n) throws SQLException {
        String then = row.getString("severity_then");
        return new Offer(
                row.getLong("id"),
                row.getLong("case_id"),
                row.getString("number"),
                row.getLong("customer_id"),
                Kind.valueOf(row.getString("kind")),
                row.getString("currency"),
                row.getBigDecimal("amount"),
                CompensationState.valueOf(row.getString("state")),
                Severity.valueOf(then == null ? row.getString("severity_now") : then),
                row.getTimestamp("offered_at").toInstant(),
                row.getTimestamp("asked_at").toInstant(),
                InstantColumns.read(row, "executed_at"),
                InstantColumns.read(row, "closed_at"),
                row.getBoolean("was_asked"));
    }
}
