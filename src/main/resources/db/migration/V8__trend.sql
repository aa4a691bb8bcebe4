-- The business's own taxonomy of root causes. The code is stable; the label may change.
create table root_cause_tag (
  id         bigint generated always as identity primary key,
  code       text        not null unique check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  label      text        not null check (label <> ''),
  created_at timestamptz not null,
  retired_at timestamptz
);

-- One row a counted case: what the trend is folded from.
create table trend_entry (
  case_id    bigint primary key references recovery_case,
  tag_id     bigint      not null references root_cause_tag,
  -- The quarter of the resolution in the business's time zone, such as 2026-Q4.
  quarter    text        not null check (quarter ~ '^[0-9]{4}-Q[1-4]$'),
  counted_at timestamptz not null
);
create index trend_entry_cluster_idx on trend_entry (tag_id, quarter);

create table training_signal (
  id                  bigint generated always as identity primary key,
  tag_id              bigint      not null references root_cause_tag,
  quarter             text        not null,
  opened_at           timestamptz not null,
  process_instance_id text unique,
  owner               text,
  measure             text,
  measure_due_on      date,
  effect              text,
  closed_at           timestamptz,
  unique (tag_id, quarter)
);
create table training_signal_case (
  signal_id bigint not null references training_signal,
  case_id   bigint not null references recovery_case,
  primary key (signal_id, case_id)
);

-- A start that a field-service business can work with on the first day, and change.
insert into root_cause_tag (code, label, created_at)
select code, label, now() from (values
  ('installer-rudeness', 'Installer rudeness'),
  ('wrong-part-on-truck', 'Wrong part on truck'),
  ('scheduling-mistake', 'Scheduling mistake'),
  ('missed-appointment', 'Missed appointment'),
  ('repair-did-not-hold', 'Repair did not hold'),
  ('property-damage', 'Property damage'),
  ('billing-error', 'Billing error'),
  ('no-call-before-visit', 'No call before visit'),
  ('unclear-quote', 'Unclear quote')) as starter (code, label);
