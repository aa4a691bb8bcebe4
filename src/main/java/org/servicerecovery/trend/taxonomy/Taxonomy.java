package org.servicerecovery.trend.taxonomy;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.Messages;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The business's own root causes. A tag's id and code stay for good; {@link TaxonomyChanges} is how everything else of it
 * changes. Tags that were merged, split or retired stay on the cases that have them, and are chosen no more.
 */
@Component
public class Taxonomy {

    static final int LONGEST_LABEL = 120;

    private static final RowMapper<RootCauseTag> TAG =
            (row, n) -> new RootCauseTag(row.getLong("id"), row.getString("code"), row.getString("label"));

    private record Row(TagDetails details, Families.Node node) {}

    private final JdbcClient db;
    private final Clock clock;
    private final TaxonomyEvents events;

    Taxonomy(JdbcClient db, Clock clock, TaxonomyEvents events) {
        this.db = db;
        this.clock = clock;
        this.events = events;
    }

    /** The tags in use, by label. */
    public List<RootCauseTag> tags() {
        return db.sql("""
                        select id, code, label from root_cause_tag
                         where retired_at is null and merged_into is null order by label""").query(TAG).list();
    }

    /** All that is known of every tag, by label. */
    List<TagDetails> all() {
        List<Row> rows = db.sql("""
                        select t.*, p.code as parent, m.code as merged_code, s.code as split_code,
                               exists (select 1 from root_cause_tag c where c.split_from = t.id) as was_split,
                               array(select alias from tag_alias a where a.tag_id = t.id order by alias) as aliases
                          from root_cause_tag t
                          left join root_cause_tag p on p.id = t.parent_id
                          left join root_cause_tag m on m.id = t.merged_into
                          left join root_cause_tag s on s.id = t.split_from
                         order by t.label""").query((row, n) -> row(row)).list();
        Families families = new Families(rows.stream().map(Row::node).toList());
        Map<Long, String> codes = new HashMap<>();
        rows.forEach(row -> codes.put(row.details().id(), row.details().code()));
        return rows.stream()
                .map(Row::details)
                .map(each -> each.isInUse()
                        ? each
                        : with(
                                each,
                                families.instead(each.id()).stream()
                                        .map(id -> codes.getOrDefault(id, ""))
                                        .toList()))
                .toList();
    }

    /** How the tags hang together now. */
    Families families() {
        return Families.read(db);
    }

    private static Row row(ResultSet row) throws SQLException {
        String state = row.getString("merged_code") != null
                ? TagDetails.MERGED
                : row.getTimestamp("retired_at") == null
                        ? TagDetails.IN_USE
                        : row.getBoolean("was_split") ? TagDetails.SPLIT : TagDetails.RETIRED;
        Array aliases = row.getArray("aliases");
        return new Row(
                new TagDetails(
                        row.getLong("id"),
                        row.getString("code"),
                        row.getString("label"),
                        row.getString("definition"),
                        row.getString("parent"),
                        row.getString("owner"),
                        state,
                        row.getString("merged_code"),
                        row.getString("split_code"),
                        List.of(),
                        Arrays.asList((String[]) aliases.getArray()),
                        row.getTimestamp("created_at").toInstant(),
                        InstantColumns.read(row, "retired_at")),
                Families.Node.read(row));
    }

    private static TagDetails with(TagDetails tag, List<String> instead) {
        return new TagDetails(
                tag.id(),
                tag.code(),
                tag.label(),
                tag.definition(),
                tag.parent(),
                tag.owner(),
                tag.state(),
                tag.mergedInto(),
                tag.splitFrom(),
                instead,
                tag.aliases(),
                tag.createdAt(),
                tag.retiredAt());
    }

    /**
     * A tag by its code, whether it is in use or not.
     *
     * @throws Refused when there is no such tag
     */
    public RootCauseTag get(String code) {
        return details(code).tag();
    }

    /** @throws Refused when there is no such tag */
    TagDetails details(String code) {
        return find(code).orElseThrow(() -> Refused.notFound("refused.taxonomy.none"));
    }

    private Optional<TagDetails> find(String code) {
        return all().stream().filter(tag -> tag.code().equals(code.strip())).findFirst();
    }

