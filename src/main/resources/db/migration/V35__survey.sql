-- What a customer is asked after a case was closed: one invitation for each epoch, answered once.
create table survey_invitation (
  id          bigint generated always as identity primary key,
  case_id     bigint      not null,
  epoch       int         not null,
  customer_id bigint      not null references customer,
  -- Random; the link holds it with a signature of survey_key, and neither is kept in any mail.
  public_id   bytea       not null unique check (length(public_id) = 16),
  invited_at  timestamptz not null,
  expires_at  timestamptz not null,
  -- When the reminder is due; null once none will go.
  remind_at   timestamptz,
  reminded_at timestamptz,
  -- The invitation or its reminder did not arrive.
  undelivered_at timestamptz,
  -- The customer wants no survey any more.
  refused_at  timestamptz,
  answered_at timestamptz,
  score       int check (score between 1 and 5),
  -- As received. Erasure may empty it.
  words       text,
  -- In which the page was shown.
  language    text,
  -- An answer that is unhappy: the process that asks the owner what to do, and what was decided.
  process_instance_id text unique,
  decision    text check (decision in ('REOPEN', 'LEAVE')),
  decided_by  text,
  decided_at  timestamptz,
  unique (case_id, epoch),
  foreign key (case_id, epoch) references case_epoch (case_id, epoch),
  check ((answered_at is null) = (score is null)),
  check ((decided_at is null) = (decision is null) and (decided_at is null) = (decided_by is null))
);
create index survey_invitation_remind_idx on survey_invitation (remind_at) where remind_at is not null;
-- Whether the customer was asked lately, on whatever case.
create index survey_invitation_customer_idx on survey_invitation (customer_id, invited_at);

-- Customers who want no surveys.
create table survey_refusal (
  customer_id bigint      primary key references customer,
  refused_at  timestamptz not null
);

-- What signs the links, made here and nowhere else: 244 random bits. Another one makes every link in the world void.
create table survey_key (
  one    boolean primary key default true check (one),
  secret bytea   not null check (length(secret) >= 32)
);
insert into survey_key (secret)
  values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

alter table mail_outbox
  -- For whose eyes alone its link is: the link is put in when the mail goes out. Nothing hangs on such a mail: it is no
  -- news of the case to the customer, and nobody has to see to it when it does not arrive.
  add column private_link text;
