package org.servicerecovery.trend.taxonomy;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.OneNodeAtATime;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Tags that look like one: told while somebody types the name of a new one, and looked for once a week among all of them.
 * Nothing is merged by itself: a person says of each pair that it is one, or that the two differ, and is not asked again.
 */
@Component
class TagComparison {

    /**
     * A tag that may be what somebody is about to add.
     *
     * @param matched the name of it that is like the typed one: its label or another name
     * @param instead what to take where it is not in use
     */
    record Alike(String code, String label, String matched, BigDecimal likeness, String state, List<String> instead) {}

    /** @param coUse of the cases that have one of the two, the share that has both */
    record Pair(RootCauseTag one, RootCauseTag other, BigDecimal names, BigDecimal coUse, Instant foundAt) {}

    private record Found(long tagId, long otherId, double names, double coUse) {}

    private record Key(long tagId, long otherId) {}

    private static final long LOCK = 7_050;
    private static final Duration EVERY = Duration.ofDays(7);
    /** Typing is helped by more than is worth a decision. */
    private static final double ALIKE_WHILE_TYPING = 0.85;

    private static final double ALIKE = 0.9;
    private static final int MOST_WHILE_TYPING = 5;
    private static final double OFTEN_TOGETHER = 0.3;
    /** On fewer cases two tags meet by chance. */
    private static final int FEWEST_CASES_TOGETHER = 5;
    /** As many as people can decide on in a week. */
    private static final int MOST_PAIRS = 200;

    private final JdbcClient db;
    private final Clock clock;
    private final Taxonomy taxonomy;
    private final TaxonomyEvents events;
    private final TaxonomyChanges changes;
    private final TagsTogether together;
    private final OneNodeAtATime oneNode;

    TagComparison(
            JdbcClient db,
            Clock clock,
            Taxonomy taxonomy,
            TaxonomyEvents events,
            TaxonomyChanges changes,
            TagsTogether together,
            OneNodeAtATime oneNode) {
        this.db = db;
        this.clock = clock;
        this.taxonomy = taxonomy;
        this.events = events;
        this.changes = changes;
        this.together = together;
        this.oneNode = oneNode;
    }

    /** The tags whose names are like this one, the most alike first, those that are not in use among them. */
    List<Alike> alike(String name) {
        String wanted = TagNames.folded(name);
        if (wanted.length() < 2) {
            return List.of();
        }
        return taxonomy.all().stream()
                .flatMap(tag -> names(tag)
                        .map(each -> new Alike(
                                tag.code(),
                                tag.label(),
                                each,
                                rounded(TagNames.alike(wanted, TagNames.folded(each))),
                                tag.state(),
                                tag.instead()))
                        .max(Comparator.comparing(Alike::likeness))
                        .stream())
                .filter(each -> each.likeness().doubleValue() >= ALIKE_WHILE_TYPING)
                .sorted(Comparator.comparing(Alike::likeness).reversed().thenComparing(Alike::label))
                .limit(MOST_WHILE_TYPING)
                .toList();
    }

    private static Stream<String> names(TagDetails tag) {
        return Stream.concat(Stream.of(tag.label()), tag.aliases().stream());
    }

    private static BigDecimal rounded(double likeness) {
        return BigDecimal.valueOf(Math.round(likeness * 1000), 3);
    }

    /** Asks more often than it compares: a node that was down at the hour of a week does it when it is up again. */
    @Scheduled(fixedDelayString = "${service-recovery.tag-comparison.asks-every:PT1H}")
    void tick() {
        oneNode.run(LOCK, () -> {
            Instant now = clock.instant();
            boolean due = db.sql("select compared_at from tag_comparison")
                    .query((row, n) -> row.getTimestamp(1).toInstant())
                    .optional()
                    .map(last -> !now.isBefore(last.plus(EVERY)))
                    .orElse(true);
            if (due) {
                compare(now);
                db.sql("""
                                insert into tag_comparison (compared_at) values (?)
                                on conflict (id) do update set compared_at = excluded.compared_at""").param(Timestamp.from(now)).update();
            }
        });
    }

