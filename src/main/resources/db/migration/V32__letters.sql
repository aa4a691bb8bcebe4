-- Letters as they were sent: the text, and the pages as PDF. Nothing of a row is changed but when it was printed and sent.
create table letter (
  id           bigint generated always as identity primary key,
  case_id      bigint      not null,
  epoch        int         not null,
  step_id      bigint      not null references plan_step,
  -- The statutory stage that it ends: stage-1, stage-2 or final-response; null for any other letter.
  stage        text,
  language     text        not null,
  title        text        not null,
  body         text        not null,
  decision     text,
  reasons      text,
  remedy       text,
  outstanding_actions text,
  take_it_further     text,
  addressee    text        not null,
  -- Null where none is known: then it can only be mailed.
  address      text,
  delivery     text        not null check (delivery in ('MAIL', 'POST')),
  pdf          bytea       not null,
  pages        int         not null,
  written_by   text        not null,
  written_at   timestamptz not null,
  printed_by   text,
  printed_at   timestamptz,
  -- By post: when it was handed over. A mail tells by itself when it was accepted.
  sent_by      text,
  sent_at      timestamptz,
  foreign key (case_id, epoch) references case_epoch (case_id, epoch),
  check (stage is null or (decision is not null and reasons is not null and remedy is not null
                           and outstanding_actions is not null and take_it_further is not null))
);
create index letter_case_idx on letter (case_id, id);
create index letter_step_idx on letter (step_id);

alter table mail_outbox
  -- The letter that goes along as an attachment.
  add column letter_id bigint references letter,
  -- When the other side told that it did not arrive, after all.
  add column bounced_at timestamptz,
  -- Somebody is to reach the customer another way, apart from any plan: the case was over.
  add column follow_up_instance_id text unique,
  add column followed_up_at timestamptz;
create index mail_outbox_follow_up_idx on mail_outbox (case_id)
  where follow_up_instance_id is not null and followed_up_at is null;
