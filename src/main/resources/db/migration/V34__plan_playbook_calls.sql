-- A step starts at once, or when the step before it is settled.
alter table plan_step add column after_step_id bigint references plan_step;
-- Hours from its start until a step is due; null where a time was set for it by hand.
alter table plan_step add column due_hours int;
-- What a manager decided on an escalation.
alter table plan_step add column decision text;
-- Asked whenever a step is settled: what starts now?
create index plan_step_after_idx on plan_step (after_step_id) where process_instance_id is null;

-- One row a try to reach the customer by phone; the step is settled by the last.
create table customer_call (
  step_id      bigint      not null references plan_step,
  try          int         not null,
  called_at    timestamptz not null,
  called_by    text        not null,
  result       text        not null,
  wants        text[]      not null,
  notes        text        not null,
  try_again_at timestamptz,
  primary key (step_id, try)
);

create table root_cause_analysis (
  step_id     bigint primary key references plan_step,
  case_id     bigint      not null,
  epoch       int         not null,
  tag_id      bigint      not null references root_cause_tag,
  -- The answers to "why?", from the failure to what can be changed.
  whys        text[]      not null,
  prevention  text        not null,
  analysed_by text        not null,
  analysed_at timestamptz not null,
  foreign key (case_id, epoch) references case_epoch (case_id, epoch)
);
create index root_cause_analysis_case_idx on root_cause_analysis (case_id, epoch);

create table training_note (
  step_id    bigint primary key references plan_step,
  case_id    bigint      not null references recovery_case,
  tag_id     bigint      not null references root_cause_tag,
  -- A role, and where it is narrower a team; never a person.
  audience   text        not null,
  team       text,
  note       text        not null,
  written_by text        not null,
  written_at timestamptz not null
);
create index training_note_tag_idx on training_note (tag_id, written_at desc);
create index training_note_case_idx on training_note (case_id);

-- Similar cases are looked for among those resolved last.
create index resolution_newest_idx on resolution (resolved_at desc);
