package org.servicerecovery.access;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.servicerecovery.Buckets;

/**
 * Slows down whoever guesses passwords. A few wrong tries are free, then one more is earned every few seconds; counted
 * per person and address, per address, and per person from anywhere. Kept in memory, so each node counts for itself.
 *
 * <p>The engine's own lock-out is turned off: it says "wrong password" to the right one while it lasts, tells nobody how
 * long that is, and after ten tries by anybody locks the person out until an administrator comes.
 */
final class SignInThrottle {

    private static final Bandwidth FOR_PERSON_AT_ADDRESS = Buckets.limit(5, Duration.ofSeconds(10));
    private static final Bandwidth FOR_ADDRESS = Buckets.limit(50, Duration.ofSeconds(2));
    /** Loose, because anybody can use it up for somebody else. */
    private static final Bandwidth FOR_PERSON = Buckets.limit(100, Duration.ofSeconds(5));

    private final Buckets<Key> buckets;

    private record Key(String person, String address) {}

    SignInThrottle(TimeMeter time) {
        this.buckets = new Buckets<>(time);
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
        buckets.forget(new Key(normal(person), address));
    }

    private Stream<Bucket> buckets(String person, String address) {
        return Stream.of(
                buckets.of(new Key(normal(person), address), FOR_PERSON_AT_ADDRESS),
                buckets.of(new Key("", address), FOR_ADDRESS),
                buckets.of(new Key(normal(person), ""), FOR_PERSON));
    }

    private static String normal(String person) {
        String lower = person.strip().toLowerCase(Locale.ROOT);
        return lower.substring(0, Math.min(lower.length(), 100));
    }
}
