package org.servicerecovery.trial;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.engine.TableTrials;
import org.servicerecovery.engine.TriedTable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tries a table on the past, one at a time: it reads much, and so does whoever works meanwhile. In a transaction that
 * cannot write, of one moment; nothing is deployed. What was found is kept for some minutes, so that its pages and its
 * file need not be found again.
 */
@Component
class TableTrialDesk {

    private static final List<String> MAY_TRY =
            List.of("business-owner", "office-manager", "cx-lead", "manager", "process-designer");

    private static final Duration WAIT_FOR_ANOTHER = Duration.ofSeconds(5);
    private static final int KEPT = 4;

    /**
     * @param before the deployed table, or the one that was sent to be compared with
     * @param readAt the moment of which it tells
     */
    record Trial(
            TriedTable before,
            TriedTable after,
            TriedOnThePast past,
            TrialSpan span,
            TrialOutcome outcome,
            Instant readAt) {}

    private record Key(String before, String after, TrialSpan span, String seenAs) {}

    private final TableTrials tables;
    private final Map<String, TriedOnThePast> known;
    private final TransactionTemplate ofOneMoment;
    private final Clock clock;
    private final Semaphore free = new Semaphore(1);
    private final Cache<Key, Trial> found = Caffeine.newBuilder()
            .maximumSize(KEPT)
            .expireAfterWrite(Duration.ofMinutes(5))
            .build();

    TableTrialDesk(
            TableTrials tables, List<TriedOnThePast> known, PlatformTransactionManager transactions, Clock clock) {
        this.tables = tables;
        this.known =
                new TreeMap<>(known.stream().collect(Collectors.toMap(TriedOnThePast::table, Function.identity())));
        this.clock = clock;
        this.ofOneMoment = new TransactionTemplate(transactions);
        ofOneMoment.setReadOnly(true);
        ofOneMoment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        ofOneMoment.setTimeout((int) Patience.MOST.toSeconds());
    }

    /** The tables that can be tried, as they are deployed. */
    List<TableTrials.Deployed> deployed() {
        requireMayTry();
        return known.keySet().stream().map(tables::deployed).toList();
    }

    TableTrials.Deployed deployed(String table) {
        requireMayTry();
        if (!known.containsKey(table)) {
            throw Refused.notFound("refused.tableTrial.none", table);
        }
        return tables.deployed(table);
    }

    /**
     * Tries a table.
     *
     * @param against what it is compared with; null for the one that is deployed
     */
    Trial run(byte[] table, byte @Nullable [] against, TrialSpan span) {
        requireMayTry();
        TriedTable after = tables.read("table", table, known.keySet());
        TriedOnThePast past = Objects.requireNonNull(known.get(after.id()));
        TriedTable before;
        String asBefore;
        if (against == null) {
            TableTrials.Deployed deployed = tables.deployed(after.id());
            before = tables.read(deployed);
            asBefore = deployed.id() + "/" + deployed.version();
        } else {
            before = tables.read("against", against, known.keySet());
            asBefore = digest(against);
        }
        if (!before.id().equals(after.id())) {
            throw Refused.field("against", "refused.tableTrial.another", before.id(), after.id());
        }
        Key key = new Key(asBefore, digest(table), span, past.seenAs());
        Trial lately = found.getIfPresent(key);
        if (lately != null) {
            // The tables as they were read now: what is wrong with them is said in the language of whoever asks.
            return new Trial(before, after, past, span, lately.outcome(), lately.readAt());
        }
        Trial trial = alone(() -> ofOneMoment.execute(status ->
                new Trial(before, after, past, span, past.run(before, after, span, new Patience()), clock.instant())));
        found.put(key, trial);
        return trial;
    }

    private <T> T alone(Supplier<T> work) {
        try {
            if (!free.tryAcquire(WAIT_FOR_ANOTHER.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Refused.conflict("refused.tableTrial.busy");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refused.conflict("refused.tableTrial.busy");
        }
        try {
            return work.get();
        } catch (QueryTimeoutException | TransactionTimedOutException e) {
            throw Patience.tooLong();
        } finally {
            free.release();
        }
    }

    private static void requireMayTry() {
        Actor actor = Actor.current();
        if (!actor.isSystem() && !actor.hasAnyRole(MAY_TRY.toArray(String[]::new))) {
            throw Refused.forbidden("refused.tableTrial.notYours");
        }
    }

    private static String digest(byte[] file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
