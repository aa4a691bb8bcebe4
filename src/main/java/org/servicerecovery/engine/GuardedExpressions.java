package org.servicerecovery.engine;

import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.delegate.BaseDelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.impl.el.ReadOnlyMapELResolver;
import org.camunda.bpm.engine.impl.el.VariableContextElResolver;
import org.camunda.bpm.engine.impl.el.VariableScopeElResolver;
import org.camunda.bpm.engine.spring.SpringExpressionManager;
import org.camunda.bpm.impl.juel.jakarta.el.ArrayELResolver;
import org.camunda.bpm.impl.juel.jakarta.el.BeanELResolver;
import org.camunda.bpm.impl.juel.jakarta.el.CompositeELResolver;
import org.camunda.bpm.impl.juel.jakarta.el.ELContext;
import org.camunda.bpm.impl.juel.jakarta.el.ELException;
import org.camunda.bpm.impl.juel.jakarta.el.ELResolver;
import org.camunda.bpm.impl.juel.jakarta.el.ListELResolver;
import org.camunda.bpm.impl.juel.jakarta.el.MapELResolver;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/**
 * Expressions in models reach process variables and the beans named for models, and nothing else. With the engine's own
 * resolver an expression alone can reach any class by reflection, and through {@code execution} every engine service.
 */
final class GuardedExpressions extends SpringExpressionManager {

    private final AllowedBeans allowed;

    GuardedExpressions(ApplicationContext context, AllowedBeans allowed) {
        super(context, allowed);
        this.allowed = allowed;
    }

    @Override
    protected ELResolver createElResolver() {
        CompositeELResolver resolver = new CompositeELResolver();
        resolver.add(new VariableScopeElResolver());
        resolver.add(new VariableContextElResolver());
        resolver.add(new ReadOnlyMapELResolver(allowed));
        resolver.add(new ArrayELResolver());
        resolver.add(new ListELResolver());
        resolver.add(new MapELResolver());
        resolver.add(new GuardedBeanResolver());
        return resolver;
    }

    private static final class GuardedBeanResolver extends BeanELResolver {

        private static final Set<Object> READABLE_OF_EXECUTION =
                Set.of("id", "processInstanceId", "businessKey", "processBusinessKey", "currentActivityId");

        GuardedBeanResolver() {
            super(true);
        }

        @Override
        public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
            refuseUnlessReadable(base, property);
            return super.getValue(context, base, property);
        }

        @Override
        public @Nullable Object invoke(
                ELContext context,
                @Nullable Object base,
                Object method,
                Class<?> @Nullable [] paramTypes,
                Object @Nullable [] params) {
            if (base != null && !(isProcessBean(base) && !"getClass".equals(method)) && !isHarmlessCall(base, method)) {
                throw new ELException("A model may not call " + method + " here.");
            }
            return super.invoke(context, base, method, paramTypes, params);
        }

        private static boolean isHarmlessCall(Object base, Object method) {
            return (base instanceof Collection || base instanceof Map || base instanceof CharSequence)
                    && Set.of("size", "isEmpty", "contains", "length", "equals").contains(method);
        }

        private static void refuseUnlessReadable(@Nullable Object base, Object property) {
            if (base == null) {
                return;
            }
            boolean engineObject = base instanceof BaseDelegateExecution || base instanceof DelegateTask;
            boolean readable = engineObject
                    ? READABLE_OF_EXECUTION.contains(property)
                    : isProcessBean(base) || base instanceof Date || base instanceof Collection || base instanceof Map;
            if (!readable || "class".equals(property)) {
                throw new ELException("A model may not read " + property + " here.");
            }
        }

        private static boolean isProcessBean(Object base) {
            return org.springframework.core.annotation.AnnotationUtils.findAnnotation(
                            org.springframework.aop.support.AopUtils.getTargetClass(base), ProcessBean.class)
                    != null;
        }
    }
}
