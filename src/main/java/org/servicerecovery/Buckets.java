package org.servicerecovery;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A limit for each of many keys, such as addresses. Kept in memory, so each node counts for itself; the keys that were
 * not used for the longest time are forgotten.
 */
public final class Buckets<K> {

    private static final int REMEMBERED = 50_000;

    private final TimeMeter time;
    private final Map<K, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Bucket> eldest) {
            return size() > REMEMBERED;
        }
    };

    public Buckets(TimeMeter time) {
        this.time = time;
    }

    public Bucket of(K key, Bandwidth limit) {
        synchronized (buckets) {
            return buckets.computeIfAbsent(
                    key,
                    any -> Bucket.builder()
                            .addLimit(limit)
                            .withCustomTimePrecision(time)
                            .build());
        }
    }

    public void forget(K key) {
        synchronized (buckets) {
            buckets.remove(key);
        }
    }

    /** So many at once, then one more each time that passes. */
    public static Bandwidth limit(int free, Duration earnedEvery) {
        return Bandwidth.builder().capacity(free).refillGreedy(1, earnedEvery).build();
    }
}