    private void compare(Instant now) {
        List<Found> found = found();
        // What nobody decided on and is not alike any more: renamed, retired, told apart by use.
        db.sql("delete from tag_likeness where decision is null").update();
        for (Found each : found) {
            db.sql("""
                            insert into tag_likeness (tag_id, other_id, names, co_use, found_at) values (?, ?, ?, ?, ?)
                            on conflict (tag_id, other_id) do update set names = excluded.names, co_use = excluded.co_use""")
                    .params(
                            each.tagId(),
                            each.otherId(),
                            rounded(each.names()),
                            rounded(each.coUse()),
                            Timestamp.from(now))
                    .update();
        }
    }

    private List<Found> found() {
        Map<Key, Double> shares = together.shares(FEWEST_CASES_TOGETHER).stream()
                .collect(Collectors.toMap(each -> new Key(each.tagId(), each.otherId()), TagsTogether.Share::share));
        List<TagDetails> tags =
                taxonomy.all().stream().filter(TagDetails::isInUse).toList();
        List<List<String>> names = tags.stream()
                .map(tag -> names(tag).map(TagNames::folded).toList())
                .toList();
        List<Found> found = new ArrayList<>();
        for (int one = 0; one < tags.size(); one++) {
            for (int other = one + 1; other < tags.size(); other++) {
                double alike = mostAlike(names.get(one), names.get(other));
                long low = Math.min(tags.get(one).id(), tags.get(other).id());
                long high = Math.max(tags.get(one).id(), tags.get(other).id());
                double coUse = shares.getOrDefault(new Key(low, high), 0.0);
                if (alike >= ALIKE || coUse >= OFTEN_TOGETHER) {
                    found.add(new Found(low, high, alike, coUse));
                }
            }
        }
        return found.stream()
                .sorted(Comparator.comparingDouble((Found each) -> Math.max(each.names(), each.coUse()))
                        .reversed())
                .limit(MOST_PAIRS)
                .toList();
    }

    private static double mostAlike(List<String> names, List<String> others) {
        return names.stream()
                .flatMap(name -> others.stream().map(other -> TagNames.alike(name, other)))
                .max(Comparator.naturalOrder())
                .orElse(0.0);
    }

    /** The pairs that nobody has decided on, the most alike first. */
    List<Pair> undecided() {
        return db.sql("""
                        select l.*, a.code as a_code, a.label as a_label, b.code as b_code, b.label as b_label
                          from tag_likeness l
                          join root_cause_tag a on a.id = l.tag_id join root_cause_tag b on b.id = l.other_id
                         where l.decision is null and a.retired_at is null and a.merged_into is null
                           and b.retired_at is null and b.merged_into is null
                         order by greatest(l.names, l.co_use) desc, a.label, b.label""")
                .query((row, n) -> new Pair(
                        new RootCauseTag(row.getLong("tag_id"), row.getString("a_code"), row.getString("a_label")),
                        new RootCauseTag(row.getLong("other_id"), row.getString("b_code"), row.getString("b_label")),
                        row.getBigDecimal("names"),
                        row.getBigDecimal("co_use"),
                        row.getTimestamp("found_at").toInstant()))
                .list();
    }

    /**
     * Decides on a pair: that the first tag goes into the second one, or that they differ.
     *
     * @throws Refused when the pair is none that was found, or it was decided on
     */
    @Transactional
    public void decide(String code, String other, @Nullable String decision) {
        events.begin();
        TagDetails tag = taxonomy.details(code);
        TagDetails into = taxonomy.details(other);
        int open = db.sql("""
                        select count(*) from tag_likeness where decision is null
                           and tag_id = least(:one, :other) and other_id = greatest(:one, :other)""")
                .param("one", tag.id())
                .param("other", into.id())
                .query(Integer.class)
                .single();
        if (open == 0) {
            throw Refused.conflict("refused.taxonomy.noPair", tag.named(), into.named());
        }
        switch (decision == null ? "" : decision.strip()) {
            case "merged" -> changes.merge(code, other);
            case "different" ->
                db.sql("""
                                update tag_likeness set decision = 'DIFFERENT', decided_by = :by, decided_at = :at
                                 where tag_id = least(:one, :other) and other_id = greatest(:one, :other)""")
                        .param("by", Actor.current().id())
                        .param("at", Timestamp.from(clock.instant()))
                        .param("one", tag.id())
                        .param("other", into.id())
                        .update();
            default -> throw Refused.field("decision", "refused.oneOf", "merged, different");
        }
    }
}
