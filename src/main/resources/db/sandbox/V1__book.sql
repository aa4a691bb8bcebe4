-- The sandbox processor's own book. It stands in for a bank: nothing of the application reads or writes it but by HTTP.
-- Amounts are minor units of the currency (cents; whole yen; thousandths of a dinar).
create table charge (
  id            text primary key,
  amount        bigint      not null check (amount > 0),
  currency      char(3)     not null,
  registered_at timestamptz not null
);

create table refund (
  id              bigint generated always as identity primary key,
  -- The unique key is what makes two requests with one key pay once, however they race.
  idempotency_key text        not null unique,
  charge_id       text        not null references charge,
  amount          bigint      not null check (amount > 0),
  currency        char(3)     not null,
  -- A decline is booked too: a key gets the answer it got the first time.
  status          text        not null check (status in ('settled', 'declined')),
  code            text,
  reason          text,
  booked_at       timestamptz not null,
  check ((status = 'declined') = (code is not null and reason is not null))
);
create index refund_settled_idx on refund (charge_id) include (amount) where status = 'settled';
