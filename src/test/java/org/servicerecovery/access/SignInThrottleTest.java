package org.servicerecovery.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {

    private final AtomicLong nanos = new AtomicLong();
    private final SignInThrottle throttle = new SignInThrottle(new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    @Test
    void fiveWrongTriesAreFreeThenOneIsEarnedEveryTenSeconds() {
        wrong(5, "olivia", "a");
        assertThat(throttle.waitingTime("olivia", "a")).isEqualTo(Duration.ofSeconds(10));
        pass(10);
        assertThat(throttle.waitingTime("olivia", "a")).isZero();
        wrong(1, "olivia", "a");
        assertThat(throttle.waitingTime("olivia", "a")).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void someoneElsesWrongTriesAtAnotherAddressDoNotKeepOneOut() {
        wrong(20, "olivia", "attacker");
        assertThat(throttle.waitingTime("olivia", "home")).isZero();
        assertThat(throttle.waitingTime("OLIVIA ", "attacker")).isPositive();
    }

    @Test
    void oneAddressCannotTryManyNames() {
        for (int i = 0; i < 50; i++) {
            wrong(1, "name" + i, "a");
        }
        assertThat(throttle.waitingTime("another", "a")).isPositive();
        assertThat(throttle.waitingTime("another", "b")).isZero();
    }

    @Test
    void triesMadeAtTheSameMomentAllCount() {
        wrong(30, "olivia", "a");
        pass(10);
        assertThat(throttle.waitingTime("olivia", "a")).isPositive();
    }

    @Test
    void theRightPasswordForgivesTheTypingErrorsBefore() {
        wrong(4, "olivia", "a");
        throttle.right("olivia", "a");
        wrong(4, "olivia", "a");
        assertThat(throttle.waitingTime("olivia", "a")).isZero();
    }

    private void wrong(int times, String person, String address) {
        for (int i = 0; i < times; i++) {
            throttle.wrong(person, address);
        }
    }

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
