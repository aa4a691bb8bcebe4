-- A pattern is a cluster of cases in a quarter: a cause, a family of causes, or a cause in a team, an area, with a product,
-- or of one operative.
alter table training_signal
  add column dimension  text    not null default 'tag',
  add column cluster_key text   not null default '',
  -- Which rules found it and by what figures, the first one first.
  add column evidence   jsonb   not null default '[]',
  -- A wider or narrower cluster that was found first in the same quarter: that one has the task.
  add column part_of    bigint references training_signal;
alter table training_signal drop constraint training_signal_tag_id_quarter_key;
alter table training_signal add unique (tag_id, quarter, dimension, cluster_key);
create index training_signal_quarter_idx on training_signal (quarter);
update training_signal s
   set evidence = jsonb_build_array(jsonb_build_object(
         'rule', 'threshold', 'at', s.opened_at,
         'cases', (select count(*) from training_signal_case c where c.signal_id = s.id)));

-- How many jobs were done: what counts of cases are set against.
create table job_volume (
  -- The day, or the first of the month where it is said for a whole month.
  day     date   not null,
  whole_month boolean not null,
  -- Empty where it is not said.
  team    text   not null,
  area    text   not null,
  product text   not null,
  jobs    bigint not null check (jobs >= 0),
  told_by text   not null,
  told_at timestamptz not null,
  primary key (day, team, area, product, whole_month),
  check (not whole_month or extract(day from day) = 1)
);
