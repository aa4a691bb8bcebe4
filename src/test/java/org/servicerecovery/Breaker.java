package org.servicerecovery;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Breaks one thing that the current thread does, by its number: a statement, a commit or a call to the outside, before
 * or after it had its effect. What is not broken passes.
 */
public final class Breaker {

    /** Whether the other side heard of what is broken. */
    public enum Side {
        BEFORE,
        AFTER
    }

    private static final class Armed {

        private final int at;
        private final Side side;
        private int passed;

        private Armed(int at, Side side) {
            this.at = at;
            this.side = side;
        }

        private boolean isNow() {
            passed++;
            return passed == at;
        }
    }

    /** As if the process had ended here: nothing that catches exceptions goes on with it. */
    public static final class Stopped extends Error {

        private static final long serialVersionUID = 1L;

        private Stopped() {
            super("The process stopped here.");
        }
    }

    private static final ThreadLocal<@Nullable Armed> ARMED = new ThreadLocal<>();
    private static final Set<String> EXECUTING =
            Set.of("execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "executeBatch");

    private Breaker() {}

    /** @param at the number of the point that breaks, from 1; 0 breaks nothing and counts */
    public static void arm(int at, Side side) {
        ARMED.set(new Armed(at, side));
    }

    /** Answers with the number of points that were passed since it was armed. */
    public static int disarm() {
        Armed armed = ARMED.get();
        ARMED.remove();
        return armed == null ? 0 : armed.passed;
    }

    /** A call to the outside. */
    public static <T> T call(Callable<T> call) throws Exception {
        Armed armed = ARMED.get();
        boolean now = armed != null && armed.isNow();
        if (now && armed.side == Side.BEFORE) {
            throw new Stopped();
        }
        T answer = call.call();
        if (now) {
            throw new Stopped();
        }
        return answer;
    }

    /** Puts it between the application and its database. */
    @TestConfiguration(proxyBeanMethods = false)
    public static class Configuration {

        @Bean
        static BeanPostProcessor breakableConnections() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DataSource source && !(bean instanceof BreakableSource)
                            ? new BreakableSource(source)
                            : bean;
                }
            };
        }
    }

    private static final class BreakableSource extends DelegatingDataSource {

        BreakableSource(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            return ARMED.get() == null ? connection : proxy(Connection.class, new Handler(connection, connection));
        }
    }

    private record Handler(Object target, Connection connection) implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            boolean counts =
                    EXECUTING.contains(method.getName()) || method.getName().equals("commit");
            Armed armed = counts ? ARMED.get() : null;
            boolean now = armed != null && armed.isNow();
            if (now && armed.side == Side.BEFORE) {
                throw broken();
            }
            Object answer = pass(method, arguments);
            if (now) {
                throw broken();
            }
            return answer instanceof Statement statement && target == connection
                    ? proxy(method.getReturnType(), new Handler(statement, connection))
                    : answer;
        }

        private @Nullable Object pass(Method method, Object @Nullable [] arguments) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private SQLException broken() throws SQLException {
            connection.unwrap(PgConnection.class).abort(Runnable::run);
            return new SQLException("The connection broke here.", "08006");
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
