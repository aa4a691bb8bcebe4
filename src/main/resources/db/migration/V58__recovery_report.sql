-- Who gets the Recovery page by mail once a week, each by their own wish.
create table report_subscription (
  person     text        primary key,
  -- In which it was asked for.
  language   text        not null,
  since      timestamptz not null,
  -- Why the last one did not go out: ROLE, ADDRESS, REFUSED or FAILED; null while all is well.
  trouble    text,
  -- What the mail server said.
  said       text,
  trouble_at timestamptz
);

-- One mail a person and week: the row is written once, by whichever node is first, and waits here until it is sent. It
-- outlives the subscription, so that a new one does not send the same week again.
create table report_mail (
  person      text        not null,
  week        text        not null,
  message_id  text        not null unique,
  queued_at   timestamptz not null,
  -- Null when nothing more is tried; while a node sends it, until when it is that node's.
  next_try_at timestamptz,
  tries       int         not null default 0,
  sent_at     timestamptz,
  failure     text,
  primary key (person, week)
);
create index report_mail_waiting_idx on report_mail (next_try_at) where next_try_at is not null;

-- The verdicts of a week: they are given about in the order in which cases are closed, as with the days of resolution.
create index trend_fact_found_idx on trend_fact using brin (found_on) with (pages_per_range = 16);
