-- The taxonomy is kept by people: tags are renamed, merged, split and retired. The id stays what cases are counted by.
alter table root_cause_tag
  add column definition  text   not null default '',
  -- The family it belongs to.
  add column parent_id   bigint references root_cause_tag check (parent_id <> id),
  -- Who answers for it, by the id of the person.
  add column owner       text,
  -- Counted under that tag in reports of today; undone by emptying it. Chains are followed to their end.
  add column merged_into bigint references root_cause_tag check (merged_into <> id),
  -- To be taken in place of it, where it was retired for another.
  add column instead_id  bigint references root_cause_tag check (instead_id <> id),
  -- Made by splitting that tag, which was retired with it.
  add column split_from  bigint references root_cause_tag check (split_from <> id);
create index root_cause_tag_merged_idx on root_cause_tag (merged_into) where merged_into is not null;

-- Each tag and the one that it is counted under in reports of today: the end of its chain of merges, as a rule itself.
create view root_cause_tag_as_is as
with recursive chain (tag_id, now_id) as (
  select id, id from root_cause_tag where merged_into is null
  union all
  select t.id, c.now_id from root_cause_tag t join chain c on c.tag_id = t.merged_into)
select tag_id, now_id from chain;

-- Other names under which a tag is found, compared without case and accents.
create table tag_alias (
  alias_text text   primary key check (alias_text <> ''),
  alias      text   not null,
  tag_id     bigint not null references root_cause_tag
);
create index tag_alias_tag_idx on tag_alias (tag_id);

-- Every change of the taxonomy, with what was before: entries are only added.
create table taxonomy_event (
  id      bigint generated always as identity primary key,
  tag_id  bigint      not null references root_cause_tag,
  at      timestamptz not null,
  actor   text        not null,
  -- added, renamed, defined, moved, owner set, alias added, alias removed, merged, merge undone, split, retired, revived,
  -- told from.
  kind    text        not null,
  content jsonb       not null
);
create index taxonomy_event_tag_idx on taxonomy_event (tag_id, id);

-- Two tags that look like one: found by the weekly check, decided by a person.
create table tag_likeness (
  tag_id    bigint      not null references root_cause_tag,
  other_id  bigint      not null references root_cause_tag,
  -- 0 to 1: how alike their names are, and how often they stand on the same case where one of them does.
  names     numeric     not null,
  co_use    numeric     not null,
  found_at  timestamptz not null,
  -- Null until somebody decides: MERGED or DIFFERENT.
  decision  text,
  decided_by text,
  decided_at timestamptz,
  primary key (tag_id, other_id),
  check (tag_id < other_id)
);
-- When the tags were last compared with each other; one row.
create table tag_comparison (
  id          int         primary key default 1 check (id = 1),
  compared_at timestamptz not null
);
