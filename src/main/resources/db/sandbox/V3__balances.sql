-- Customers and what stands on their balances, above zero in the customer's favour. Invoices take what stands there.
create table customer (
  id            text primary key,
  registered_at timestamptz not null
);

create table balance_entry (
  id              bigint generated always as identity primary key,
  -- Ours alone has none.
  idempotency_key text unique,
  customer_id     text        not null references customer,
  type            text        not null check (type in ('adjustment', 'applied_to_invoice', 'unapplied_from_invoice')),
  -- The client's number of the credit.
  credit          text,
  invoice         text,
  amount          bigint      not null check (amount <> 0),
  currency        char(3)     not null,
  balance_after   bigint      not null,
  booked_at       timestamptz not null,
  check ((type = 'adjustment') = (invoice is null)),
  unique (customer_id, type, invoice)
);
create index balance_entry_customer_idx on balance_entry (customer_id, currency, id);
