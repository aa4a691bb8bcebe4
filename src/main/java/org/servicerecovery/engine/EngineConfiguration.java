package org.servicerecovery.engine;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.impl.bpmn.parser.BpmnParseListener;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.history.HistoryLevel;
import org.camunda.bpm.engine.impl.interceptor.CommandInterceptor;
import org.camunda.bpm.engine.impl.jobexecutor.CallerRunsRejectedJobsHandler;
import org.camunda.bpm.engine.spring.SpringProcessEngineConfiguration;
import org.camunda.bpm.spring.boot.starter.configuration.impl.AbstractCamundaConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the engine of this product does differently from a plain one. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {

    /** An effect on the outside world is tried five times over about five minutes before it becomes an incident. */
    private static final String JOB_RETRIES = "PT5S,PT15S,PT60S,PT180S";

    @Bean
    Clock clock() {
        return new EngineClock();
    }

    @Bean
    AllowedBeans allowedBeans(ApplicationContext context) {
        return new AllowedBeans(context);
    }

    @Bean
    AbstractCamundaConfiguration serviceRecoveryEngine(
            ApplicationContext context,
            AllowedBeans allowed,
            ObjectProvider<EveryTaskListener> everyTask,
            ObjectProvider<FurtherAnswers> keepers,
            ObjectProvider<CheckedTable> tables,
            ObjectProvider<TaskLists> lists) {
        return new AbstractCamundaConfiguration() {
            @Override
            public void preInit(SpringProcessEngineConfiguration configuration) {
                configuration.setExpressionManager(new GuardedExpressions(context, allowed));
                configuration.setBeans(allowed);

                HistoryLevel history = new PathHistoryLevel();
                configuration.setCustomHistoryLevels(listWith(configuration.getCustomHistoryLevels(), history));
                configuration.setHistory(history.getName());
                configuration.setHistoryLevel(history);
                configuration.setCustomHistoryEventHandlers(
                        listWith(configuration.getCustomHistoryEventHandlers(), new EngineOperationListener(context)));

                BpmnParseListener everyModel = new EveryModelListener(
                        () -> everyTask.orderedStream().toList(),
                        () -> keepers.orderedStream().toList(),
                        context);
                configuration.setCustomPreBPMNParseListeners(
                        listWith(configuration.getCustomPreBPMNParseListeners(), everyModel));
                Stream.of(
                                new NoTenants(),
                                new ModelsBringNoCode(allowed),
                                new FormsComeAlong(),
                                new TablesAnswer(() -> tables.orderedStream().toList()),
                                new VisitsAreWaitedFor())
                        .forEach(check -> configuration.setCustomPreDeployers(
                                listWith(configuration.getCustomPreDeployers(), check)));
                List<CommandInterceptor> interceptors = listWith(
                        configuration.getCustomPreCommandInterceptorsTxRequired(), new OutermostCommandInterceptor());
                configuration.setCustomPreCommandInterceptorsTxRequired(interceptors);

                configuration.setCustomSessionFactories(listWith(
                        listWith(configuration.getCustomSessionFactories(), Readers.factory()),
                        TasksOfLists.factory(lists::getObject)));
                configuration.setTenantIdProvider(new LeadsAlone());
                configuration.setFailedJobRetryTimeCycle(JOB_RETRIES);
                // The longest due first, found by engine/EngineIndexes; that needs a date at every job.
                configuration.setJobExecutorAcquireByDueDate(true);
                configuration.setEnsureJobDueDateNotNull(true);
                configuration.setEnableExceptionsAfterUnhandledBpmnError(true);
                forbidScripts(configuration);
            }

            /** The starter sets its own before. */
            @Override
            public void postInit(SpringProcessEngineConfiguration configuration) {
                configuration.setFailedJobCommandFactory(new FailedJobs());
                // With a full queue, whoever fetches jobs works one itself. Camunda's own way is to look again at once,
                // for as many jobs as found a place: nearly one look for each job.
                configuration.getJobExecutor().setRejectedJobsHandler(new CallerRunsRejectedJobsHandler());
            }
        };
    }

    private static void forbidScripts(ProcessEngineConfigurationImpl configuration) {
        configuration.setEnableFetchScriptEngineFromProcessApplication(false);
        configuration.setEnableScriptEngineLoadExternalResources(false);
        configuration.setEnableScriptEngineNashornCompatibility(false);
    }

    private static <T> List<T> listWith(@org.jspecify.annotations.Nullable List<T> existing, T added) {
        List<T> list = existing == null ? new ArrayList<>() : new ArrayList<>(existing);
        list.add(added);
        return list;
    }
}
