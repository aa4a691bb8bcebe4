-- What was done stands beside what shows whether it helped: one column held both, so the second answer took the first away.
alter table resolution add column prevention_judged_notes text;
alter table prevention_past add column judged_notes text;

-- The journal has kept what was done; where it is the same, nothing was said with the judgement.
create function prevention_done_notes(of_case bigint, done timestamptz) returns text language sql stable as $$
  select e.content ->> 'notes' from case_event e
   where e.case_id = of_case and e.kind = 'prevention done' and e.at >= done order by e.seq limit 1
$$;
update resolution
   set prevention_judged_notes = prevention_notes,
       prevention_notes = prevention_done_notes(case_id, prevention_done_at)
 where prevention_helped is not null
   and prevention_notes <> prevention_done_notes(case_id, prevention_done_at);
update prevention_past
   set judged_notes = notes,
       notes = prevention_done_notes(case_id, done_at)
 where notes <> prevention_done_notes(case_id, done_at);
drop function prevention_done_notes;