    /**
     * A tag that may be chosen.
     *
     * @throws Refused naming the field: the known tags when there is no such tag; what to take in place of it when it
     *     was merged, split or retired since the form was opened
     */
    public RootCauseTag require(String field, @Nullable String code) {
        if (code == null || code.isBlank()) {
            throw Refused.field(field, "refused.taxonomy.missing", choices());
        }
        return db.sql("""
                        select id, code, label from root_cause_tag
                         where code = ? and retired_at is null and merged_into is null""").param(code.strip()).query(TAG).optional().orElseThrow(() -> notToBeChosen(field, code));
    }

    private Refused notToBeChosen(String field, String code) {
        Optional<TagDetails> known = find(code);
        if (known.isEmpty()) {
            return Refused.field(
                    field,
                    "refused.taxonomy.notIn",
                    code.length() > 60 ? code.substring(0, 60) + "…" : code,
                    choices());
        }
        TagDetails tag = known.get();
        if (tag.instead().isEmpty()) {
            return Refused.field(field, "refused.taxonomy.retired", tag.named(), choices());
        }
        String others = all().stream()
                .filter(each -> tag.instead().contains(each.code()))
                .map(TagDetails::named)
                .collect(Collectors.joining(", "));
        return Refused.field(field, "refused.taxonomy." + tag.state() + "Instead", tag.named(), others);
    }

    private String choices() {
        String known = tags().stream().map(RootCauseTag::code).collect(Collectors.joining(", "));
        return known.isEmpty() ? Messages.text("taxonomy.empty") : Messages.text("taxonomy.known", known);
    }

    /** @throws Refused when the code is not of the form wrong-part-on-truck, or taken, or another tag has the name */
    @Transactional
    public RootCauseTag add(String code, String label) {
        events.begin();
        // "alike" is asked for at the address of a tag.
        if (!code.matches("[a-z0-9]+(-[a-z0-9]+)*") || code.length() > 60 || code.equals("alike")) {
            throw Refused.field("code", "refused.taxonomy.code");
        }
        String name = requireFreeName("label", label, null);
        RootCauseTag added = db.sql("""
                        insert into root_cause_tag (code, label, created_at) values (?, ?, ?)
                        on conflict (code) do nothing returning id, code, label""")
                .params(code, name, Timestamp.from(clock.instant()))
                .query(TAG)
                .optional()
                .orElseThrow(() -> Refused.field("code", "refused.taxonomy.already", code));
        events.append(added.id(), "added", Map.of("code", code, "label", name));
        return added;
    }

    /**
     * A label or another name, without surrounding blanks.
     *
     * @param except the tag whose name it is to become
     * @throws Refused when it has no letters, is too long, or a tag in use is called so: such a one is to be taken
     */
    String requireFreeName(String field, String name, @Nullable Long except) {
        String folded = TagNames.folded(name);
        if (folded.isEmpty() || name.strip().length() > LONGEST_LABEL) {
            throw Refused.field(field, "refused.taxonomy.label");
        }
        PlainText.upTo(LONGEST_LABEL, field, name.strip());
        called(folded, except).ifPresent(other -> {
            throw Refused.field(field, "refused.taxonomy.nameTaken", other.label(), other.code());
        });
        return name.strip();
    }

    /**
     * For a tag that is to be chosen again: another one may have been given its name meanwhile.
     *
     * @throws Refused saying which one
     */
    void requireNamesFree(TagDetails tag) {
        Stream.concat(Stream.of(tag.label()), tag.aliases().stream())
                .forEach(name -> called(TagNames.folded(name), tag.id()).ifPresent(other -> {
                    throw Refused.conflict("refused.taxonomy.nameGone", name, other.label(), other.code());
                }));
    }

    /** The tag in use that goes by a folded name. */
    private Optional<RootCauseTag> called(String folded, @Nullable Long except) {
        Stream<RootCauseTag> soCalled =
                tags().stream().filter(tag -> TagNames.folded(tag.label()).equals(folded));
        Stream<RootCauseTag> alsoCalled = db.sql("""
                        select t.id, t.code, t.label from tag_alias a join root_cause_tag t on t.id = a.tag_id
                         where a.alias_text = ? and t.retired_at is null and t.merged_into is null""").param(folded).query(TAG).list().stream();
        return Stream.concat(soCalled, alsoCalled)
                .filter(other -> except == null || other.id() != except)
                .findFirst();
    }
}
