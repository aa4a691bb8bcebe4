-- Cases that were merged into another: found from the one that goes on.
create index recovery_case_duplicate_of_idx on recovery_case (duplicate_of) where duplicate_of is not null;

-- A case and all that were merged into it, over others as well. A merge needs two open cases, so there is no cycle;
-- union (not union all) would end one all the same.
create function case_family(of bigint) returns setof bigint language sql stable as $$
  with recursive family(id) as (
    select of
    union
    select c.id from recovery_case c join family f on c.duplicate_of = f.id
  )
  select id from family
$$;

-- What a clock took over from that of a merged case (kind MERGED): its number and start, what counted before this clock
-- had started, and when its promise was broken.
alter table clock_entry add column merged json;
