-- What is tried against a pattern, as it happens to each measure: planned, carried out, compared, checked.
create table training_history (
  id          bigint      generated always as identity primary key,
  signal_id   bigint      not null references training_signal,
  -- Which measure against this pattern: 1 is the first.
  attempt     int         not null check (attempt > 0),
  kind        text        not null check (kind in ('planned', 'carried-out', 'compared', 'checked')),
  content     jsonb       not null,
  -- Null for what was planned before this table was.
  done_by     text,
  happened_at timestamptz not null,
  -- Each happens to a measure once, however often the engine says so; it is also how the history of a signal is read.
  unique (signal_id, attempt, kind)
);
create function training_history_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'What was tried against a pattern is append-only.';
end $$;
create trigger training_history_append_only before update or delete on training_history
  for each row execute function training_history_is_append_only();

-- Where the measure of now stands. One without effect leaves these empty again; what it was stays in the history.
alter table training_signal
  -- How many measures were planned, this one included.
  add column attempt       int not null default 0,
  add column took_hold_on  date,
  -- What shows that it was carried out; "evidence" is what the pattern was found by.
  add column carried_out   text,
  -- The day on which there is enough to compare.
  add column watched_until date,
  add column comparison    jsonb,
  -- How often it was said that there was no effect.
  add column came_back     int not null default 0;
update training_signal set attempt = 1 where measure is not null;
insert into training_history (signal_id, attempt, kind, content, happened_at)
select id, 1, 'planned', jsonb_build_object('owner', owner, 'measure', measure, 'dueOn', measure_due_on), opened_at
  from training_signal where measure is not null;

-- In one word. Those that were planned by a model from before stay planned until they are checked.
create function training_state(s training_signal, today date) returns text language sql stable return
  case when s.closed_at is not null then 'effective'
       when s.measure is null then 'to-plan'
       when s.took_hold_on is null then case when s.measure_due_on < today then 'overdue' else 'planned' end
       when s.comparison is null then 'watched'
       else 'to-check' end;

-- A prevention action that had no effect is to be done again: which time this is, when it is compared, and with what result.
alter table resolution
  add column prevention_round      int not null default 1,
  add column prevention_compare_on date,
  add column prevention_comparison jsonb;
-- Those that are done and not judged are compared as well; by the day at Greenwich, which is near enough here.
update resolution set prevention_compare_on = (prevention_done_at at time zone 'UTC')::date + 56
 where prevention_done_at is not null and prevention_helped is null;
create index resolution_prevention_compare_idx on resolution (prevention_compare_on)
  where prevention_compare_on is not null and prevention_comparison is null;
-- Done, compared, and nobody has said whether it helped.
create index resolution_prevention_judge_idx on resolution (prevention_owner)
  where prevention_comparison is not null and prevention_helped is null;

-- The times before that it was done, each without effect. Added to, and changed by erasure alone: notes are those of a case.
create table prevention_past (
  case_id    bigint      not null,
  epoch      int         not null,
  round      int         not null,
  owner      text,
  due_on     date,
  done_at    timestamptz not null,
  done_by    text        not null,
  notes      text,
  comparison jsonb,
  judged_by  text        not null,
  judged_at  timestamptz not null,
  primary key (case_id, epoch, round),
  foreign key (case_id, epoch) references resolution (case_id, epoch)
);

-- How long figures go back, and which cases of some days are still open.
create index recovery_case_opened_idx on recovery_case (opened_at);
