-- Something done for free instead of money: a quote for future work, or a visit under a membership plan.
alter table compensation
  add column comped_service text,
  -- What is done, in words for the customer; erasure may empty it.
  add column description    text,
  add check ((kind = 'COMPED_SERVICE') = (comped_service is not null));

create sequence comped_service_number_seq;

-- What was ordered from the system that schedules it, each try by itself, and what became of it.
create table comped_service (
  number          text        not null primary key,
  compensation_id bigint      not null references compensation,
  -- Sent with every call for this try, so that a repeated call orders once.
  key             uuid        not null unique,
  state           text        not null,
  ordered_at      timestamptz not null,
  -- The system's own, and when it will be done where the system knows that.
  reference       text,
  appointed_for   timestamptz,
  ended_by        text,
  ended_at        timestamptz,
  reason          text
);
create index comped_service_compensation_idx on comped_service (compensation_id);
-- What is promised and not done, for the accountant.
create index comped_service_scheduled_idx on comped_service (compensation_id) where state = 'SCHEDULED';
create index comped_service_ordered_idx on comped_service (ordered_at);
