package org.servicerecovery;

import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.time.Duration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * How long another system is waited for within a job.
 *
 * @param properties where they are set, such as {@code service-recovery.payments}
 * @param connect above zero, as is {@code read}
 */
public record TimeOuts(String properties, Duration connect, Duration read) {

    public TimeOuts {
        if (!isPositive(connect) || !isPositive(read)) {
            throw new IllegalArgumentException(properties + ".connect-timeout and read-timeout must be above zero.");
        }
    }

    /**
     * The same, for jobs with such a lock.
     *
     * @param requests how many a job makes, one after the other
     * @throws IllegalArgumentException when together they could outlast half of the lock
     */
    public TimeOuts within(Duration lockOfJob, int requests) {
        Duration longest = lockOfJob.dividedBy(2L * requests);
        if (connect.plus(read).compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    properties + ".connect-timeout and read-timeout together must not exceed "
                            + seconds(longest) + ": an answer has to come well within the lock of its job,"
                            + " camunda.bpm.job-execution.lock-time-in-millis, " + seconds(lockOfJob) + ".");
        }
        return this;
    }

    /** A client that waits no longer, and follows no redirection. */
    public RestClient client(String url) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connect)
                .build();
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http);
        requests.setReadTimeout(read);
        return RestClient.builder().baseUrl(url).requestFactory(requests).build();
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }
}
