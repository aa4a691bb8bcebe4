-- What the case's side knows of a job, beside the job's own row, and what was said to the customer about it. There is news
-- where the two differ: so none is lost, and none is taken twice.
alter table work_order_step
  add column state              text,
  add column window_from        timestamptz,
  add column window_to          timestamptz,
  -- The work was not done, as visit-outcome.dmn says.
  add column failed             boolean not null default false,
  -- The case's own side does not want it any more.
  add column cancel_wanted      boolean not null default false,
  -- What was agreed with the customer when it was ordered.
  add column agreed             text    not null default '',
  add column told_how           text,
  add column told_at            timestamptz,
  add column told_notes         text    not null default '',
  -- The step that tells the customer another appointment than the one they were told.
  add column tell_again_step_id bigint references plan_step,
  add column call_result        text,
  add column called_at          timestamptz,
  add column call_notes         text    not null default '',
  add column again_at           timestamptz,
  add column again_notes        text    not null default '',
  -- Since when there is news, or when it is tried again; null while there is none.
  add column next_try_at        timestamptz,
  add column tries              int     not null default 0;
update work_order_step l set state = j.state, window_from = j.window_from, window_to = j.window_to,
                             next_try_at = case when j.state = 'OPEN' then now() end
  from job j where j.id = l.job_id;
alter table work_order_step
  alter column state set not null,
  alter column window_from set not null,
  alter column window_to set not null;
-- What the tick takes next.
create index work_order_step_news_idx on work_order_step (next_try_at) where next_try_at is not null;
