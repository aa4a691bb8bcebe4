-- What payment processors sent by themselves: kept before it is answered, each once, and worked off afterwards.
create table payment_notice (
  processor   text        not null,
  -- The processor's own id of the notice: the same when it is sent again.
  id          text        not null,
  reference   text        not null,
  key         uuid,
  received_at timestamptz not null,
  tries       int         not null default 0,
  -- Null once it is worked off.
  next_try_at timestamptz,
  outcome     text,
  primary key (processor, id)
);
create index payment_notice_waiting_idx on payment_notice (next_try_at) where next_try_at is not null;
