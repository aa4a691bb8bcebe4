package org.servicerecovery.trend.taxonomy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How the tags hang together: what was merged into what, what belongs to which family, what is taken in place of what. */
final class Families {

    /** @param retired whether it is not chosen any more, and not because it was merged */
    record Node(
            long id,
            @Nullable Long parent,
            @Nullable Long mergedInto,
            @Nullable Long instead,
            @Nullable Long splitFrom,
            boolean retired) {

        boolean isInUse() {
            return !retired && mergedInto == null;
        }

        /** Of a row of {@code root_cause_tag}. */
        static Node read(ResultSet row) throws SQLException {
            return new Node(
                    row.getLong("id"),
                    row.getObject("parent_id", Long.class),
                    row.getObject("merged_into", Long.class),
                    row.getObject("instead_id", Long.class),
                    row.getObject("split_from", Long.class),
                    row.getTimestamp("retired_at") != null);
        }
    }

    private final Map<Long, Node> nodes;

    Families(List<Node> nodes) {
        this.nodes = nodes.stream().collect(Collectors.toMap(Node::id, Function.identity()));
    }

    static Families read(JdbcClient db) {
        return new Families(db.sql("select * from root_cause_tag")
                .query((row, n) -> Node.read(row))
                .list());
    }

    /** The tag that this one is counted under today: the end of its chain of merges. */
    long end(long id) {
        Node at = node(id);
        Set<Long> seen = new HashSet<>();
        while (at.mergedInto() != null && seen.add(at.id())) {
            at = node(at.mergedInto());
        }
        return at.id();
    }

    /** Whether a tag is merged into itself, over others too, or is its own ancestor as the tags are counted today. */
    boolean hasCircle() {
        return nodes.keySet().stream().anyMatch(id -> mergesInCircle(id) || isItsOwnAncestor(end(id)));
    }

    private boolean mergesInCircle(long id) {
        Set<Long> seen = new HashSet<>();
        for (Node at = node(id); at.mergedInto() != null; at = node(at.mergedInto())) {
            if (!seen.add(at.id())) {
                return true;
            }
        }
        return false;
    }

    private boolean isItsOwnAncestor(long id) {
        Set<Long> seen = new HashSet<>(Set.of(id));
        for (Long above = node(id).parent();
                above != null;
                above = node(end(above)).parent()) {
            if (!seen.add(end(above))) {
                return true;
            }
        }
        return false;
    }

    /** The tags in use that are to be taken in place of one; itself while it is in use, none where nobody said which. */
    Set<Long> instead(long id) {
        Set<Long> found = new LinkedHashSet<>();
        instead(id, found, new HashSet<>());
        return found;
    }

    private void instead(long id, Set<Long> found, Set<Long> seen) {
        Node at = node(id);
        if (!seen.add(id)) {
            return;
        }
        if (at.isInUse()) {
            found.add(id);
        } else if (at.mergedInto() != null) {
            instead(at.mergedInto(), found, seen);
        } else {
            if (at.instead() != null) {
                instead(at.instead(), found, seen);
            }
            nodes.values().stream()
                    .filter(each -> each.splitFrom() != null && each.splitFrom() == id)
                    .map(Node::id)
                    .sorted()
                    .forEach(part -> instead(part, found, seen));
        }
    }

    /**
     * These tags, with all that their cases are called by since: the parts of one that was split, what is taken in place
     * of one that was retired, and what is merged with either.
     */
    Set<Long> withSuccessors(Collection<Long> tags) {
        Set<Long> found = new LinkedHashSet<>(tags);
        Deque<Long> next = new ArrayDeque<>(tags);
        while (!next.isEmpty()) {
            Node at = node(next.remove());
            nodes.values().stream()
                    .filter(heir -> at.retired() && isHeir(heir, at))
                    .flatMap(heir -> nodes.keySet().stream().filter(id -> end(id) == end(heir.id())))
                    .filter(found::add)
                    .forEach(next::add);
        }
        return found;
    }

    private static boolean isHeir(Node heir, Node of) {
        return Objects.equals(of.instead(), heir.id()) || Objects.equals(heir.splitFrom(), of.id());
    }

    private Node node(long id) {
        Node found = nodes.get(id);
        if (found == null) {
            throw new IllegalArgumentException("No tag has the id " + id + ".");
        }
        return found;
    }
}
