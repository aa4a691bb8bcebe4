-- The ledger of recovery: one row moves an amount from one account to another, so that debits and credits are equal
-- whatever happens, in each currency. Append-only; what went wrong is moved back by a row of its own.
create table ledger_account (
  id          bigint generated always as identity primary key,
  code        text    not null,
  currency    char(3) not null,
  -- Each customer's credit is an account of its own; the others are the business's.
  customer_id bigint references customer,
  unique nulls not distinct (code, currency, customer_id),
  -- For the foreign keys below: both sides of a transfer are in its currency.
  unique (id, currency)
);

create table ledger_transfer (
  id              bigint generated always as identity primary key,
  -- What moved, such as refund/<idempotency key>/paid: posting it again changes nothing.
  key             text           not null unique,
  kind            text           not null,
  debit_account   bigint         not null,
  credit_account  bigint         not null,
  amount          numeric(19, 4) not null check (amount > 0),
  currency        char(3)        not null,
  posted_at       timestamptz    not null,
  compensation_id bigint references compensation,
  payment_id      bigint references payment,
  actor           text           not null,
  note            text,
  check (debit_account <> credit_account),
  foreign key (debit_account, currency) references ledger_account (id, currency),
  foreign key (credit_account, currency) references ledger_account (id, currency)
);
create index ledger_transfer_payment_idx on ledger_transfer (payment_id) where payment_id is not null;
create index ledger_transfer_compensation_idx on ledger_transfer (compensation_id) where compensation_id is not null;
create index ledger_transfer_posted_idx on ledger_transfer (posted_at);
create index ledger_transfer_debit_idx on ledger_transfer (debit_account);
create index ledger_transfer_credit_idx on ledger_transfer (credit_account);

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'The ledger is append-only: move the amount back by a transfer of its own.';
end $$;
create trigger ledger_transfer_append_only before update or delete on ledger_transfer
  for each row execute function ledger_is_append_only();
create trigger ledger_transfer_not_truncated before truncate on ledger_transfer
  execute function ledger_is_append_only();

-- When a credit is no longer the customer's; null for what is no credit.
alter table compensation add column credit_expires_at timestamptz;

-- A customer used credit, as the system that writes invoices told us; the ledger says of which credits.
create table credit_use (
  id          bigint generated always as identity primary key,
  -- The caller's own: told again it changes nothing.
  key         text           not null unique,
  customer_id bigint         not null references customer,
  amount      numeric(19, 4) not null check (amount > 0),
  currency    char(3)        not null,
  reference   text           not null,
  used_by     text           not null,
  used_at     timestamptz    not null
);
create index credit_use_customer_idx on credit_use (customer_id);

-- What moved before there was a ledger.
insert into ledger_account (code, currency)
  select a.code, c.currency
    from (values ('RECOVERY_COST'), ('REFUNDS_IN_FLIGHT'), ('REFUNDS_PAID')) a (code),
         (select distinct currency from compensation where state in ('IN_FLIGHT', 'SETTLED')) c;
insert into ledger_account (code, currency, customer_id)
  select distinct 'CUSTOMER_CREDIT', currency, customer_id from credit_entry;
insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, posted_at, compensation_id,
                             payment_id, actor)
  select 'refund/' || m.idempotency_key || '/reserved', 'REFUND_RESERVED', d.id, c.id, m.amount, m.currency,
         coalesce(m.executed_at, m.approved_at, m.offered_at), m.id, m.payment_id, 'system'
    from compensation m
    join ledger_account d on d.code = 'RECOVERY_COST' and d.currency = m.currency
    join ledger_account c on c.code = 'REFUNDS_IN_FLIGHT' and c.currency = m.currency
   where m.payment_id is not null and m.state in ('IN_FLIGHT', 'SETTLED') order by m.id;
insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, posted_at, compensation_id,
                             payment_id, actor)
  select 'refund/' || m.idempotency_key || '/paid', 'REFUND_PAID', d.id, c.id, m.amount, m.currency, m.executed_at,
         m.id, m.payment_id, 'system'
    from compensation m
    join ledger_account d on d.code = 'REFUNDS_IN_FLIGHT' and d.currency = m.currency
    join ledger_account c on c.code = 'REFUNDS_PAID' and c.currency = m.currency
   where m.payment_id is not null and m.state = 'SETTLED' order by m.id;
insert into ledger_transfer (key, kind, debit_account, credit_account, amount, currency, posted_at, compensation_id,
                             actor)
  select 'credit/' || e.compensation_id || '/granted', 'CREDIT_GRANTED', d.id, c.id, e.amount, e.currency,
         e.booked_at, e.compensation_id, 'system'
    from credit_entry e
    join ledger_account d on d.code = 'RECOVERY_COST' and d.currency = e.currency
    join ledger_account c on c.code = 'CUSTOMER_CREDIT' and c.currency = e.currency and c.customer_id = e.customer_id
   order by e.id;
-- Nobody had said that a credit expires: those of before have a year from now.
update compensation m set credit_expires_at = greatest(e.booked_at, now()) + interval '1 year'
  from credit_entry e where e.compensation_id = m.id;
drop table credit_entry;
