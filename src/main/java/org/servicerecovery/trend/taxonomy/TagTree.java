package org.servicerecovery.trend.taxonomy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The taxonomy at one moment: under which tag a case is counted today, and which families that is in. Cases keep their
 * tag through every merge; so a merge costs nothing, and undoing it neither.
 */
public final class TagTree {

    /** @param countedUnder the end of the merges that begin at it: itself where it was not merged */
    public record Tag(
            long id, String code, String label, @Nullable Long parent, long countedUnder) {

        public boolean isMerged() {
            return countedUnder != id;
        }
    }

    private final Map<Long, Tag> tags = new HashMap<>();
    private final Map<Long, Set<Long>> ancestors = new HashMap<>();

    TagTree(Collection<Tag> all) {
        all.forEach(tag -> tags.put(tag.id(), tag));
    }

    /** As it is now; read once for all that has to agree. */
    public static TagTree read(JdbcClient db) {
        // No merge makes a cycle; the tags of one that is there all the same have no end, and count for themselves.
        return new TagTree(db.sql("""
                        select t.id, t.code, t.label, t.parent_id, coalesce(n.now_id, t.id) as now_id
                          from root_cause_tag t left join root_cause_tag_as_is n on n.tag_id = t.id""")
                .query((row, n) -> new Tag(
                        row.getLong("id"),
                        row.getString("code"),
                        row.getString("label"),
                        row.getObject("parent_id", Long.class),
                        row.getLong("now_id")))
                .list());
    }

    /** A tag that a case or a signal has: one that is not there is an error. */
    public Tag get(long id) {
        Tag tag = tags.get(id);
        if (tag == null) {
            throw new IllegalStateException("There is no tag " + id + ".");
        }
        return tag;
    }

    /** A tag by its code, whether it is in use or not. */
    public Optional<Tag> byCode(String code) {
        return tags.values().stream().filter(tag -> tag.code().equals(code)).findFirst();
    }

    /** The end of the merges that begin at a tag. */
    public long countedUnder(long id) {
        return get(id).countedUnder();
    }

    /** The heads of the families that a tag is in, nearest first: its parents, and itself where it is a parent. */
    public Set<Long> ancestors(long id) {
        return ancestors.computeIfAbsent(id, this::findAncestors);
    }

    private Set<Long> findAncestors(long id) {
        Set<Long> found = new LinkedHashSet<>();
        Set<Long> seen = new LinkedHashSet<>();
        Long at = id;
        while (at != null && seen.add(at)) {
            if (hasChildren(at)) {
                found.add(at);
            }
            Long parent = get(at).parent();
            at = parent == null ? null : (Long) countedUnder(parent);
        }
        return found;
    }

    private boolean hasChildren(long id) {
        return tags.values().stream()
                .anyMatch(tag ->
                        tag.parent() != null && !tag.isMerged() && countedUnder(tag.parent()) == id && tag.id() != id);
    }

    /** For statements: each tag with the tag that it is counted under, and with the head of each family that it is in. */
    public Map<String, Object> asArrays() {
        List<Long> each = new ArrayList<>();
        List<Long> under = new ArrayList<>();
        List<Boolean> family = new ArrayList<>();
        for (long id : tags.keySet()) {
            long counted = countedUnder(id);
            each.add(id);
            under.add(counted);
            family.add(false);
            for (long head : ancestors(counted)) {
                each.add(id);
                under.add(head);
                family.add(true);
            }
        }
        return Map.of(
                "tags", each.toArray(Long[]::new),
                "under", under.toArray(Long[]::new),
                "family", family.toArray(Boolean[]::new));
    }

    /** The tags whose cases are counted under this one today. */
    public List<Long> tagsUnder(long id) {
        return tagsWhere(under -> under == id);
    }

    /** The tags whose cases are counted in a family today. */
    public List<Long> tagsInFamily(long head) {
        return tagsWhere(under -> ancestors(under).contains(head));
    }

    private List<Long> tagsWhere(LongPredicate isMeant) {
        return tags.values().stream()
                .filter(tag -> isMeant.test(tag.countedUnder()))
                .map(Tag::id)
                .toList();
    }
}
