-- What the payment processor calls a customer, such as cus_…; two customers with one id would share a balance there.
alter table customer add column processor_customer text unique;

-- What happens on customers' balances at the payment processor because of credit here: what we ask for, one row for each
-- posting that it follows, and what the processor set against invoices by itself.
create table balance_transaction (
  id                 bigint generated always as identity primary key,
  processor          text           not null,
  processor_customer text           not null,
  customer_id        bigint         not null references customer,
  kind               text           not null check (kind in ('PUT_ON', 'TAKEN_OFF', 'APPLIED', 'UNAPPLIED')),
  -- Of what we ask for: the credit, and the posting, which it follows once.
  compensation_id    bigint references compensation,
  ledger_key         text unique,
  idempotency_key    uuid unique,
  -- Less than was posted, when no more of the credit stood there to be taken off.
  amount             numeric(19, 4) not null check (amount >= 0),
  currency           char(3)        not null,
  state              text           not null check (state in ('WANTED', 'DONE', 'REFUSED')),
  -- The processor's own ids of the transaction, and of the invoice it is about.
  reference          text,
  document           text,
  recorded_at        timestamptz    not null,
  -- From then on the processor may have it.
  asked_at           timestamptz,
  tries              int            not null default 0,
  next_try_at        timestamptz,
  unique (processor, reference),
  check ((kind in ('PUT_ON', 'TAKEN_OFF')) = (ledger_key is not null)),
  check ((kind in ('PUT_ON', 'TAKEN_OFF')) = (compensation_id is not null)),
  check ((kind in ('PUT_ON', 'TAKEN_OFF')) = (idempotency_key is not null)),
  check ((state = 'WANTED') = (next_try_at is not null))
);
create index balance_transaction_next_idx on balance_transaction (next_try_at) where next_try_at is not null;
create index balance_transaction_credit_idx on balance_transaction (compensation_id);
create index balance_transaction_customer_idx on balance_transaction (processor, processor_customer);

-- A difference may be about credit, which no payment has to do with.
alter table reconciliation_difference alter column payment_id drop not null;
alter table reconciliation_difference add check (payment_id is not null or compensation_id is not null);
-- What is the matter with credit, in sentences without an amount.
alter table reconciliation_difference add column detail text;

-- The key of the order that was sent last, committed before it is: whoever sends it again knows that the processor may
-- have it.
alter table compensation add column asked_with uuid;
-- Of those on their way nobody knows.
update compensation set asked_with = idempotency_key where state = 'IN_FLIGHT';
