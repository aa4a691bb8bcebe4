package org.servicerecovery.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.impl.interceptor.Command;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.camunda.bpm.engine.rest.exception.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutermostCommandInterceptorTest {

    private final AtomicInteger tries = new AtomicInteger();

    @ParameterizedTest(name = "SQL state {0}")
    @ValueSource(strings = {"40P01", "40001", "55P03"})
    void aLockThatTheDatabaseCouldNotGiveIsTriedAgain(String sqlState) {
        assertThat(interceptor()
                        .execute(failing(2, new ProcessEngineException("failed", new SQLException("no", sqlState)))))
                .isEqualTo("done");
        assertThat(tries).hasValue(3);
    }

    @Test
    void aChangeAtTheSameMomentIsTriedAgainAndIsAConflictInTheEnd() {
        assertThat(interceptor().execute(failing(3, new OptimisticLockingException("changed"))))
                .isEqualTo("done");
        assertThatThrownBy(() -> interceptor().execute(failing(99, new OptimisticLockingException("changed"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Reload and try again");
    }

    @Test
    void anythingElseIsTriedOnce() {
        assertThatThrownBy(() -> interceptor().execute(failing(1, new ProcessEngineException("broken"))))
                .hasMessage("broken");
        assertThat(tries).hasValue(1);
    }

    private static OutermostCommandInterceptor interceptor() {
        OutermostCommandInterceptor interceptor = new OutermostCommandInterceptor();
        interceptor.setNext(new CommandExecutor() {
            @Override
            public <T> T execute(Command<T> command) {
                return command.execute(null);
            }
        });
        return interceptor;
    }

    private Command<String> failing(int times, RuntimeException thrown) {
        return context -> {
            if (tries.incrementAndGet() <= times) {
                throw thrown;
            }
            return "done";
        };
    }
}
