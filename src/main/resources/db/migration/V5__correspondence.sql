-- The mail outbox: written with the business change, sent afterwards.
create table mail_outbox (
  id         bigint generated always as identity primary key,
  case_id    bigint      not null references recovery_case,
  recipient  text        not null,
  subject    text        not null,
  body       text        not null,
  message_id text        not null unique,
  queued_by  text        not null,
  queued_at  timestamptz not null,
  next_try_at timestamptz,
  tries      int         not null default 0,
  sent_at    timestamptz,
  failure    text
);
create index mail_outbox_waiting_idx on mail_outbox (next_try_at) where sent_at is null and next_try_at is not null;
create index mail_outbox_case_idx on mail_outbox (case_id);
