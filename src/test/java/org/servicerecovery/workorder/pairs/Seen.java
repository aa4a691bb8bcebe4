package org.servicerecovery.workorder.pairs;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** All that could be seen of one order. */
final class Seen {

    private final Map<Channel, String> texts = new EnumMap<>(Channel.class);
    private final Map<Channel, Map<String, Double>> measures = new EnumMap<>(Channel.class);
    private final String task;

    /** @param task what is to be done, as it was written */
    Seen(String task) {
        this.task = task;
    }

    String task() {
        return task;
    }

    void add(Channel channel, String text) {
        texts.merge(channel, text, (before, more) -> before + "\n\n" + more);
    }

    void measure(Channel channel, String name, double value) {
        measures.computeIfAbsent(channel, none -> new LinkedHashMap<>()).put(name, value);
    }

    String text(Channel channel) {
        return texts.getOrDefault(channel, "");
    }

    Map<String, Double> measures(Channel channel) {
        return measures.getOrDefault(channel, Map.of());
    }

    /** The same with another text at one place. */
    Seen with(Channel channel, UnaryOperator<String> change) {
        Seen changed = copy();
        changed.texts.put(channel, change.apply(text(channel)));
        return changed;
    }

    Seen copy() {
        Seen copy = new Seen(task);
        copy.texts.putAll(texts);
        measures.forEach((channel, values) -> copy.measures.put(channel, new LinkedHashMap<>(values)));
        return copy;
    }
}
