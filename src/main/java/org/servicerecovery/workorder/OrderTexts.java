package org.servicerecovery.workorder;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.Origin;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.engine.CaseOfTask;
import org.servicerecovery.job.Order;
import org.servicerecovery.plan.Step;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.servicerecovery.workorder.leak.Leak;
import org.servicerecovery.workorder.leak.LeakContext;
import org.servicerecovery.workorder.leak.LeakGuard;
import org.springframework.stereotype.Component;

/** The texts of an order are read before it leaves: none lets on that a case is behind it. */
@Component
class OrderTexts {

    private static final Set<String> LANGUAGES = Set.of("en", "de");
    /** Those that hold no sentences. */
    private static final Set<String> NAMES = Set.of("site", "contactName", "parts", "priceReference");
    /** Of a longer text, what stands around the first words that are marked. */
    private static final int LONGEST_SHOWN = 240;

    private static final int BEFORE = 60;
    private static final String NUMBER = "number";
    private static final int CODE_LENGTH = 8;

    private final LeakGuard guard;
    private final Taxonomy taxonomy;
    private final Cases cases;
    private final CaseOfTask people;
    private final WorkOrders orders;
    private final Journal journal;

    OrderTexts(LeakGuard guard, Taxonomy taxonomy, Cases cases, CaseOfTask people, WorkOrders orders, Journal journal) {
        this.guard = guard;
        this.taxonomy = taxonomy;
        this.cases = cases;
        this.people = people;
        this.orders = orders;
        this.journal = journal;
    }

    /**
     * Lets an order pass whose texts tell nothing of the case. The caller holds the case's lock.
     *
     * @param letThrough why a lead takes what the guard finds for a false alarm; it is kept in the journal
     * @param code of the very texts and words that were shown to the lead: others are shown first
     * @throws Refused naming each field with what lets on, its words marked, and why
     */
    void check(RecoveryCase of, Step step, Order order, @Nullable String letThrough, @Nullable String code) {
        boolean lead = CaseRoles.isLead(Actor.current());
        if (letThrough != null && !lead) {
            throw Refused.field("letThrough", "refused.order.onlyLeads");
        }
        Map<String, String> texts = texts(order);
        List<Leak> leaks = guard.check(texts, NAMES, context(of));
        if (leaks.isEmpty()) {
            return;
        }
        Map<String, List<Leak>> byField =
                leaks.stream().collect(Collectors.groupingBy(Leak::field, LinkedHashMap::new, Collectors.toList()));
        // The number of a case is no false alarm, whatever it stands for.
        boolean mayPass = lead && leaks.stream().noneMatch(leak -> leak.reason().equals(NUMBER));
        String shown = code(texts, byField);
        if (letThrough == null || !mayPass || !shown.equals(code == null ? null : code.toLowerCase(Locale.ROOT))) {
            Refused.Gathered wrong = new Refused.Gathered();
            byField.forEach((field, found) -> wrong.add(
                    field,
                    "refused.order.leaks",
                    found.stream().map(Leak::why).distinct().collect(Collectors.joining(" ")),
                    marked(texts.getOrDefault(field, ""), found)));
            if (mayPass) {
                wrong.add("letThroughCode", "refused.order.code", words(leaks), shown);
            }
            wrong.refuseIfAny();
        }
        journal.append(
                of.id(),
                "words let through",
                Map.of(
                        "step",
                        step.seq(),
                        "words",
                        byField.entrySet().stream()
                                .map(field -> field.getKey() + " " + words(field.getValue()))
                                .collect(Collectors.joining("; ")),
                        "reason",
                        String.valueOf(letThrough)));
    }

    /** Of what is marked and where it stands: with one letter more it is another. */
    private static String code(Map<String, String> texts, Map<String, List<Leak>> byField) {
        MessageDigest digest = sha256();
        byField.forEach((field, leaks) -> {
            update(digest, field);
            update(digest, texts.getOrDefault(field, ""));
            leaks.forEach(leak -> update(digest, leak.start() + "-" + leak.end()));
        });
        return HexFormat.of().formatHex(digest.digest()).substring(0, CODE_LENGTH);
    }

    private static void update(MessageDigest digest, String part) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    private static Map<String, String> texts(Order order) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("site", order.site());
        texts.put("contactName", order.contactName());
        texts.put("task", order.task());
        texts.put("parts", order.parts());
        texts.put("priceReference", order.priceReference());
        return texts;
    }

    private LeakContext context(RecoveryCase of) {
        List<Long> family = cases.family(of.id());
        Set<String> operatives = Stream.concat(
                        family.stream()
                                .map(cases::origin)
                                .flatMap(Optional::stream)
                                .map(Origin::operative),
                        // Who came for an earlier visit was there before as well.
                        family.stream()
                                .map(orders::of)
                                .flatMap(List::stream)
                                .map(visit -> visit.job().assignee()))
                .filter(name -> name != null && !name.isBlank())
                .collect(Collectors.toCollection(TreeSet::new));
        // Named by their user id, they are known by their name; "wes" is said of somebody as well, "wes-north" of
        // nobody.
        Map<String, String> names = people.names(operatives);
        operatives.removeIf(id -> names.containsKey(id) && !id.matches("\\p{L}+"));
        operatives.addAll(names.values());
        Set<String> tags = taxonomy.tags().stream()
                .flatMap(tag -> Stream.of(tag.code(), tag.label()))
                .collect(Collectors.toSet());
        return new LeakContext(LANGUAGES, tags, operatives, of.number().value());
    }

    private static String words(List<Leak> leaks) {
        return leaks.stream()
                .map(Leak::words)
                .distinct()
                .map(words -> "«" + words + "»")
                .collect(Collectors.joining(", "));
    }

    /** The text, or what stands around the first words that let on, with all of them marked. */
    private static String marked(String text, List<Leak> leaks) {
        StringBuilder marked = new StringBuilder();
        int from = text.length() <= LONGEST_SHOWN ? 0 : Math.max(0, leaks.get(0).start() - BEFORE);
        int until = Math.min(text.length(), from + LONGEST_SHOWN);
        marked.append(from > 0 ? "…" : "");
        int at = from;
        for (Leak leak : leaks) {
            if (leak.start() >= at && leak.end() <= until) {
                marked.append(text, at, leak.start())
                        .append('«')
                        .append(leak.words())
                        .append('»');
                at = leak.end();
            }
        }
        marked.append(text, at, until).append(until < text.length() ? "…" : "");
        // What looks like the name of a field would be read as one in the form.
        return marked.toString().replaceAll("\\s+", " ").replace(": ", ":\u00a0");
    }
}
