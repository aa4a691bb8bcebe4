create table compensation (
  id                  bigint generated always as identity primary key,
  case_id             bigint         not null references recovery_case,
  step_id             bigint references plan_step,
  kind                text           not null,
  payment_id          bigint references payment,
  amount              numeric(19, 4) not null check (amount > 0),
  currency            char(3)        not null,
  reason              text           not null,
  state               text           not null,
  approval            text           not null,
  offered_by          text           not null,
  offered_at          timestamptz    not null,
  approved_by         text,
  approved_at         timestamptz,
  -- Sent with every call to the processor for this compensation, so that a repeated call pays once.
  idempotency_key     uuid           not null unique,
  processor_reference text,
  failure             text,
  executed_at         timestamptz,
  process_instance_id text unique,
  check (kind not in ('PARTIAL_REFUND', 'FULL_REFUND') or payment_id is not null)
);
create index compensation_case_idx on compensation (case_id);
create index compensation_payment_idx on compensation (payment_id) where payment_id is not null;

create table credit_entry (
  id              bigint generated always as identity primary key,
  customer_id     bigint         not null references customer,
  compensation_id bigint         not null unique references compensation,
  amount          numeric(19, 4) not null,
  currency        char(3)        not null,
  booked_at       timestamptz    not null
);
create index credit_entry_customer_idx on credit_entry (customer_id, currency);
