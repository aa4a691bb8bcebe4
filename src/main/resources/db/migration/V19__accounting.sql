-- The accountant's closings: what was posted before the moment stays as it was counted.
create table ledger_closing (
  -- The last day that is closed, in the business's zone, and the first moment that is not.
  closed_until  date        not null primary key,
  closed_before timestamptz not null unique,
  closed_by     text        not null,
  closed_at     timestamptz not null,
  -- What was counted then, by currency: number of transfers and their sum.
  totals        jsonb       not null
);

create function ledger_period_is_open() returns trigger language plpgsql as $$
begin
  -- A closing waits for those who are posting, and those who post see a closing that was before them.
  perform pg_advisory_xact_lock_shared(hashtext('ledger_closing'));
  if exists (select 1 from ledger_closing where closed_before > new.posted_at) then
    raise exception 'The period of % is closed: it takes no posting.', new.posted_at;
  end if;
  return new;
end $$;
create trigger ledger_transfer_period before insert on ledger_transfer
  for each row execute function ledger_period_is_open();
