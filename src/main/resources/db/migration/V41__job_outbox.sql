-- What the receiver of released jobs has to be told, written with each change of a job and delivered afterwards, in order
-- for each job. The body is kept as it is sent, so that a repeat is the same.
create table job_outbox (
  id           bigint      generated always as identity primary key,
  message_id   uuid        not null unique,
  job_id       uuid        not null references job,
  type         text        not null,
  body         text        not null,
  written_at   timestamptz not null,
  tries        int         not null default 0,
  -- Only the first message of a job that is not delivered has one: the others wait for it.
  next_try_at  timestamptz,
  delivered_at timestamptz,
  -- Given up, until somebody has it sent again.
  dead_at      timestamptz,
  failure      text,
  -- Who was told of it, and how, instead of being sent it.
  told_another_way text,
  -- Of the process that asks somebody to see to it.
  instance_id  text        unique,
  check (delivered_at is null or (dead_at is null and next_try_at is null)),
  check (dead_at is null or next_try_at is null)
);
-- What is due, for every node that looks.
create index job_outbox_due_idx on job_outbox (next_try_at) where next_try_at is not null;
-- What comes next for a job, and what was told of it last.
create index job_outbox_job_idx on job_outbox (job_id, id);
create index job_outbox_dead_idx on job_outbox (dead_at) where dead_at is not null;
-- What is old enough to be forgotten.
create index job_outbox_delivered_idx on job_outbox (delivered_at) where delivered_at is not null;

-- What receivers have told of jobs, by the id of their message: told twice is told once.
create table job_report (
  message_id  text        primary key,
  digest      bytea       not null check (length(digest) = 32),
  job_id      uuid        not null references job,
  type        text        not null,
  -- When it happened, as the receiver says: what is older than what is known changes nothing.
  said_at     timestamptz not null,
  received_at timestamptz not null,
  applied     boolean     not null
);
create index job_report_job_idx on job_report (job_id, said_at) where applied;
-- Which jobs a receiver that is asked may have news of.
create index job_open_idx on job (number) where state = 'OPEN' and released_at is not null;
