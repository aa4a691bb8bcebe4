package org.servicerecovery.trend.taxonomy;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.OwnerDirectory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * How people change the taxonomy. Cases are not touched: they keep the tag and what it was called. Each change is written
 * down with what was before, in its own transaction; one that changes nothing is not.
 */
@Component
public class TaxonomyChanges {

    private static final int LONGEST_DEFINITION = 2_000;
    private static final int MOST_PARTS = 10;

    /** One of the tags that a tag is split into. */
    public record Part(
            @Nullable String code,
            @Nullable String label,
            @Nullable String definition) {}

    private static final Part NO_PART = new Part(null, null, null);

    private final JdbcClient db;
    private final Clock clock;
    private final Taxonomy taxonomy;
    private final TaxonomyEvents events;
    private final OwnerDirectory people;
    private final ApplicationEventPublisher listeners;

    TaxonomyChanges(
            JdbcClient db,
            Clock clock,
            Taxonomy taxonomy,
            TaxonomyEvents events,
            OwnerDirectory people,
            ApplicationEventPublisher listeners) {
        this.db = db;
        this.clock = clock;
        this.taxonomy = taxonomy;
        this.events = events;
        this.people = people;
        this.listeners = listeners;
    }

    /** A tag with all that can be said of it at once. */
    @Transactional
    TagDetails add(String code, String label, String definition, @Nullable String parent, @Nullable String owner) {
        taxonomy.add(code, label);
        define(code, definition);
        move(code, parent);
        giveTo(code, owner);
        return taxonomy.details(code);
    }

    @Transactional
    public void rename(String code, String label) {
        TagDetails tag = begin(code);
        String name = taxonomy.requireFreeName("label", label, tag.id());
        set(tag, "label", "renamed", tag.label(), name, name);
        listeners.publishEvent(new TagRenamed(tag.id()));
    }

    @Transactional
    public void define(String code, String definition) {
        TagDetails tag = begin(code);
        String text = checked("definition", definition);
        set(tag, "definition", "defined", tag.definition(), text, text);
    }

    /** @param parent the family that it belongs to from now on; null for none */
    @Transactional
    public void move(String code, @Nullable String parent) {
        TagDetails tag = begin(code);
        @Nullable RootCauseTag into = parent == null || parent.isBlank() ? null : taxonomy.require("parent", parent);
        if (into != null && into.id() == tag.id()) {
            throw Refused.field("parent", "refused.taxonomy.familyItself");
        }
        set(
                tag,
                "parent_id",
                "moved",
                tag.parent(),
                into == null ? null : into.code(),
                into == null ? null : into.id());
        if (into != null && taxonomy.families().hasCircle()) {
            throw Refused.field("parent", "refused.taxonomy.familyCircle", into.label(), tag.label());
        }
        listeners.publishEvent(new TagsRegrouped());
    }

    /** @param owner who answers for it; null for nobody */
    @Transactional
    public void giveTo(String code, @Nullable String owner) {
        TagDetails tag = begin(code);
        @Nullable String person = owner == null || owner.isBlank() ? null : owner.strip();
        if (person != null && !people.mayOwnCases(person)) {
            throw Refused.field("owner", "refused.taxonomy.owner", person);
        }
        set(tag, "owner", "owner set", tag.owner(), person, person);
    }

    @Transactional
    public void addAlias(String code, String alias) {
        TagDetails tag = begin(code);
        String name = taxonomy.requireFreeName("alias", alias, tag.id());
        int added = db.sql("insert into tag_alias (alias_text, alias, tag_id) values (?, ?, ?) on conflict do nothing")
                .params(TagNames.folded(name), name, tag.id())
                .update();
        if (added == 1) {
            events.append(tag.id(), "alias added", Map.of("alias", name));
        } else if (tag.aliases().stream()
                .noneMatch(each -> TagNames.folded(each).equals(TagNames.folded(name)))) {
            // Of a tag that is not in use: the name goes with it.
            throw Refused.field("alias", "refused.taxonomy.aliasElsewhere", name);
        }
    }

    @Transactional
    public void removeAlias(String code, String alias) {
        TagDetails tag = begin(code);
        int removed = db.sql("delete from tag_alias where alias_text = ? and tag_id = ?")
                .params(TagNames.folded(alias), tag.id())
                .update();
        if (removed == 0) {
            throw Refused.notFound("refused.taxonomy.noAlias", tag.label(), alias);
        }
        events.append(tag.id(), "alias removed", Map.of("alias", alias.strip()));
    }

    /**
     * From now on the tag's cases are counted under the other one, in reports of today; {@link #undoMerge} takes that
     * back.
     */
    @Transactional
    public void merge(String code, @Nullable String into) {
        TagDetails tag = begin(code);
        requireNotMerged(tag);
        if (into != null && !into.isBlank()) {
            requireNoCircle(tag, taxonomy.details(into));
        }
        RootCauseTag target = taxonomy.require("into", into);
        db.sql("update root_cause_tag set merged_into = ? where id = ?")
                .params(target.id(), tag.id())
                .update();
        if (taxonomy.families().hasCircle()) {
            throw Refused.conflictOver("into", "refused.taxonomy.mergeFamily", target.label(), tag.label());
        }
        decidePair(tag.id(), target.id(), null, "MERGED");
        events.append(tag.id(), "merged", Map.of("into", target.code()));
        listeners.publishEvent(new TagsRegrouped());
    }

    private void requireNoCircle(TagDetails tag, TagDetails target) {
        if (taxonomy.families().end(target.id()) == tag.id()) {
            throw Refused.field(
                    "into",
                    target.id() == tag.id() ? "refused.taxonomy.mergeItself" : "refused.taxonomy.mergeCircle",
                    target.named(),
                    tag.named());
        }
    }

