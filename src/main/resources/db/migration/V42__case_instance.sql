-- The case that goes on for this one, at the end of every merge; this one where it was not merged.
create function case_goes_on(of bigint) returns bigint language sql stable as $$
  with recursive after(id, next, nth) as (
    select id, duplicate_of, 0 from recovery_case where id = of
    union all
    select c.id, c.duplicate_of, a.nth + 1 from after a join recovery_case c on c.id = a.next
  )
  select id from after order by nth desc limit 1
$$;

-- Which case a process instance belongs to, and which step of its plan. An instance is found by the unique index of each
-- table, the instances of a case by the index that each has on it.
create view case_instance(instance_id, case_id, step_id) as
  select process_instance_id, case_id, null::bigint from case_epoch where process_instance_id is not null
  union all
  select process_instance_id, case_id, id from plan_step where process_instance_id is not null
  union all
  select process_instance_id, case_id, step_id from compensation where process_instance_id is not null
  union all
  select process_instance_id, case_id, null from survey_invitation where process_instance_id is not null
  union all
  -- What is asked about a mail is asked of the case that goes on.
  select follow_up_instance_id, case_goes_on(case_id), null from mail_outbox where follow_up_instance_id is not null;

-- There are few, and a case reads those of all others that were merged into it.
create index mail_outbox_follow_ups_idx on mail_outbox (case_id) where follow_up_instance_id is not null;

-- An absence that is being passed on, and whom steps were planned for by name.
create index plan_step_assignee_idx on plan_step (assignee) where settled_at is null and assignee is not null;
