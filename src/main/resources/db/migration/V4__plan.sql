-- Step types are data: a designer can add one beside a task of the same name in recovery-step.bpmn.
create table step_type (
  code     text primary key,
  label    text not null,
  position int  not null
);
insert into step_type (code, label, position) values
  ('call-customer', 'Call customer', 1),
  ('email-customer', 'Email customer', 2),
  ('schedule-visit', 'Schedule visit', 3),
  ('issue-refund', 'Issue refund', 4),
  ('issue-credit', 'Issue credit', 5),
  ('escalate-to-manager', 'Escalate to manager', 6),
  ('write-apology-letter', 'Write apology letter', 7),
  ('photos-of-correction', 'Photos of correction', 8),
  ('internal-training-note', 'Internal training note', 9),
  ('root-cause-analysis', 'Root cause analysis', 10);

create table plan_step (
  id                  bigint generated always as identity primary key,
  case_id             bigint      not null references recovery_case,
  epoch               int         not null,
  seq                 int         not null,
  type                text        not null references step_type,
  purpose             text        not null,
  assignee            text,
  state               text        not null,
  notes               text,
  due_at              timestamptz not null,
  process_instance_id text unique,
  planned_by          text        not null,
  planned_at          timestamptz not null,
  settled_by          text,
  settled_at          timestamptz,
  unique (case_id, seq),
  foreign key (case_id, epoch) references case_epoch (case_id, epoch)
);
create index plan_step_open_idx on plan_step (case_id) where settled_at is null;
