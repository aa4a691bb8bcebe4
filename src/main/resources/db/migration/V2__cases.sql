create sequence case_number_seq;

create table recovery_case (
  id             bigint generated always as identity primary key,
  number         text        not null unique,
  customer_id    bigint      not null references customer,
  severity       text        not null,
  failure_source text        not null,
  summary        text        not null check (summary <> ''),
  verbatim       text,
  state          text        not null,
  owner          text,
  opened_by      text        not null,
  opened_at      timestamptz not null,
  -- When the customer reported the failure; the resolution clock starts at opened_at.
  reported_at    timestamptz,
  closed_at      timestamptz,
  duplicate_of   bigint references recovery_case
);
create index recovery_case_customer_idx on recovery_case (customer_id, opened_at desc);
create index recovery_case_unowned_idx on recovery_case (opened_at) where owner is null and closed_at is null;
create index recovery_case_owner_idx on recovery_case (owner, opened_at) where closed_at is null;

-- The failure the case stems from: trends and refunds "for the affected work" need it.
create table case_origin (
  case_id     bigint primary key references recovery_case,
  kind        text not null,
  external_id text,
  team        text,
  area        text,
  product     text,
  operative   text,
  payment_id  bigint references payment
);

-- One pass from (re)opening to resolution is one process instance.
create table case_epoch (
  case_id             bigint      not null references recovery_case,
  epoch               int         not null,
  process_instance_id text unique,
  started_at          timestamptz not null,
  ended_at            timestamptz,
  -- How it ended: RESOLVED, WITHDRAWN, DUPLICATE, OPENED_IN_ERROR or INTERRUPTED (an administrator ended its process).
  outcome             text,
  primary key (case_id, epoch),
  check ((ended_at is null) = (outcome is null))
);
create unique index case_epoch_one_live_idx on case_epoch (case_id) where ended_at is null;

-- The journal. Entries are only added; each hash covers the one before and a salted digest of the content,
-- so that content can be erased later without breaking the chain.
create table case_event (
  case_id   bigint      not null references recovery_case,
  seq       int         not null,
  at        timestamptz not null,
  actor     text        not null,
  -- Where the change came from: tasklist, cockpit, engine-rest, api, engine (a timer or job) or java.
  route     text        not null,
  kind      text        not null,
  -- json, not jsonb: the digest is over the text as written.
  content   json,
  salt      bytea,
  digest    bytea       not null,
  prev_hash bytea       not null,
  hash      bytea       not null,
  primary key (case_id, seq)
);
create function case_event_is_append_only() returns trigger language plpgsql as $$
begin
  -- Erasure may empty content and salt; nothing else of an entry ever changes.
  if tg_op = 'UPDATE' and new.content is null and new.salt is null
     and (new.case_id, new.seq, new.at, new.actor, new.route, new.kind, new.digest, new.prev_hash, new.hash)
       = (old.case_id, old.seq, old.at, old.actor, old.route, old.kind, old.digest, old.prev_hash, old.hash) then
    return new;
  end if;
  raise exception 'The journal of a case is append-only.';
end $$;
create trigger case_event_append_only before update or delete on case_event
  for each row execute function case_event_is_append_only();
