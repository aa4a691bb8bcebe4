package org.servicerecovery.trend.taxonomy;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Tags by what people call them: the code, the label or another name. */
@Component
public class MeantTags {

    private final JdbcClient db;

    MeantTags(JdbcClient db) {
        this.db = db;
    }

    /**
     * The ids of the tags whose cases are asked for. As they <em>are</em>, what was merged into the tag is among them, and
     * the tag that it was merged into itself; in a family, all below it too; as it <em>was</em>, the tag alone.
     *
     * @throws Refused naming the field when nothing is called so
     */
    public List<Long> of(String field, String called, TaxonomyView as) {
        TagTree tree = TagTree.read(db);
        long tag = byName(tree, called.strip())
                .orElseThrow(() -> Refused.field(
                        field,
                        "refused.tag.noneCalled",
                        called.length() > 60 ? called.substring(0, 60) + "…" : called));
        if (as == TaxonomyView.WAS) {
            return List.of(tag);
        }
        long under = tree.countedUnder(tag);
        List<Long> own = tree.tagsUnder(under);
        return as == TaxonomyView.IS
                ? own
                : Stream.concat(own.stream(), tree.tagsInFamily(under).stream())
                        .distinct()
                        .toList();
    }

    private Optional<Long> byName(TagTree tree, String called) {
        Optional<Long> byCode = tree.byCode(called).map(TagTree.Tag::id);
        if (byCode.isPresent()) {
            return byCode;
        }
        String folded = TagNames.folded(called);
        if (folded.isEmpty()) {
            return Optional.empty();
        }
        // Two may have one label when one of them is chosen no more: the one in use is meant.
        return db
                .sql("""
                        select t.id, t.label from root_cause_tag t
                         order by t.retired_at is not null or t.merged_into is not null, t.id""")
                .query((row, n) -> TagNames.folded(row.getString("label")).equals(folded) ? row.getLong("id") : 0L)
                .list()
                .stream()
                .filter(id -> id != 0)
                .findFirst()
                .or(() -> db.sql("select tag_id from tag_alias where alias_text = ?")
                        .param(folded)
                        .query(Long.class)
                        .optional());
    }
}
