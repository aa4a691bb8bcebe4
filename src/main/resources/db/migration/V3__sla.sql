-- The clock ledger: what happened to the resolution clock of an epoch. Due times are read from it, never patched.
create table clock_entry (
  case_id  bigint      not null references recovery_case,
  epoch    int         not null,
  seq      int         not null,
  kind     text        not null,
  at       timestamptz not null,
  near_at  timestamptz,
  due_at   timestamptz,
  primary key (case_id, epoch, seq)
);
-- Each level notifies once an epoch.
create unique index clock_entry_once_idx on clock_entry (case_id, epoch, kind);
create index clock_entry_due_idx on clock_entry (due_at) where due_at is not null;
