package org.servicerecovery.engine;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/** The beans that models may name, fetched only when named: the engine starts before the features that use it. */
final class AllowedBeans extends AbstractMap<Object, Object> {

    private final ApplicationContext context;
    private final Set<String> names;

    AllowedBeans(ApplicationContext context) {
        this.context = context;
        this.names = new HashSet<>(Arrays.asList(context.getBeanNamesForAnnotation(ProcessBean.class)));
    }

    Set<String> names() {
        return names;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return name instanceof String && names.contains(name);
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        return name instanceof String text && names.contains(text) ? context.getBean(text) : null;
    }

    @Override
    public Set<Entry<Object, Object>> entrySet() {
        return names.stream()
                .map(name ->
                        (Entry<Object, Object>) new SimpleImmutableEntry<Object, Object>(name, context.getBean(name)))
                .collect(Collectors.toUnmodifiableSet());
    }
}
