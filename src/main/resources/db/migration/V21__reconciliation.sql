-- The processor's list held against the ledger, and what did not agree.
create table reconciliation (
  id          bigint generated always as identity primary key,
  processor   text        not null,
  -- What was compared: refunds booked from this moment on.
  since       timestamptz not null,
  started_by  text        not null,
  started_at  timestamptz not null,
  finished_at timestamptz not null,
  compared    int         not null,
  -- Refunds of which the processor knew more than we did; what follows was set going.
  caught_up   int         not null,
  differences int         not null
);

create table reconciliation_difference (
  id                  bigint generated always as identity primary key,
  processor           text        not null,
  kind                text        not null,
  -- The processor's own id of the refund, or ours where the processor has none.
  reference           text        not null,
  payment_id          bigint      not null references payment,
  compensation_id     bigint references compensation,
  amount              numeric(19, 4) not null,
  currency            char(3)     not null,
  booked_at           timestamptz not null,
  found_at            timestamptz not null,
  process_instance_id text unique,
  decision            text,
  decided_by          text,
  decided_at          timestamptz,
  reason              text,
  -- Found again, it is the same one.
  unique (processor, kind, reference)
);

