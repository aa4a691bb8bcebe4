-- A case owner's causes are counted from the facts: with the cause in the index no row has to be looked up. A quarter of
-- all causes skips from cause to cause (PostgreSQL 18; older ones read through the owner's part of the index).
drop index trend_fact_owner_idx;
create index trend_fact_owner_idx on trend_fact (owner, tag_id, resolved_on);
