package org.servicerecovery.compensation;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.servicerecovery.Breaker;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Whoever schedules a service, with a process that may stop before and after each call to it. */
public record StoppableScheduler(ServiceScheduler scheduler) implements ServiceScheduler {

    /** For every test of the running application: what is not stopped passes. */
    @TestConfiguration(proxyBeanMethods = false)
    public static class Configuration {

        @Bean
        static BeanPostProcessor stoppableSchedulers() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof ServiceScheduler scheduler ? new StoppableScheduler(scheduler) : bean;
                }
            };
        }
    }

    @Override
    public CompedService service() {
        return scheduler.service();
    }

    @Override
    public ServiceOutcome schedule(ServiceOrder order) {
        return call(() -> scheduler.schedule(order));
    }

    @Override
    public Optional<ServiceOutcome> lookUp(ServiceOrder order) {
        return call(() -> scheduler.lookUp(order));
    }

    @Override
    public ServiceOutcome cancel(ServiceOrder order, UUID cancelKey) {
        return call(() -> scheduler.cancel(order, cancelKey));
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