    @Transactional
    public void undoMerge(String code) {
        TagDetails tag = begin(code);
        String from = tag.mergedInto();
        if (from == null) {
            throw Refused.conflict("refused.taxonomy.notMerged", tag.named());
        }
        TagDetails target = taxonomy.details(from);
        if (tag.retiredAt() == null) {
            taxonomy.requireNamesFree(tag);
        }
        db.sql("update root_cause_tag set merged_into = null where id = ?")
                .param(tag.id())
                .update();
        if (taxonomy.families().hasCircle()) {
            throw Refused.conflict("refused.taxonomy.undoFamily", tag.named());
        }
        // Whoever takes them apart says that they differ: the weekly check is not to ask again.
        decidePair(tag.id(), target.id(), "MERGED", "DIFFERENT");
        events.append(tag.id(), "merge undone", Map.of("from", target.code()));
        listeners.publishEvent(new TagsRegrouped());
    }

    /** The tag is retired, and its parts are chosen in place of it. Its cases keep it until somebody tags them again. */
    @Transactional
    public List<RootCauseTag> split(String code, List<Part> parts) {
        TagDetails tag = begin(code);
        requireInUse(tag);
        if (parts.size() < 2 || parts.size() > MOST_PARTS) {
            throw Refused.field("parts", "refused.taxonomy.parts", String.valueOf(MOST_PARTS));
        }
        retireNow(tag, null);
        List<RootCauseTag> added = new ArrayList<>();
        for (int at = 0; at < parts.size(); at++) {
            // What comes as JSON may hold nulls.
            Part part = Objects.requireNonNullElse(parts.get(at), NO_PART);
            String within = "parts[" + at + "]";
            RootCauseTag each = Refused.within(within, () -> taxonomy.add(orEmpty(part.code()), orEmpty(part.label())));
            String definition = Refused.within(within, () -> checked("definition", orEmpty(part.definition())));
            db.sql("""
                            update root_cause_tag n set split_from = o.id, parent_id = o.parent_id, owner = o.owner, definition = ?
                              from root_cause_tag o where o.id = ? and n.id = ?""").params(definition, tag.id(), each.id()).update();
            events.append(each.id(), "told from", Map.of("from", tag.code()));
            added.add(each);
        }
        events.append(
                tag.id(),
                "split",
                Map.of("into", added.stream().map(RootCauseTag::code).toList()));
        return added;
    }

    /** @param instead what is to be chosen in place of it; null where that depends */
    @Transactional
    public void retire(String code, @Nullable String instead) {
        TagDetails tag = begin(code);
        requireInUse(tag);
        @Nullable
        RootCauseTag other = instead == null || instead.isBlank() ? null : taxonomy.require("instead", instead);
        if (other != null && other.id() == tag.id()) {
            throw Refused.field("instead", "refused.taxonomy.insteadItself");
        }
        retireNow(tag, other == null ? null : other.id());
        events.append(tag.id(), "retired", other == null ? Map.of() : Map.of("instead", other.code()));
    }

    private void retireNow(TagDetails tag, @Nullable Long instead) {
        db.sql("update root_cause_tag set retired_at = ?, instead_id = ? where id = ?")
                .params(Timestamp.from(clock.instant()), instead, tag.id())
                .update();
    }

    /** A tag that was retired, or split, is chosen again. */
    @Transactional
    public void revive(String code) {
        TagDetails tag = begin(code);
        requireNotMerged(tag);
        if (tag.isInUse()) {
            throw Refused.conflict("refused.taxonomy.inUse", tag.named());
        }
        taxonomy.requireNamesFree(tag);
        db.sql("update root_cause_tag set retired_at = null, instead_id = null where id = ?")
                .param(tag.id())
                .update();
        events.append(tag.id(), "revived", Map.of("before", tag.state()));
    }

    private TagDetails begin(String code) {
        events.begin();
        return taxonomy.details(code);
    }

    private void set(
            TagDetails tag,
            String column,
            String kind,
            @Nullable String before,
            @Nullable String after,
            @Nullable Object value) {
        if (Objects.equals(before, after)) {
            return;
        }
        db.sql("update root_cause_tag set " + column + " = ? where id = ?")
                .param(1, value)
                .param(2, tag.id())
                .update();
        Map<String, @Nullable Object> content = new LinkedHashMap<>();
        content.put("from", before);
        content.put("to", after);
        events.append(tag.id(), kind, content);
    }

    /** @param before null for a pair that nobody has decided on */
    private void decidePair(long one, long other, @Nullable String before, String decision) {
        db.sql("""
                        update tag_likeness set decision = :decision, decided_by = :by, decided_at = :at
                         where tag_id = least(:one, :other) and other_id = greatest(:one, :other)
                           and (decision is null and cast(:before as text) is null or decision = :before)""")
                .param("decision", decision)
                .param("by", Actor.current().id())
                .param("at", Timestamp.from(clock.instant()))
                .param("one", one)
                .param("other", other)
                .param("before", before)
                .update();
    }

    private static void requireNotMerged(TagDetails tag) {
        if (tag.mergedInto() != null) {
            throw Refused.conflict("refused.taxonomy.isMerged", tag.named(), tag.mergedInto());
        }
    }

    private static void requireInUse(TagDetails tag) {
        requireNotMerged(tag);
        if (!tag.isInUse()) {
            throw Refused.conflict("refused.taxonomy.isRetired", tag.named());
        }
    }

    private static String checked(String field, String text) {
        return PlainText.upTo(LONGEST_DEFINITION, field, text.strip());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
