-- Whether the customer of a case is charged for a visit. Its order is priced like any job's; this stays on the case's side.
alter table work_order_step
  add column ended_at      timestamptz,
  add column charged       text check (charged in ('YES', 'NO', 'PARTLY')),
  -- Which part is charged.
  add column charged_notes text not null default '',
  add column charged_by    text,
  add column charged_at    timestamptz;
update work_order_step l set ended_at = j.ended_at from job j where j.id = l.job_id and l.state <> 'OPEN';
-- What is not to be invoiced as its order says, for the accountant.
create index work_order_step_held_idx on work_order_step (ended_at) where charged is distinct from 'YES';
