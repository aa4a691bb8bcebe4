package org.servicerecovery.access;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Slows down whoever guesses passwords. A few wrong tries are free, then one more is earned every few seconds; counted
 * per person and address, per address, and per person from anywhere. Kept in memory, so each node counts for itself.
 *
 * <p>The engine's own lock-out is turned off: it says "wrong password" to the right one while it lasts, tells nobody how
 * long that is, and after ten tries by anybody locks the person out until an administrator comes.
 */
final class SignInThrottle {

    private static final int REMEMBERED = 50_000;
    private static final Bandwidth FOR_PERSON_AT_ADDRESS = tries(5, Duration.ofSeconds(10));
    private static final Bandwidth FOR_ADDRESS = tries(50, Duration.ofSeconds(2));
    /** Loose, because anybody can use it up for somebody else. */
    private static final Bandwidth FOR_PERSON = tries(100, Duration.ofSeconds(5));

    private final TimeMeter time;
    private final Map<Key, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Bucket> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Key(String person, String address) {}

    SignInThrottle(TimeMeter time) {
        this.time = time;
    }

    /** How long to wait before the next try; zero when it is free. */
    Duration waitingTime(String person, String address) {
        long nanos = buckets(person, address)
                .mapToLong(bucket -> bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill())
                .max()
                .orElse(0);
        return Duration.ofNanos(nanos);
    }

    /** Tries made at the same moment each count, even when there was only one left. */
    void wrong(String person, String address) {
        buckets(person, address).forEach(bucket -> bucket.consumeIgnoringRateLimits(1));
    }

    void right(String person, String address) {
        synchronized (buckets) {
            buckets.remove(new Key(normal(person), address));
        }
    }

    private Stream<Bucket> buckets(String person, String address) {
        synchronized (buckets) {
            return List.of(
                    bucket(new Key(normal(person), address), FOR_PERSON_AT_ADDRESS),
                    bucket(new Key("", address), FOR_ADDRESS),
                    bucket(new Key(normal(person), ""), FOR_PERSON))
                    .stream();
        }
    }

    private Bucket bucket(Key key, Bandwidth limit) {
        return buckets.computeIfAbsent(
                key,
                any -> Bucket.builder()
                        .addLimit(limit)
                        .withCustomTimePrecision(time)
                        .build());
    }

    private static String normal(String person) {
        String lower = person.strip().toLowerCase(Locale.ROOT);
        return lower.substring(0, Math.min(lower.length(), 100));
    }

    private static Bandwidth tries(int free, Duration earnedEvery) {
        return Bandwidth.builder().capacity(free).refillGreedy(1, earnedEvery).build();
    }
}
