-- A refund may be pending, and one that was paid may fail later. What the processor then has to tell waits in its outbox.
alter table refund drop constraint refund_status_check, drop constraint refund_check;
alter table refund
  add constraint refund_status_check check (status in ('settled', 'declined', 'pending', 'failed')),
  add constraint refund_reason_check check ((status in ('declined', 'failed')) = (code is not null and reason is not null)),
  -- What happens to it by itself, and when.
  add column next_status text check (next_status in ('settled', 'failed')),
  add column next_at     timestamptz,
  add constraint refund_next_check check ((next_status is null) = (next_at is null));

drop index refund_settled_idx;
create index refund_taken_idx on refund (charge_id) include (amount) where status in ('settled', 'pending');
create index refund_next_idx on refund (next_at) where next_at is not null;

create table notice (
  id           bigint generated always as identity primary key,
  refund_id    bigint      not null references refund,
  type         text        not null,
  created_at   timestamptz not null,
  next_try_at  timestamptz not null,
  tries        int         not null default 0,
  delivered_at timestamptz
);
create index notice_waiting_idx on notice (next_try_at) where delivered_at is null;
