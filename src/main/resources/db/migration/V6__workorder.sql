create sequence work_order_number_seq start 1001;

-- An ordinary work order. It names the task and the site, and has no column for a case.
create table work_order (
  id          bigint generated always as identity primary key,
  number      text        not null unique,
  site        text        not null,
  skill       text        not null,
  task        text        not null,
  window_from timestamptz,
  window_to   timestamptz,
  state       text        not null,
  placed_at   timestamptz not null
);
-- Kept on our side only: which step a work order serves.
create table work_order_step (
  work_order_id bigint primary key references work_order,
  step_id       bigint not null references plan_step
);
create index work_order_step_step_idx on work_order_step (step_id);
