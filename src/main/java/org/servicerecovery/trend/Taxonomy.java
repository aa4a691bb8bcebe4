package org.servicerecovery.trend;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Messages;
import org.servicerecovery.Refused;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The business's own root causes. */
@Component
public class Taxonomy {

    private static final RowMapper<RootCauseTag> TAG =
            (row, n) -> new RootCauseTag(row.getLong("id"), row.getString("code"), row.getString("label"));

    private final JdbcClient db;
    private final Clock clock;

    Taxonomy(JdbcClient db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    /** The tags in use, by label. */
    public List<RootCauseTag> tags() {
        return db.sql("select id, code, label from root_cause_tag where retired_at is null order by label")
                .query(TAG)
                .list();
    }

    /** @throws Refused naming the field and the known tags when there is no such tag */
    public RootCauseTag require(String field, @Nullable String code) {
        String known = tags().stream().map(RootCauseTag::code).collect(Collectors.joining(", "));
        String choices = known.isEmpty() ? Messages.text("taxonomy.empty") : Messages.text("taxonomy.known", known);
        if (code == null || code.isBlank()) {
            throw Refused.field(field, "refused.taxonomy.missing", choices);
        }
        return tags().stream()
                .filter(tag -> tag.code().equals(code.strip()))
                .findFirst()
                .orElseThrow(() -> Refused.field(
                        field,
                        "refused.taxonomy.notIn",
                        code.length() > 60 ? code.substring(0, 60) + "…" : code,
                        choices));
    }

    /** @throws Refused when the code is not of the form wrong-part-on-truck, or taken */
    @Transactional
    public RootCauseTag add(String code, String label) {
        if (!code.matches("[a-z0-9]+(-[a-z0-9]+)*") || code.length() > 60) {
            throw Refused.field("code", "refused.taxonomy.code");
        }
        if (label.isBlank() || label.length() > 120) {
            throw Refused.field("label", "refused.taxonomy.label");
        }
        return db.sql("""
                        insert into root_cause_tag (code, label, created_at) values (?, ?, ?)
                        on conflict (code) do nothing returning id, code, label""")
                .params(code, label.strip(), Timestamp.from(clock.instant()))
                .query(TAG)
                .optional()
                .orElseThrow(() -> Refused.field("code", "refused.taxonomy.already", code));
    }
}
