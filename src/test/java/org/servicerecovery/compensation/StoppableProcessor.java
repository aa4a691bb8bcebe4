package org.servicerecovery.compensation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.servicerecovery.Breaker;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpHeaders;

/** The sandbox, with a process that may stop before and after each call to it. */
public record StoppableProcessor(PaymentProcessor processor) implements PaymentProcessor {

    private static final ThreadLocal<Boolean> UNANSWERED = ThreadLocal.withInitial(() -> false);
    private static final RefundOutcome NO_ANSWER = new RefundOutcome.Unknown("The payment processor did not answer.");

    /** Meanwhile the processor hears the current thread, and its answers are lost. */
    public static void unanswered(Runnable work) {
        UNANSWERED.set(true);
        try {
            work.run();
        } finally {
            UNANSWERED.remove();
        }
    }

    /** For every test of the running application: what is not stopped passes. */
    @TestConfiguration(proxyBeanMethods = false)
    public static class Configuration {

        @Bean
        @Primary
        PaymentProcessor stoppableProcessor(SandboxPaymentProcessor sandbox) {
            return new StoppableProcessor(sandbox);
        }
    }

    @Override
    public String name() {
        return processor.name();
    }

    @Override
    public RefundOutcome refund(RefundOrder order) {
        RefundOutcome outcome = call(() -> processor.refund(order));
        return UNANSWERED.get() ? NO_ANSWER : outcome;
    }

    @Override
    public Optional<RefundOutcome> lookUp(RefundOrder order) {
        Optional<RefundOutcome> outcome = call(() -> processor.lookUp(order));
        return UNANSWERED.get() ? Optional.of(NO_ANSWER) : outcome;
    }

    @Override
    public List<ProcessorRefund> refunds(Instant since) {
        return call(() -> processor.refunds(since));
    }

    @Override
    public Optional<RefundNotice> read(byte[] body, HttpHeaders headers) throws NoticeRefused {
        return processor.read(body, headers);
    }

    private static <T> T call(Callable<T> call) {
        try {
            return Breaker.call(call);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
