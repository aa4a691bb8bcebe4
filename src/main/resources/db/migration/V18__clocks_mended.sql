-- What waits for the acknowledgement, as it was promised when the epoch started.
create table clock_waiting (
  case_id bigint not null,
  epoch   int    not null,
  clock   text   not null,
  policy  jsonb  not null,
  primary key (case_id, epoch, clock),
  foreign key (case_id, epoch) references case_epoch (case_id, epoch)
);

-- Whether the clocks have been told that a mail reached the customer.
alter table mail_outbox add column told boolean not null default false;
update mail_outbox set told = true where sent_at is not null;
create index mail_outbox_reached_idx on mail_outbox (sent_at)
  where audience = 'CUSTOMER' and sent_at is not null and not told;

-- Erasure may empty what somebody wrote; nothing else of an entry ever changes.
create or replace function clock_entry_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.reason is null
     and to_jsonb(new) - 'reason' = to_jsonb(old) - 'reason' then
    return new;
  end if;
  raise exception 'The ledger of a clock is append-only.';
end $$;
